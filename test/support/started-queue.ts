// A queue that serves, on an outbox of its own and a virtual clock: transitions go in as the processor hands them on, and
// everything else over HTTP.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import type { Alert } from '../../bridge/queue/alert-table.ts';
import { queueFactory } from '../../bridge/queue/factory.ts';
import type { Queue } from '../../bridge/queue/queue.ts';
import type { Destination } from '../../bridge/outbox/destination.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import type { Component } from '../../collector/component.ts';
import { testHost, testSettings, type TestSettings } from './component-settings.ts';
import { FakeSilencer } from './fake-silencer.ts';
import { StoredOutbox } from './stored-outbox.ts';

export interface QueueAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The text as JSON; undefined when there is none. */
  readonly body: QueueBody;
}

/** Whatever an answer may have. */
export interface QueueBody {
  readonly error: string;
  readonly alert?: Alert;
  readonly alerts: readonly Alert[];
  readonly operator: QueueOperator;
  readonly operators: readonly QueueOperator[];
}

interface QueueOperator {
  readonly id: string;
  readonly name?: string;
  readonly skills: readonly string[];
  readonly status: string;
  readonly available_since?: string;
  readonly alert_count: number;
}

export interface QueueParts {
  readonly section?: object;
  readonly extensions?: Readonly<Record<string, Component>>;
  /** Others that are told of the same transitions. */
  readonly others?: readonly Destination[];
}

export class StartedQueue {
  readonly silencer = new FakeSilencer();
  stored: StoredOutbox;
  settings!: TestSettings;
  queue!: Queue;
  #others: readonly Destination[] = [];

  private constructor(stored: StoredOutbox) {
    this.stored = stored;
  }

  static async open(parts: QueueParts = {}): Promise<StartedQueue> {
    const started = new StartedQueue(await StoredOutbox.open());
    await started.start(parts);
    return started;
  }

  /** Another queue of the same id in the place of the one before, which must have been shut down. */
  async start({ section = {}, extensions = {}, others = [] }: QueueParts = {}): Promise<void> {
    const config = queueFactory.configSchema.parse({ endpoint: '127.0.0.1:0', ...section });
    this.settings = testSettings({ id: 'queue', clock: this.stored.clock });
    this.queue = queueFactory.create(this.settings, config as never, this.stored.outbox) as Queue;
    this.#others = others;
    for (const other of others) this.stored.outbox.register(other);
    await this.queue.start(testHost({ silences: this.silencer, ...extensions }));
  }

  /** The whole process anew, on what the one before has written. */
  async restart(parts: QueueParts = {}, downtimeMs = 0): Promise<void> {
    await this.queue.shutdown();
    await this.stored.stop();
    this.stored.clock.advance(downtimeMs);
    this.stored = await StoredOutbox.open(this.stored);
    await this.start(parts);
  }

  /** Everything that can be done at this moment is done when it resolves. */
  async take(...transitions: readonly Transition[]): Promise<void> {
    const sink = this.stored.outbox.sink('logs', [this.queue, ...this.#others]);
    await sink.consume({ transitions, records: [] });
    await this.queue.flush();
  }

  /** Second by second. */
  async advance(durationMs: number): Promise<void> {
    const { clock } = this.stored;
    const untilMs = clock.nowMs() + durationMs;
    while (clock.nowMs() < untilMs) {
      clock.advanceTo(Math.min(untilMs, clock.nowMs() + 1_000));
      await this.queue.flush();
    }
  }

  /** `body` is sent as JSON when it is no text. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<QueueAnswer> {
    const [host, port] = this.queue.boundAddress!.split(':');
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const options = { host, port, path, method, headers: { ...json, ...headers } };
      const outgoing = httpRequest(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            text,
            body: (text === '' ? undefined : JSON.parse(text)) as QueueBody,
          }),
        );
      });
      outgoing.once('error', reject);
      outgoing.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
    });
  }

  /** Something that an operator does with an alert: `acknowledge`, `resolve`, `release` or `notes`. */
  async act(
    action: string,
    { incidentId }: Pick<Transition, 'incidentId'>,
    operator: string,
    fields: object = {},
  ): Promise<QueueAnswer> {
    const answer = await this.ask('POST', `/v1/queue/alerts/${incidentId}/${action}`, {
      operator,
      ...fields,
    });
    await this.queue.flush();
    return answer;
  }

  async putOperator(id: string, fields: object = {}): Promise<QueueAnswer> {
    const body = { skills: ['Video_Ops'], status: 'available', ...fields };
    const answer = await this.ask('PUT', `/v1/queue/operators/${encodeURIComponent(id)}`, body);
    await this.queue.flush();
    return answer;
  }

  async alerts(search = ''): Promise<readonly Alert[]> {
    const answer = await this.ask('GET', `/v1/queue${search}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body.alerts;
  }

  /** Who has what, in the order of the sessions: `s-1 assigned ada`. */
  async lines(search = ''): Promise<readonly string[]> {
    const alerts = await this.alerts(search);
    return alerts
      .map(({ session_id, status, assigned_to }) => [session_id, status, assigned_to].join(' ').trimEnd())
      .toSorted();
  }

  /** Each operator's status: `ada available`. */
  async operatorLines(): Promise<readonly string[]> {
    const { body } = await this.ask('GET', '/v1/queue/operators');
    return body.operators.map(({ id, status }) => `${id} ${status}`);
  }

  async close(): Promise<void> {
    await this.queue.shutdown();
    await this.stored.close();
  }
}
