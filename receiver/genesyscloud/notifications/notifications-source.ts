// The source `notifications`: keeps one line to a channel, for as long as the process runs, and opens the one that takes
// over before the old one goes. What a try is, and what its end means, is decided elsewhere.
import type { Logger } from 'pino';
import type { Clock } from '../../../collector/clock.ts';
import { pause } from '../../../collector/pause.ts';
import type { NotificationsTelemetry, SourceTelemetry } from '../instruments.ts';
import type { Listening } from '../listening.ts';
import type { ChannelCause } from '../platform/cause.ts';
import type { Source } from '../source.ts';
import type { Backfill } from './backfill.ts';
import { ChannelLine, type ChannelLineParts, openLine } from './channel-line.ts';
import type { Channels } from './channels.ts';
import { LostChannels } from './lost-channels.ts';
import { type Ending, nextTry } from './next-try.ts';
import type { SeenNotifications } from './seen-notifications.ts';

export interface NotificationsSourceParts extends ChannelLineParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly listening: Listening;
  readonly channels: Pick<Channels, 'ready' | 'leave'>;
  readonly seen: SeenNotifications;
  readonly backfill: Pick<Backfill, 'run'>;
  readonly telemetry: SourceTelemetry & Pick<NotificationsTelemetry, 'observeRejected'>;
  /** Ends all that is under way. */
  readonly stopping: AbortController;
  /** Why it is not well; undefined when it is. */
  tellStatus(reason: string | undefined): void;
}

const SOURCE = { source: 'notifications' };

export class NotificationsSource implements Source {
  readonly #parts: NotificationsSourceParts;
  readonly #signal: AbortSignal;
  /** Those that are open: two of them while one takes over. */
  readonly #lines = new Set<ChannelLine>();
  readonly #lostChannels = new LostChannels();
  #lineCount = 0;
  #failureCount = 0;
  /** Why we are not heard, when that has been told. */
  #toldCause: ChannelCause | undefined;
  #running: Promise<void> | undefined;
  #backfill: { readonly ended: Promise<void>; stop(): void } | undefined;
  #endObservations: (() => void)[] = [];

  constructor(parts: NotificationsSourceParts) {
    this.#parts = parts;
    this.#signal = parts.stopping.signal;
  }

  start(): void {
    const { telemetry, listening } = this.#parts;
    this.#endObservations = [
      telemetry.observeConnected(() => listening.isListening),
      telemetry.observeRejected(),
    ];
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#parts.stopping.abort();
    this.#endObservations.forEach((end) => end());
    await this.#running;
    await Promise.all([...this.#lines].map(({ ended }) => ended));
    await this.#backfill?.ended;
  }

  async #run(): Promise<void> {
    for (;;) {
      const line = await this.#open(this.#signal);
      if (line === undefined) return;
      const ending = await this.#listen(line);
      if (this.#signal.aborted) return;
      await this.#failed(ending, this.#signal);
    }
  }

  /** Try after try, until one succeeds or `wanted` aborts. */
  async #open(wanted: AbortSignal): Promise<ChannelLine | undefined> {
    while (!wanted.aborted) {
      const opened = await this.#try();
      if (opened instanceof ChannelLine) {
        this.#opened(opened);
        return opened;
      }
      if (this.#signal.aborted) return undefined;
      await this.#failed(opened, wanted);
    }
    return undefined;
  }

  async #try(): Promise<ChannelLine | Ending> {
    const channel = await this.#parts.channels.ready(this.#signal, () => this.#channelGone());
    return 'kind' in channel ? channel : openLine(this.#parts, channel, (this.#lineCount += 1), this.#signal);
  }

  /** Until no line is left. The one that takes over is opened while the old one is still heard. */
  async #listen(first: ChannelLine): Promise<Ending> {
    let current = first;
    for (;;) {
      const end = await Promise.race([current.ended, current.leaving]);
      if (end !== 'leaving') return end;
      // The channel allows one connection at a time: beside it there is only another channel.
      this.#parts.channels.leave();
      const successor = await this.#succeed(current);
      if (successor === undefined) return current.ended;
      current.close();
      current = successor;
    }
  }

  /** Undefined when the line was gone before another one was to be had. */
  async #succeed(line: ChannelLine): Promise<ChannelLine | undefined> {
    const gone = new AbortController();
    void line.ended.then(() => gone.abort());
    return this.#open(AbortSignal.any([this.#signal, gone.signal]));
  }

  #opened(line: ChannelLine): void {
    const { clock, listening, logger, seen, telemetry, tellStatus } = this.#parts;
    this.#lines.add(line);
    seen.linesChanged(this.#lines.size);
    void line.ended.then(() => this.#closed(line));
    const wasListening = listening.isListening;
    const gapMs = listening.begin(clock.nowMs());
    if (gapMs > 0) {
      telemetry.missed(gapMs);
      logger.warn({ ...SOURCE, gap_ms: gapMs }, 'notifications are heard again after a gap');
      this.#fillGap();
    } else if (!wasListening) {
      logger.info(SOURCE, 'notifications are heard');
    }
    tellStatus(undefined);
  }

  #closed(line: ChannelLine): void {
    this.#lines.delete(line);
    this.#parts.seen.linesChanged(this.#lines.size);
    if (this.#lines.size === 0) this.#parts.listening.fail();
  }

  /** What is still being asked for after an older gap was not told of since this one either. */
  #fillGap(): void {
    const before = this.#backfill;
    before?.stop();
    const stopping = new AbortController();
    const run = async () => {
      await before?.ended;
      await this.#parts.backfill.run(AbortSignal.any([this.#signal, stopping.signal]));
    };
    this.#backfill = { ended: run(), stop: () => stopping.abort() };
  }

  /** The log hears of the first failure in a row, and of another cause; counters of each. Waits for the next try. */
  async #failed(ending: Ending, wanted: AbortSignal): Promise<void> {
    const { clock, listening, logger, telemetry, tellStatus } = this.#parts;
    const { failureCount, waitMs, failure } = nextTry(this.#failureCount, ending, clock.random());
    const { cause, reason, isUnhealthy } = failure;
    this.#failureCount = failureCount;
    if (cause === 'channel_gone') this.#channelGone();
    else telemetry.reconnecting(cause);
    if (this.#lines.size === 0) {
      listening.fail();
      if (isUnhealthy) tellStatus(reason);
    }
    if (ending.kind !== 'failed' && ending.isProven) this.#toldCause = undefined;
    if (cause !== this.#toldCause) {
      this.#toldCause = cause;
      logger.warn({ ...SOURCE, cause, retry_after_ms: waitMs }, `not listening: ${reason}`);
    }
    await pause(clock, waitMs, wanted);
  }

  #channelGone(): void {
    const { clock, logger, telemetry, channels } = this.#parts;
    telemetry.reconnecting('channel_gone');
    // Where it was the WebSocket that said so, the channel is still held.
    channels.leave();
    if (!this.#lostChannels.note(clock.nowMs())) return;
    logger.warn(
      SOURCE,
      'channels are taken away again and again: more than 20 are in use with this client; give each process one of its own',
    );
  }
}
