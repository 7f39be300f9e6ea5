// What a client of the API may be allowed. The one list of scopes: the configuration, the tokens, the operations and the
// documents take theirs from here.

export const SCOPES = ['realtime:read', 'analytics:read', 'sessions:read', 'incidents:read'] as const;

export type Scope = (typeof SCOPES)[number];

/** What each one is for, as the reference and the OpenAPI document say it. */
export const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  'realtime:read': 'The stream of samples and session events.',
  'analytics:read': 'Aggregates over time.',
  'sessions:read': 'Live sessions by their ids; without it ids are replaced by pseudonyms.',
  'incidents:read': 'Incidents, and how their notices were delivered.',
};

/** Whom a token speaks for. */
export interface Caller {
  readonly clientId: string;
  readonly scopes: ReadonlySet<Scope>;
}
