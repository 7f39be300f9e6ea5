// Our OTLP into the OpenTelemetry Collector: what it says has arrived is what was sent.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../collector/clock.ts';
import type { DecodedPoint, DecodedRequest } from '../support/otlp-request.ts';
import { endedEvent, qualityBatch, qualitySample } from '../support/quality-sample.ts';
import { anySamples } from './any-samples.ts';
import { Exporting, RESOURCE } from './exporting.ts';
import { flatReceived } from './flat-points.ts';
import { without } from './programs.ts';
import { RealCollector } from './real-collector.ts';
import { stackPerTest } from './stack.ts';
import { until } from './until.ts';

/** For what has been answered with 200 to be in the file. */
const WRITTEN_MS = 20_000;
const FLEET_SIZE = 100_000;

/** A fleet that reports five metrics for each session. */
async function fill({ input }: Exporting, sessionCount: number): Promise<void> {
  const metrics = { mos: 4, packetLossPercent: 1, jitterMs: 20, rttMs: 80, bitrateKbps: 800 };
  const observedAtMs = systemClock.nowMs();
  const samples = Array.from({ length: sessionCount }, (_, index) =>
    qualitySample({ ...metrics, sessionId: `session-${index}`, observedAtMs }),
  );
  await input.consume(qualityBatch(...samples));
}

