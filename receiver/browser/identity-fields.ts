// Who a token or a query speaks for, as outsiders write it down: session, conversation, agent and dimensions, within the
// bounds of the sample model. Pure.
import type { Identity } from '../dialect/dialect.ts';
import { attributeProblem, idProblem, keptAttribute } from '../guide-event/text-value.ts';
import { DIMENSION_KEYS, type Dimensions } from '../sample.ts';

/** Values not yet checked; undefined where there is none. */
export interface IdentityFields {
  readonly session_id: unknown;
  readonly conversation_id?: unknown;
  readonly agent_id?: unknown;
  readonly dimensions?: unknown;
}

/** A sentence about the first field that can't be, for the sender. */
export interface IdentityFault {
  readonly fault: string;
}

export function readIdentity(fields: IdentityFields): Identity | IdentityFault {
  const sessionFault = idFault('session_id', fields.session_id);
  if (sessionFault !== undefined) return sessionFault;
  for (const key of ['conversation_id', 'agent_id'] as const) {
    const fault = fields[key] === undefined ? undefined : idFault(key, fields[key]);
    if (fault !== undefined) return fault;
  }
  const dimensions = readDimensions(fields.dimensions);
  if (isFault(dimensions)) return dimensions;
  return {
    sessionId: fields.session_id as string,
    ...(fields.conversation_id !== undefined && { conversationId: fields.conversation_id as string }),
    ...(fields.agent_id !== undefined && { agentId: fields.agent_id as string }),
    ...(dimensions !== undefined && { dimensions }),
  };
}

export function isFault(value: object | undefined): value is IdentityFault {
  return value !== undefined && 'fault' in value;
}

function idFault(key: string, value: unknown): IdentityFault | undefined {
  const problem = value === undefined ? 'is missing' : idProblem(value);
  return problem === undefined ? undefined : { fault: `${key} ${problem}` };
}

function readDimensions(value: unknown): Dimensions | IdentityFault | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { fault: 'dimensions must be an object' };
  }
  const dimensions: Record<string, string> = {};
  for (const [key, text] of Object.entries(value)) {
    // The key is not quoted: whatever the sender wrote there stays with the sender.
    if (!isDimension(key)) return { fault: `dimensions may have ${DIMENSION_KEYS.join(', ')} only` };
    const problem = attributeProblem(text);
    if (problem !== undefined) return { fault: `dimensions.${key} ${problem}` };
    const kept = keptAttribute(text as string);
    if (kept === undefined) return { fault: `dimensions.${key} must not contain an IP address` };
    dimensions[key] = kept;
  }
  return dimensions;
}

function isDimension(key: string): boolean {
  return (DIMENSION_KEYS as readonly string[]).includes(key);
}
