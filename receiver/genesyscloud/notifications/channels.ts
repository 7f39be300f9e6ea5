// Gets a channel that lives and is subscribed to the topics: the one we have, as long as the platform knows it, or a new
// one. Decides nothing of when.
import type { Clock } from '../../../collector/clock.ts';
import type { PlatformAnswer, PlatformFault, PlatformRequest } from '../platform/platform-client.ts';
import { type Channel, channelOf } from './channel.ts';
import type { Ending } from './next-try.ts';
import { type RejectedTopic, rejectedOf } from './topics.ts';

export interface ChannelsParts {
  readonly clock: Clock;
  readonly platform: { ask(request: PlatformRequest, signal: AbortSignal): Promise<PlatformAnswer> };
  readonly topics: readonly string[];
  /** Called after each subscription that the platform took, also when it rejected none of the topics. */
  tellRejected(rejected: readonly RejectedTopic[]): void;
}

interface Held {
  readonly channel: Channel;
  isSubscribed: boolean;
}

const PATH = '/api/v2/notifications/channels';

export class Channels {
  readonly #parts: ChannelsParts;
  #held: Held | undefined;

  constructor(parts: ChannelsParts) {
    this.#parts = parts;
  }

  /** The next one is a new one. */
  leave(): void {
    this.#held = undefined;
  }

  /** `onGone` is called when the one we had has expired or was taken away, before there is a new one. */
  async ready(signal: AbortSignal, onGone: () => void): Promise<Channel | Ending> {
    const { clock } = this.#parts;
    if (this.#held !== undefined && clock.nowMs() >= this.#held.channel.renewAtMs) this.leave();
    const checked = this.#held === undefined ? undefined : await this.#check(this.#held, signal);
    if (checked?.kind === 'channel_gone') onGone();
    else if (checked !== undefined) return checked;
    const ending = this.#held === undefined ? await this.#create(signal) : undefined;
    if (ending !== undefined) return ending;
    const held = this.#held!;
    return (held.isSubscribed ? undefined : await this.#subscribe(held, signal)) ?? held.channel;
  }

  async #create(signal: AbortSignal): Promise<Ending | undefined> {
    const answer = await this.#parts.platform.ask({ method: 'POST', path: PATH }, signal);
    if (answer.kind === 'failed') return failed(answer);
    const channel = channelOf(answer.body, this.#parts.clock.nowMs());
    if (channel === undefined) {
      return { kind: 'failed', cause: 'unreadable', reason: 'it names no channel' };
    }
    this.#held = { channel, isSubscribed: false };
    return undefined;
  }

  async #check({ channel }: Held, signal: AbortSignal): Promise<Ending | undefined> {
    const answer = await this.#parts.platform.ask({ method: 'HEAD', path: `${PATH}/${channel.id}` }, signal);
    return this.#endingOf(answer);
  }

  /** What an answer about the channel that we have means for it. */
  #endingOf(answer: PlatformAnswer): Ending | undefined {
    if (answer.kind === 'answered') return undefined;
    if (answer.cause !== 'not_found') return failed(answer);
    this.leave();
    return { kind: 'channel_gone', isProven: false };
  }

  async #subscribe(held: Held, signal: AbortSignal): Promise<Ending | undefined> {
    const { platform, topics, tellRejected } = this.#parts;
    const path = `${PATH}/${held.channel.id}/subscriptions?ignoreErrors=true`;
    // All of them: PUT replaces what was there.
    const answer = await platform.ask({ method: 'PUT', path, body: topics.map((id) => ({ id })) }, signal);
    const ending = this.#endingOf(answer);
    if (ending !== undefined || answer.kind === 'failed') return ending;
    const rejected = rejectedOf(answer.body, topics);
    tellRejected(rejected);
    if (rejected.length < topics.length) {
      held.isSubscribed = true;
      return undefined;
    }
    return { kind: 'failed', cause: 'forbidden', reason: `all topics are rejected (${rejected[0]!.reason})` };
  }
}

function failed({ cause, reason, retryAfterMs }: PlatformFault): Ending {
  return { kind: 'failed', cause, reason, retryAfterMs };
}
