// One connection to a channel: takes what comes over it for as long as it lasts, notices when nobody is there any more,
// and when another one should take over. When that is, and what its end means, is decided elsewhere.
import type { Clock } from '../../../collector/clock.ts';
import { certificateFault } from '../../../collector/egress/certificate-fault.ts';
import { EgressRefusedError } from '../../../collector/egress/guarded-agent.ts';
import {
  type GuardedWebSockets,
  HandshakeRefusedError,
  type OpenWebSocket,
  type Received,
} from '../../../collector/egress/guarded-web-socket.ts';
import type { Listening } from '../listening.ts';
import { causeOfStatus } from '../platform/cause.ts';
import type { Channel } from './channel.ts';
import { PING, readFrame } from './frame.ts';
import type { Ending } from './next-try.ts';
import type { TidingsIntake } from './tidings-intake.ts';

export interface ChannelLineParts {
  readonly clock: Clock;
  readonly webSockets: Pick<GuardedWebSockets, 'open'>;
  readonly intake: Pick<TidingsIntake, 'take' | 'unreadable'>;
  readonly listening: Listening;
  /** A connection over which nothing comes for so long is given up. */
  readonly silenceMs: number;
}

/** After so much of the silence that is borne we ask for a sign of life. */
const PING_AFTER = 3 / 4;
/** A connection that has lasted so long has served, even if it brought nothing. */
const PROVEN_MS = 60_000;
/** By these the WebSocket says that the channel is no more, or that the token is not which it was made with. */
const GONE: ReadonlySet<number> = new Set([401, 403, 404, 410]);
/** How long a polite close may take. */
const CLOSE_MS = 10_000;

/** Never rejects. */
export async function openLine(
  parts: ChannelLineParts,
  channel: Channel,
  number: number,
  signal: AbortSignal,
): Promise<ChannelLine | Ending> {
  try {
    const socket = await parts.webSockets.open(channel.connectUri, signal);
    return new ChannelLine(parts, channel, socket, number, signal);
  } catch (error) {
    return endingOf(error);
  }
}

/** The words of the error may show the channel's URL, which is a credential: none of them is told. */
function endingOf(error: unknown): Ending {
  if (error instanceof HandshakeRefusedError) {
    const { status, retryAfterMs } = error;
    if (GONE.has(status)) return { kind: 'channel_gone', isProven: false };
    return { kind: 'failed', cause: causeOfStatus(status), reason: `it answered ${status}`, retryAfterMs };
  }
  if (error instanceof EgressRefusedError) {
    const reason = 'the channel leads to where egress does not allow connections';
    return { kind: 'failed', cause: 'unreadable', reason };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const reason = certificateFault(code) ?? `the connection was not made (${code ?? 'no answer'})`;
  return { kind: 'failed', cause: 'unreachable', reason };
}

export class ChannelLine {
  /** How it ended. Resolves when nothing of it is under way any more. */
  readonly ended: Promise<Ending>;
  /** Resolves when another line should take over. */
  readonly leaving: Promise<'leaving'>;
  readonly #parts: ChannelLineParts;
  readonly #socket: OpenWebSocket;
  readonly #number: number;
  readonly #openedAtMs: number;
  #isSilent = false;
  #hasBrought = false;

  constructor(
    parts: ChannelLineParts,
    channel: Channel,
    socket: OpenWebSocket,
    number: number,
    signal: AbortSignal,
  ) {
    this.#parts = parts;
    this.#socket = socket;
    this.#number = number;
    this.#openedAtMs = parts.clock.nowMs();
    let leave = () => {};
    this.leaving = new Promise((resolve) => {
      leave = () => resolve('leaving');
    });
    const renewal = parts.clock.after(channel.renewAtMs - this.#openedAtMs, leave);
    const stop = () => socket.terminate();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    this.ended = this.#read(leave).finally(() => {
      renewal.cancel();
      signal.removeEventListener('abort', stop);
      socket.terminate();
    });
  }

  /** What the platform has sent until it learns of it is still taken. */
  close(): void {
    this.#socket.close();
    const timer = this.#parts.clock.after(CLOSE_MS, () => this.#socket.terminate());
    void this.ended.then(() => timer.cancel());
  }

  async #read(leave: () => void): Promise<Ending> {
    const { clock, intake, listening } = this.#parts;
    for (;;) {
      const received = await this.#receive();
      if (received.kind === 'closed') return this.#closed(received.code);
      listening.hear(clock.nowMs());
      const frame = readFrame(received.text);
      switch (frame.kind) {
        case 'alive':
          break;
        case 'closing':
          leave();
          break;
        case 'gone':
          return { kind: 'channel_gone', isProven: this.#isProven };
        case 'unreadable':
          intake.unreadable();
          break;
        case 'notification':
          this.#hasBrought = true;
          await intake.take(frame, this.#number);
          break;
      }
    }
  }

  /** The next message. Time in which we are busy with the last one is no silence of the platform's. */
  async #receive(): Promise<Received> {
    const { clock, silenceMs } = this.#parts;
    const ping = clock.after(silenceMs * PING_AFTER, () => this.#socket.send(PING));
    const giveUp = clock.after(silenceMs, () => {
      this.#isSilent = true;
      this.#socket.terminate();
    });
    try {
      return await this.#socket.receive();
    } finally {
      ping.cancel();
      giveUp.cancel();
    }
  }

  #closed(code: number): Ending {
    if (this.#isSilent) return { kind: 'silent', isProven: this.#isProven };
    return { kind: 'closed', code, isProven: this.#isProven };
  }

  get #isProven(): boolean {
    return this.#hasBrought || this.#parts.clock.nowMs() - this.#openedAtMs >= PROVEN_MS;
  }
}
