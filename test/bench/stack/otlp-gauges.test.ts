// What the other side is sent is what our own exporters would give out of the same samples: names, units, attributes, values.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OtlpGauges } from '../../../bench/stack/otlp-gauges.ts';
import { sampleOf } from '../../../bench/stack/sessions.ts';
import { thresholdsOf, configSchema } from '../../../processor/degradation/factory.ts';
import { evaluateRule, QUALITY_RULES } from '../../../processor/degradation/rules.ts';
import { GAUGES } from '../../../receiver/session-gauges/catalogue.ts';
import { SessionGauges } from '../../../receiver/session-gauges/session-gauges.ts';
import { decodeProtobuf } from '../../support/otlp-protobuf.ts';
import { START_MS } from '../../support/timeline.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { flatCollected, flatReceived } from '../../stack/flat-points.ts';

const SAMPLES = Array.from({ length: 60 }, (_, session) =>
  sampleOf(session, START_MS + 100, session % 7 === 0),
);

describe('the gauges that the other side is sent', () => {
  it('are those of our exporters', async () => {
    const hub = new SessionGauges({ clock: new VirtualClock(START_MS + 100) });
    const exporter = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
    await hub.sink('metrics', [exporter]).consume({ records: SAMPLES, sessionTimeoutMs: 60_000 });
    const collected = await hub.producer(exporter, { sessions: 'all', worstCount: 0 }).collect();
    const names = new Set(GAUGES.map(({ name }) => name));
    const expected = flatCollected(collected).filter(({ name }) => names.has(name));

    const { body, pointCount } = new OtlpGauges().encode(SAMPLES);
    const received = decodeProtobuf(body);
    assert.deepEqual(flatReceived([received]), expected);
    assert.equal(pointCount, expected.length);
    assert.equal(pointCount, SAMPLES.length * 7);
    const times = received.metrics.flatMap(({ points }) => points.map(({ timeMs }) => timeMs));
    assert.deepEqual(new Set(times), new Set([START_MS + 100]));
  });

  it('are the same when a session is written a second time', () => {
    const gauges = new OtlpGauges();
    const once = gauges.encode(SAMPLES).body;
    assert.deepEqual(gauges.encode(SAMPLES).body, once);
  });
});

describe('a sample of the load', () => {
  const { rules, ...rest } = thresholdsOf(configSchema.parse({}));
  const held = (session: number, atMs: number, isDegraded: boolean) =>
    QUALITY_RULES.filter(
      (rule) =>
        evaluateRule(
          rule,
          sampleOf(session, atMs, isDegraded),
          { muted: false, hadTraffic: true },
          { rules, ...rest },
        ) === 'holds',
    );

  it('is plainly bad or plainly good, at any time', () => {
    for (let second = 0; second < 200; second++) {
      assert.deepEqual(held(second * 7, START_MS + second * 1_000, true), ['mos', 'packet_loss']);
      assert.deepEqual(held(second * 7, START_MS + second * 1_000, false), []);
    }
  });
});
