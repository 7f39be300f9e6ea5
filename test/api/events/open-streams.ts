// The stream of events on the virtual clock, with clients in memory that read as fast as they are told to.
import { createSecretKey } from 'node:crypto';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { eventsSchema } from '../../../api/events/config.ts';
import { Events } from '../../../api/events/events.ts';
import { createEpoch } from '../../../api/sessions/epoch.ts';
import type { QualityRecord } from '../../../api/sessions/live-session.ts';
import { LiveSessions } from '../../../api/sessions/live-sessions.ts';
import { GuideDecoder } from '../../../receiver/guide-event/decode-body.ts';
import { NdjsonParser } from '../../../receiver/genesyscloud/realtime/ndjson-parser.ts';
import type { Resumption } from '../../../receiver/genesyscloud/realtime/payload-parser.ts';
import { SseParser } from '../../../receiver/genesyscloud/realtime/sse-parser.ts';
import { DIMENSION_KEYS } from '../../../receiver/sample.ts';
import { testSettings, type TestSettings } from '../../support/component-settings.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { callOperation, type CallOptions, ReadingClient } from '../sessions/call-operation.ts';

export const SSE_TYPE = 'text/event-stream';
export const NDJSON_TYPE = 'application/x-ndjson';

export class OpenStreams {
  readonly clock: VirtualClock;
  readonly settings: TestSettings;
  readonly sessions = new LiveSessions();
  readonly epoch: string;
  readonly events: Events;

  constructor(config: Readonly<Record<string, unknown>> = {}, clock = new VirtualClock()) {
    this.clock = clock;
    this.settings = testSettings({ id: 'api', clock });
    this.epoch = createEpoch(clock);
    this.events = new Events({
      settings: this.settings,
      config: eventsSchema.parse(config),
      sessions: this.sessions,
      epoch: this.epoch,
      pseudonymKey: createSecretKey(Buffer.from('a key for tests')),
    });
  }

  /** As the metrics hub shows a batch. */
  bring(...records: readonly QualityRecord[]): void {
    this.events.append(this.sessions.take({ records, sessionTimeoutMs: 60_000 }, this.clock.nowMs()));
  }

  async open(options: CallOptions = {}, client = new ReadingClient()): Promise<OpenStream> {
    const gone = new AbortController();
    const answer = await callOperation(this.events.operation, { ...options, signal: gone.signal });
    if (!('stream' in answer)) throw new Error('the answer is no stream');
    const stream = new OpenStream(client, answer.contentType, gone);
    answer.stream(client).then(
      () => (stream.isOver = true),
      (error: unknown) => (stream.fault = error),
    );
    await turns();
    return stream;
  }

  /** Lets time pass, timer by timer, with all that it brings about. */
  async pass(durationMs: number): Promise<void> {
    const untilMs = this.clock.nowMs() + durationMs;
    await turns();
    for (;;) {
      const dueMs = this.clock.nextDueMs();
      this.clock.advanceTo(Math.min(dueMs ?? untilMs, untilMs));
      await turns();
      if (dueMs === undefined || dueMs > untilMs) return;
    }
  }

  counted(name: string, attributes: Readonly<Record<string, string>>): Promise<number | undefined> {
    return this.settings.recorded(name, { extension: 'api', ...attributes });
  }
}

export class OpenStream {
  readonly client: ReadingClient;
  readonly contentType: string;
  isOver = false;
  fault: unknown;
  readonly #gone: AbortController;

  constructor(client: ReadingClient, contentType: string, gone: AbortController) {
    this.client = client;
    this.contentType = contentType;
    this.#gone = gone;
  }

  /** The client goes away. */
  async leave(): Promise<void> {
    this.#gone.abort();
    await turns();
  }
}

export interface Heard {
  readonly records: readonly QualityRecord[];
  /** Events that our own decoder refuses. */
  readonly rejectedCount: number;
  readonly resumption: Resumption;
}

/** What our own receiver makes of a stream, from the text that it was sent; `resumption` is what it remembers. */
export function hear(text: string, contentType: string, resumption: Resumption = {}): Heard {
  const parser = contentType === SSE_TYPE ? new SseParser(resumption) : new NdjsonParser();
  const decoder = new GuideDecoder({ dimensions: DIMENSION_KEYS });
  const { payloads, overlongCount } = parser.push(Buffer.from(text));
  if (overlongCount > 0) throw new Error('an event is too long');
  const decoded = payloads.map((payload) => decoder.decode(payload, 'json', Date.UTC(2100, 0, 1)));
  return {
    records: decoded.flatMap(({ records }) => records),
    rejectedCount: decoded.reduce((count, { rejected }) => count + rejected.length, 0),
    resumption,
  };
}

/** A record without what the stream doesn't carry. */
export function asHeard(record: QualityRecord): unknown {
  const { agentId, ...rest } = record;
  return JSON.parse(JSON.stringify({ ...rest, receivedAtMs: Date.UTC(2100, 0, 1) }));
}

/** Lets promises and turns of the event loop do their work. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await eventLoopTurn();
}
