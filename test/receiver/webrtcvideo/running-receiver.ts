// A real receiver on a free port of this machine, with a next stage that the test steers.
import { type Agent, request as httpRequest } from 'node:http';
import type { Component } from '../../../collector/component.ts';
import type { QualityBatch, QualitySample, SessionEvent } from '../../../receiver/sample.ts';
import { type WebrtcVideoConfig, webrtcVideoFactory } from '../../../receiver/webrtcvideo/factory.ts';
import { WebrtcVideoReceiver } from '../../../receiver/webrtcvideo/receiver.ts';
import { testHost, testSettings, type TestSettings } from '../../support/component-settings.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Whether an earlier request of the agent came over the same connection. */
  readonly isOnSameConnection: boolean;
  /** The body as JSON. */
  json(): {
    accepted?: number;
    rejected?: { index: number; path: string; reason: string }[];
    duplicates?: number;
    rejected_total?: number;
    error?: string;
  };
}

export interface RunningReceiver {
  readonly receiver: WebrtcVideoReceiver;
  readonly clock: VirtualClock;
  readonly settings: TestSettings;
  /** All batches that the next stage was given. */
  readonly batches: QualityBatch[];
  /** Their records. */
  readonly records: () => readonly (QualitySample | SessionEvent)[];
  /** What the next stage does with a batch; resolves by default. */
  onConsume: (batch: QualityBatch) => Promise<void>;
  /** Sends a body, as JSON when it is no text and no bytes. */
  post(body: unknown, options?: PostOptions): Promise<Reply>;
  stop(): Promise<void>;
}

export interface PostOptions {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the body without telling its length first. */
  readonly chunked?: boolean;
  /** Keeps connections; without it each request has its own. */
  readonly agent?: Agent;
}

export async function runReceiver(
  config: Readonly<Record<string, unknown>> = {},
  extensions: Readonly<Record<string, Component>> = {},
): Promise<RunningReceiver> {
  const clock = new VirtualClock();
  const settings = testSettings({ id: 'webrtcvideo', clock });
  const batches: QualityBatch[] = [];
  const running: { onConsume: RunningReceiver['onConsume'] } = { onConsume: () => Promise.resolve() };
  const next = {
    consume(batch: QualityBatch) {
      batches.push(batch);
      return running.onConsume(batch);
    },
  };
  const parsed = webrtcVideoFactory.configSchema.parse({ endpoint: '127.0.0.1:0', ...config });
  const receiver = new WebrtcVideoReceiver(settings, parsed as WebrtcVideoConfig, next);
  await receiver.start(testHost(extensions));
  const port = Number(receiver.boundAddress?.split(':').at(-1));
  return Object.assign(running, {
    receiver,
    clock,
    settings,
    batches,
    records: () => batches.flatMap((batch) => batch.records),
    post: (body: unknown, options: PostOptions = {}) => post(port, body, options),
    stop: () => receiver.shutdown(new AbortController().signal),
  });
}

function post(
  port: number,
  body: unknown,
  { path = '/v1/events', method = 'POST', headers = {}, chunked = false, agent }: PostOptions,
) {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return new Promise<Reply>((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: agent ?? false,
        headers: {
          'content-type': 'application/json',
          ...(!chunked && { 'content-length': String(bytes.length) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            isOnSameConnection: request.reusedSocket,
            json: () => JSON.parse(text) as ReturnType<Reply['json']>,
          });
        });
      },
    );
    request.on('error', reject);
    // Written before the end, node can't know the length and sends chunks.
    if (chunked) request.write(bytes.subarray(0, 1));
    request.end(chunked ? bytes.subarray(1) : bytes);
  });
}

/** The smallest event that is taken. */
export function goodEvent(sessionId = 'good'): Record<string, unknown> {
  return { type: 'webrtc-video', session: { id: sessionId }, metrics: { mos: 4.2 } };
}
