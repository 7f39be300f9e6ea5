// Incidents into the OpenTelemetry Collector as log events, through the whole product: each arrives once, and a Collector
// that was gone for a while misses nothing.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../collector/clock.ts';
import type { SessionEventType } from '../../receiver/sample.ts';
import { endedEvent, qualitySample } from '../support/quality-sample.ts';
import { Product } from './product.ts';
import { without } from './programs.ts';
import { RealCollector } from './real-collector.ts';
import { stackPerTest } from './stack.ts';
import { until } from './until.ts';

const DELIVERED_MS = 30_000;

interface LogRecord {
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: { readonly stringValue: string };
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

interface LogsRequest {
  readonly resourceLogs: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[];
  }[];
}

async function recordsAt(collector: RealCollector): Promise<LogRecord[]> {
  const requests = (await collector.receivedLogs()) as LogsRequest[];
  return requests.flatMap(({ resourceLogs }) =>
    resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords)),
  );
}

function attribute({ attributes }: LogRecord, name: string): unknown {
  const value = attributes.find(({ key }) => key === name)?.value;
  return value && Object.values(value)[0];
}

function event(type: SessionEventType, sessionId: string) {
  return endedEvent({ type, sessionId, observedAtMs: systemClock.nowMs() });
}

describe('incidents as OTLP logs into the Collector', { skip: without('otelcol') }, () => {
  const stack = stackPerTest();

  it('arrive each once, also those from a time in which the Collector was gone', async () => {
    const collector = await RealCollector.start(stack());
    const exporter = {
      endpoint: collector.otlpUrl,
      min_severity: 'warning',
      egress: { allow_http: true, allow_loopback: true },
      retry: { initial_interval: '100ms', max_interval: '500ms' },
    };
    const product = await Product.start(stack(), [
      `exporters.otlp_logs=${JSON.stringify(exporter)}`,
      'service.pipelines.logs.exporters=[queue, otlp_logs]',
    ]);
    const disconnect = async (sessionId: string) => {
      await product.push(qualitySample({ sessionId, mos: 4, observedAtMs: systemClock.nowMs() - 1_000 }));
      await product.push(event('disconnected', sessionId));
    };
    const arrived = (count: number) =>
      until(`${count} records have arrived`, DELIVERED_MS, async () => {
        const records = await recordsAt(collector);
        return records.length >= count ? records : undefined;
      });
    await disconnect('s-1');
    await arrived(1);
    await collector.kill();
    await disconnect('s-2');
    await disconnect('s-3');
    await collector.restart();
    const records = await arrived(3);
    await disconnect('s-4');
    await arrived(4);

    const sessions = (await recordsAt(collector)).map((record) => attribute(record, 'session.id'));
    assert.deepEqual(sessions.toSorted(), ['s-1', 's-2', 's-3', 's-4']);
    const uids = new Set(records.map((record) => attribute(record, 'log.record.uid')));
    assert.equal(uids.size, 3, 'each has a uid of its own');
    for (const record of records) {
      assert.deepEqual([record.severityNumber, record.severityText], [13, 'warning']);
      assert.equal(record.eventName, attribute(record, 'event.name'));
      assert.match(record.eventName, /^webrtc\./);
      assert.match(record.body.stringValue, /disconnected/);
    }
  });
});
