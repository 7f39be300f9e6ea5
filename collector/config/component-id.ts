// Ids of components and pipelines: `type` or `type/name`, by the Collector's rules.

export type IdResult =
  | { readonly ok: true; readonly id: string; readonly type: string }
  | { readonly ok: false; readonly message: string };

const TYPE = /^[a-zA-Z][0-9a-zA-Z_]{0,62}$/;
/** No white space, control or symbol characters. */
const NAME = /^[^\p{Z}\p{C}\p{S}]{1,1024}$/u;

/** Space around the parts doesn't count, so `a / b` is `a/b`. */
export function parseComponentId(text: string): IdResult {
  const slash = text.indexOf('/');
  const type = (slash === -1 ? text : text.slice(0, slash)).trim();
  const name = slash === -1 ? undefined : text.slice(slash + 1).trim();
  if (text.trim() === '') return { ok: false, message: 'id must not be empty' };
  if (type === '') return { ok: false, message: `in "${text}" id: the part before / should not be empty` };
  if (!TYPE.test(type)) return { ok: false, message: `invalid character(s) in type "${type}"` };
  if (name === undefined) return { ok: true, id: type, type };
  if (name === '') return { ok: false, message: `in "${text}" id: the part after / should not be empty` };
  if (!NAME.test(name)) return { ok: false, message: `invalid character(s) in name "${name}"` };
  return { ok: true, id: `${type}/${name}`, type };
}

/** The id that a reference means, or the text itself when it is none. */
export function normaliseId(text: string): string {
  const parsed = parseComponentId(text);
  return parsed.ok ? parsed.id : text.trim();
}
