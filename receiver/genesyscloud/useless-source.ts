// Which sources make a receiver: at least one, and those that need another one not alone. Pure.

/** A source as far as the others are concerned. */
export interface SourceSection {
  /** Its key in the configuration. */
  readonly key: string;
  readonly enabled: boolean;
  /** Whether it tells of conversations that are under way. */
  readonly tellsConversations?: true;
  /** Whether it asks for those that another source has told of. */
  readonly needsConversations?: true;
}

export interface SourceProblem {
  /** Empty: it is about all of them. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Undefined when all is well. */
export function uselessSource(sections: readonly SourceSection[]): SourceProblem | undefined {
  const keysOf = (found: readonly SourceSection[]) => found.map(({ key }) => `${key}.enabled`);
  const enabled = sections.filter((section) => section.enabled);
  if (enabled.length === 0) {
    const keys = sections.map(({ key }) => key);
    return {
      path: [],
      message: `no source is switched on; set enabled to true for one of: ${keys.join(', ')}`,
    };
  }
  if (enabled.some(({ tellsConversations }) => tellsConversations === true)) return undefined;
  const needy = enabled.find(({ needsConversations }) => needsConversations === true);
  if (needy === undefined) return undefined;
  const tellers = keysOf(sections.filter(({ tellsConversations }) => tellsConversations === true));
  const message = `it asks for conversations that another source tells of, and none is on; set ${tellers.join(' or ')} to true`;
  return { path: [needy.key, 'enabled'], message };
}
