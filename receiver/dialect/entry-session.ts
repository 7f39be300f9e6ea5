// Whose an entry is: what is known from elsewhere, else what the entry or the body around it says. Ids and dimensions
// pass the same checks as in the guide's events, so that no IP address is kept.
import { attributeProblem, idProblem, keptAttribute } from '../guide-event/text-value.ts';
import { DIMENSION_KEYS, type Dimensions } from '../sample.ts';
import type { Identity } from './dialect.ts';
import { isObject, type JsonObject } from './stat-fields.ts';

/** Names that a tool has of its own for what we call session and conversation. */
export interface OwnNames {
  readonly sessionId?: string;
  readonly conversationId?: string;
}

/** Whose a record is; what every record of the entry begins with. */
export interface Session extends Identity {
  readonly dimensions: Dimensions;
}

interface Claim {
  readonly name: string;
  readonly value: unknown;
}

type Refuse = (path: string, reason: string) => void;

const HOW_TO_NAME_A_SESSION =
  'has no session id: send a session token, ?session_id=, or {"session_id": "…", "events": […]}';
const NO_DIMENSIONS: Dimensions = Object.freeze({});

/**
 * The session of `entry`, or undefined when it has none and was refused. What `identity` leaves open is taken from the
 * entry, then from the `wrapper` around it, then from the tool's own names in the entry.
 */
export function sessionOf(
  identity: Identity | undefined,
  entry: JsonObject,
  wrapper: JsonObject,
  own: OwnNames,
  refuse: Refuse,
): Session | undefined {
  const claim = (names: readonly string[], ownName: string | undefined): Claim | undefined =>
    claimIn(entry, names) ??
    claimIn(wrapper, names) ??
    (ownName === undefined ? undefined : claimIn(entry, [ownName]));
  const sessionId =
    identity?.sessionId ?? checkedId(claim(['session_id', 'sessionId'], own.sessionId), refuse);
  if (sessionId === undefined) return undefined;
  const conversationId =
    identity?.conversationId ??
    optionalId(claim(['conversation_id', 'conversationId'], own.conversationId), refuse);
  const agentId = identity?.agentId ?? optionalId(claim(['agent_id', 'agentId'], undefined), refuse);
  const dimensions = {
    ...dimensionsOf(claim(['dimensions'], undefined)?.value, refuse),
    ...identity?.dimensions,
  };
  return {
    sessionId,
    ...(conversationId !== undefined && { conversationId }),
    ...(agentId !== undefined && { agentId }),
    dimensions: Object.keys(dimensions).length > 0 ? dimensions : NO_DIMENSIONS,
  };
}

/** The first of `names` that is there. An empty text is not: templates write `""` for what they don't have. */
function claimIn(object: JsonObject, names: readonly string[]): Claim | undefined {
  for (const name of names) {
    const value = object[name];
    if (value !== undefined && value !== null && value !== '') return { name, value };
  }
  return undefined;
}

function checkedId(claim: Claim | undefined, refuse: Refuse): string | undefined {
  if (claim !== undefined) return optionalId(claim, refuse);
  refuse('', HOW_TO_NAME_A_SESSION);
  return undefined;
}

function optionalId(claim: Claim | undefined, refuse: Refuse): string | undefined {
  if (claim === undefined) return undefined;
  const problem = idProblem(claim.value);
  if (problem === undefined) return claim.value as string;
  refuse(claim.name, problem);
  return undefined;
}

function dimensionsOf(value: unknown, refuse: Refuse): Dimensions {
  if (!isObject(value)) return NO_DIMENSIONS;
  const dimensions: Record<string, string> = {};
  for (const key of DIMENSION_KEYS) {
    const text = value[key];
    if (text === undefined || text === null || text === '') continue;
    const problem = attributeProblem(text);
    const kept = problem === undefined ? keptAttribute(text as string) : undefined;
    if (kept !== undefined) dimensions[key] = kept;
    else refuse(`dimensions.${key}`, problem ?? 'must not contain an IP address');
  }
  return dimensions;
}
