// Why the platform did not serve us: a closed list, reused as an attribute of metrics. Reasons are for people, and quote
// nothing of an answer.

export type Cause =
  | 'ended'
  | 'broken'
  | 'silent'
  | 'unreachable'
  | 'no_token'
  | 'token_refused'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'rate_limited'
  | 'server_error'
  | 'redirected'
  | 'refused'
  | 'unreadable';

/** Of a source that listens over a channel: the platform may have taken that away. */
export type ChannelCause = Cause | 'channel_gone';

/** Of a status that is no success. */
export function causeOfStatus(status: number): Cause {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 425 || status >= 500) return 'server_error';
  if (status >= 300 && status < 400) return 'redirected';
  return status >= 400 ? 'refused' : 'unreadable';
}