/** Every point of a session, under a name that holds all that its series is known by. */
function pointsOfSessions(requests: readonly DecodedRequest[]): { name: string; point: DecodedPoint }[] {
  return requests.flatMap(({ resource, metrics }) =>
    metrics.flatMap(({ points, ...metric }) =>
      points.flatMap((point) => {
        if (!('session.id' in point.attributes)) return [];
        const attributes = Object.entries(point.attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
        return [{ name: JSON.stringify([resource, metric, attributes]), point }];
      }),
    ),
  );
}

describe('OTLP into the Collector', { skip: without('otelcol') }, () => {
  const stack = stackPerTest();

  for (const encoding of ['proto', 'json'] as const) {
    for (const compression of ['gzip', 'none'] as const) {
      it(`arrives point for point, in ${encoding} with compression ${compression}`, async () => {
        const collector = await RealCollector.start(stack());
        const exporting = await Exporting.start(stack(), {
          endpoint: collector.otlpUrl,
          encoding,
          compression,
          max_batch_points: 100,
        });
        await exporting.input.consume(qualityBatch(...anySamples(60)));
        const expected = await exporting.points();
        const beganAtMs = systemClock.nowMs();
        await exporting.flush();
        const endedAtMs = systemClock.nowMs();
        const received = await until('the file holds all points', WRITTEN_MS, async () => {
          const requests = await collector.received();
          return flatReceived(requests).length >= expected.length ? requests : undefined;
        });

        assert.deepEqual(flatReceived(received), expected);
        assert.ok(received.length > 1, 'it was cut into several requests');
        for (const { resource } of received) assert.deepEqual(resource, RESOURCE);
        const times = received.flatMap(({ metrics }) => metrics.flatMap(({ points }) => points));
        for (const { timeMs, startTimeMs } of times) {
          assert.ok(timeMs >= beganAtMs && timeMs <= endedAtMs + 1, 'points carry the time of the export');
          assert.ok(startTimeMs <= timeMs, 'no point starts after it was taken');
        }
        assert.equal(await exporting.counted('sent'), expected.length);
        assert.equal(await exporting.counted('send_failed'), 0);
        assert.equal(await collector.ownMetric('otelcol_receiver_accepted_metric_points'), expected.length);
        assert.deepEqual(exporting.settings.lines, []);
      });
    }
  }

  for (const encoding of ['proto', 'json'] as const) {
    it(`says of each series of a session that it has ended, in ${encoding}`, async () => {
      const collector = await RealCollector.start(stack());
      const exporting = await Exporting.start(stack(), {
        endpoint: collector.otlpUrl,
        encoding,
        max_batch_points: 100,
      });
      const samples = anySamples(60);
      await exporting.input.consume(qualityBatch(...samples));
      await exporting.flush();
      const observedAtMs = systemClock.nowMs();
      const ends = samples.map(({ sessionId }) => endedEvent({ sessionId, observedAtMs }));
      await exporting.input.consume(qualityBatch(...ends));
      await exporting.flush();

      const received = await until('the file holds a mark for each value', WRITTEN_MS, async () => {
        const points = pointsOfSessions(await collector.received());
        const marks = points.filter(({ point }) => point.hasNoRecordedValue);
        const values = points.filter(({ point }) => !point.hasNoRecordedValue);
        return marks.length >= values.length && values.length > 0 ? { marks, values } : undefined;
      });
      const series = (of: typeof received.marks) => of.map(({ name }) => name).toSorted();
      assert.deepEqual(series(received.marks), series(received.values));
      const lastValueMs = Math.max(...received.values.map(({ point }) => point.timeMs));
      assert.ok(received.marks.every(({ point }) => point.timeMs > lastValueMs));
      assert.equal(await exporting.counted('send_failed'), 0);
      assert.deepEqual(exporting.settings.lines, []);
    });
  }

  it('goes on when the Collector was killed and is back, and says when it failed and when it came back', async () => {
    const collector = await RealCollector.start(stack());
    const exporting = await Exporting.start(stack(), { endpoint: collector.otlpUrl, timeout: '1500ms' });
    const shown = async (mos: number) => {
      await exporting.input.consume(qualityBatch(qualitySample({ mos, observedAtMs: systemClock.nowMs() })));
      await exporting.flush();
    };
    const arrived = (mos: number) =>
      until(`a MOS of ${mos} is in the file`, WRITTEN_MS, async () => {
        const points = flatReceived(await collector.received());
        return points.some(({ name, value }) => name === 'webrtc.video.mos' && value === mos)
          ? points
          : undefined;
      });
    await shown(4);
    await arrived(4);
    await collector.kill();
    await shown(3);
    const lost = await exporting.counted('send_failed');
    assert.ok(lost > 0, 'what could not be sent is counted');
    await collector.restart();
    await shown(2);
    const points = await arrived(2);
    assert.deepEqual(
      points.filter(({ name }) => name === 'webrtc.video.mos').map(({ value }) => value),
      [4, 2],
      'a gauge shows what is, and nothing of the meantime',
    );
    const totals = points.filter(({ name }) => name === 'webrtc.video.mos.distribution');
    assert.deepEqual(
      totals.map(({ value }) => (value as { count: number }).count),
      [1, 3],
      'a total lacks nothing of the meantime',
    );
    assert.deepEqual(
      exporting.settings.lines.map(({ level, msg }) => [level, msg]),
      [
        ['warn', 'metrics could not be exported; trying on'],
        ['info', 'metrics are exported again'],
      ],
    );
    assert.equal(await exporting.counted('send_failed'), lost);
  });

  it('as changes adds up to everything, also what fell into the time in which the Collector was gone', async () => {
    const collector = await RealCollector.start(stack());
    const exporting = await Exporting.start(stack(), {
      endpoint: collector.otlpUrl,
      temporality: 'delta',
      timeout: '1500ms',
    });
    const shown = async (...mos: number[]) => {
      const observedAtMs = systemClock.nowMs();
      const samples = mos.map((each, index) =>
        qualitySample({ mos: each, sessionId: `s-${index}`, observedAtMs }),
      );
      await exporting.input.consume(qualityBatch(...samples));
      await exporting.flush();
    };
    const counts = async () =>
      flatReceived(await collector.received())
        .filter(({ name }) => name === 'webrtc.video.mos.distribution')
        .map(({ value, temporality }) => [temporality, (value as { count: number }).count]);
    const exports = (count: number) =>
      until(`the file holds ${count} exports`, WRITTEN_MS, async () =>
        (await counts()).length === count ? true : undefined,
      );
    await shown(4, 3);
    await exports(1);
    await collector.kill();
    await shown(2, 3, 4);
    await collector.restart();
    await shown(1);
    await exports(2);
    assert.deepEqual(await counts(), [
      ['delta', 2],
      ['delta', 4],
    ]);
  });

  it('passes the limit of a request by being cut: 100,000 sessions, 500,000 points', async () => {
    const collector = await RealCollector.start(stack());
    const exporting = await Exporting.start(stack(), { endpoint: collector.otlpUrl });
    await fill(exporting, FLEET_SIZE);
    await exporting.flush();
    const sent = await exporting.counted('sent');
    assert.equal(await exporting.counted('send_failed'), 0);
    assert.ok(sent > 5 * FLEET_SIZE);
    assert.equal(await collector.ownMetric('otelcol_receiver_accepted_metric_points'), sent);
    await until('the file holds every session with five gauges', WRITTEN_MS, async () => {
      const sessions = await collector.sessionIds();
      const isWhole = sessions.size === 5 && [...sessions.values()].every(({ size }) => size === FLEET_SIZE);
      return isWhole ? true : undefined;
    });

    const uncut = await Exporting.start(stack(), {
      endpoint: collector.otlpUrl,
      max_batch_points: 1_000_000,
    });
    await fill(uncut, FLEET_SIZE);
    await uncut.flush();
    assert.deepEqual([await uncut.counted('sent'), await uncut.counted('send_failed')], [0, sent]);
  });

  it('that is too large for the Collector is refused once, counted, and named in the log', async () => {
    const collector = await RealCollector.start(stack(), { http: { max_request_body_size: 4_096 } });
    const exporting = await Exporting.start(stack(), { endpoint: collector.otlpUrl, compression: 'none' });
    await exporting.input.consume(qualityBatch(...anySamples(60)));
    await exporting.flush();
    assert.equal(await exporting.counted('sent'), 0);
    assert.equal(await exporting.counted('send_failed'), (await exporting.points()).length);
    assert.equal(await collector.ownMetric('otelcol_receiver_accepted_metric_points'), 0);
    assert.match(String(exporting.settings.lines[0]!['reason']), /^HTTP 400 .*request body too large/);
  });
});
