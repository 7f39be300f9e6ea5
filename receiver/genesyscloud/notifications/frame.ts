// What one message of a notification channel is. Pure; knows no topic but those that tell of the channel itself.
import { createHash } from 'node:crypto';
import { isRecord } from './json-value.ts';

export type Frame =
  /** A heartbeat, the answer to our ping, or to something that we had not asked: somebody is there. */
  | { readonly kind: 'alive' }
  /** The platform closes this connection in about a minute. */
  | { readonly kind: 'closing' }
  /** The channel has expired or was taken away. */
  | { readonly kind: 'gone' }
  | Notification
  | { readonly kind: 'unreadable' };

export interface Notification {
  readonly kind: 'notification';
  readonly topic: string;
  readonly body: unknown;
  /** Equal for equal contents. */
  readonly identity: string;
  /** The platform has numbered it: what is equal is the same one. */
  readonly isNumbered: boolean;
}

/** Ask for a sign of life; the answer is a message of `channel.metadata`. */
export const PING = '{"message":"ping"}';

export function readFrame(text: string): Frame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return { kind: 'unreadable' };
  }
  if (!isRecord(frame)) return { kind: 'unreadable' };
  const { topicName, eventBody, metadata } = frame;
  if (typeof topicName !== 'string') return readResult(frame);
  if (topicName === 'channel.metadata') return { kind: 'alive' };
  if (topicName === 'v2.system.socket_closing') return { kind: 'closing' };
  const number = isRecord(metadata) ? metadata.CorrelationId : undefined;
  const isNumbered = typeof number === 'string' && number !== '';
  const identity = identityOf(topicName, isNumbered ? number : '', eventBody);
  if (identity === undefined) return { kind: 'unreadable' };
  return { kind: 'notification', topic: topicName, body: eventBody, identity, isNumbered };
}

/** What the platform says of requests over the WebSocket, of which it speaks by itself when the channel is no more. */
function readResult({ result, message }: Readonly<Record<string, unknown>>): Frame {
  if (result === '404' || result === 404) return { kind: 'gone' };
  return result !== undefined || message === 'pong' ? { kind: 'alive' } : { kind: 'unreadable' };
}

function identityOf(topic: string, number: string, body: unknown): string | undefined {
  try {
    return createHash('sha256')
      .update(JSON.stringify([topic, number, body]))
      .digest('base64');
  } catch {
    // Nested so deeply that it can be read but not written.
    return undefined;
  }
}
