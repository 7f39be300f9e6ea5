// A real receiver on a free port of this machine, with a next stage that the test steers.
import type { Component } from '../../../collector/component.ts';
import type { QualityBatch, QualitySample, SessionEvent } from '../../../receiver/sample.ts';
import { type WebrtcVideoConfig, webrtcVideoFactory } from '../../../receiver/webrtcvideo/factory.ts';
import { WebrtcVideoReceiver } from '../../../receiver/webrtcvideo/receiver.ts';
import { testHost, testSettings, type TestSettings } from '../../support/component-settings.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { exchange, type Reply, type RequestOptions } from '../http/exchange.ts';

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
  post(body: unknown, options?: RequestOptions): Promise<Reply>;
  stop(): Promise<void>;
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
    post: (body: unknown, options: RequestOptions = {}) =>
      exchange(port, body, { path: '/v1/events', ...options }),
    stop: () => receiver.shutdown(new AbortController().signal),
  });
}

/** The smallest event that is taken. */
export function goodEvent(sessionId = 'good'): Record<string, unknown> {
  return { type: 'webrtc-video', session: { id: sessionId }, metrics: { mos: 4.2 } };
}
