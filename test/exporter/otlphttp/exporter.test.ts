import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testHost } from '../../support/component-settings.ts';
import { OtlpSink } from '../../support/otlp-sink.ts';
import { endedEvent, qualityBatch, qualitySample, SAMPLE_START_MS } from '../../support/quality-sample.ts';
import { bedPerTest, MOS } from './bed.ts';

const bed = bedPerTest();

describe('an export', () => {
  for (const encoding of ['proto', 'json'] as const) {
    for (const compression of ['gzip', 'none'] as const) {
      it(`arrives as recorded, in ${encoding} with compression ${compression}`, async () => {
        const { exporter } = bed().created({ encoding, compression }, { 'service.name': 'wqb' });
        const input = bed().hub.sink('metrics', [exporter]);
        await exporter.start(testHost());
        const dimensions = { edge: 'fra-3', 'network.type': 'wifi' };
        const metrics = { mos: 3.25, packetLossPercent: 2.5, bitrateKbps: 780 };
        await input.consume(
          qualityBatch(qualitySample({ ...metrics, agentId: 'ägent', codec: 'VP8', dimensions })),
        );
        bed().hub.setDegradedLevel('s-1', 1);
        bed().clock.advance(1_234);
        await exporter.flush();

        const [request] = bed().sink.requests;
        assert.equal(request!.path, '/v1/metrics');
        assert.equal(request!.headers['content-encoding'], compression === 'gzip' ? 'gzip' : undefined);
        assert.deepEqual(request!.resource, { 'service.name': 'wqb' });
        const attributes = { 'session.id': 's-1', 'agent.id': 'ägent', 'webrtc.codec': 'VP8', ...dimensions };
        const timeMs = SAMPLE_START_MS + 1_234;
        const gauges = request!.metrics.filter(({ points }) =>
          points.some((point) => 'session.id' in point.attributes),
        );
        assert.deepEqual(
          gauges.map(({ name, unit, kind, points }) => ({ name, unit, kind, points })),
          [
            { name: MOS, unit: '', value: 3.25 },
            { name: 'webrtc.video.packet_loss', unit: '1', value: 0.025 },
            { name: 'webrtc.video.bitrate', unit: 'bit/s', value: 780_000 },
            { name: 'webrtc.video.degraded', unit: '', value: 1 },
          ].map(({ name, unit, value }) => ({
            name,
            unit,
            kind: 'gauge',
            points: [{ attributes, startTimeMs: timeMs, timeMs, value }],
          })),
        );
        const [distribution] = bed().sink.metrics(`${MOS}.distribution`);
        assert.equal(distribution!.temporality, 'cumulative');
        const [point] = distribution!.points;
        assert.deepEqual(point!.attributes, dimensions);
        assert.equal(point!.startTimeMs, SAMPLE_START_MS);
        const { count, sum, min, max, bucketCounts, explicitBounds } = point!.histogram!;
        assert.deepEqual({ count, sum, min, max }, { count: 1, sum: 3.25, min: 3.25, max: 3.25 });
        assert.equal(bucketCounts.indexOf(1), explicitBounds.indexOf(3.5));
      });
    }
  }

  it('happens at each interval', async () => {
    const { input } = await bed().started({ export_interval: '10s' });
    await input.consume(qualityBatch(qualitySample({ mos: 4 })));
    bed().clock.advance(9_999);
    assert.equal(bed().sink.requests.length, 0);
    bed().clock.advance(1);
    await bed().sink.received(1);
    assert.equal(bed().sink.points(MOS)[0]!.timeMs, SAMPLE_START_MS + 10_000);
  });

  it('shows an ended session no more', async () => {
    const { exporter, input } = await bed().started();
    await input.consume(qualityBatch(qualitySample({ mos: 4 }), qualitySample({ sessionId: 's-2', mos: 3 })));
    await exporter.flush();
    assert.deepEqual(bed().sessionsSeen(), ['s-1', 's-2']);
    bed().sink.clear();
    await input.consume(qualityBatch(endedEvent()));
    await exporter.flush();
    assert.deepEqual(bed().sessionsSeen(), ['s-2']);
  });

  it('shows a session that fell silent no more', async () => {
    const { exporter, input } = await bed().started({ export_interval: '1h' });
    await input.consume(qualityBatch(qualitySample({ mos: 4 })));
    bed().clock.advance(60_000);
    await exporter.flush();
    assert.deepEqual(bed().sessionsSeen(), []);
  });

  it('has a series of its own for each of 2,001 sessions, over as many requests as it takes', async () => {
    const { exporter, input, sent } = await bed().started({ max_batch_points: 500 });
    const samples = Array.from({ length: 2_001 }, (_, index) =>
      qualitySample({ sessionId: `s-${index}`, mos: 4 }),
    );
    await input.consume(qualityBatch(...samples));
    await exporter.flush();
    assert.equal(new Set(bed().sessionsSeen()).size, 2_001);
    assert.equal(bed().sessionsSeen().length, 2_001);
    assert.ok(
      bed()
        .sink.points(MOS)
        .every(({ attributes }) => !('otel.metric.overflow' in attributes)),
    );
    // 2,001 points of MOS, one histogram and the number of sessions.
    assert.equal(await sent(), 2_003);
    assert.equal(bed().sink.requests.length, 5);
  });

  it('shows only the chosen sessions', async () => {
    const { exporter, input } = await bed().started({ sessions: 'worst', worst_count: 2 });
    const samples = [4, 2, 3].map((mos) => qualitySample({ sessionId: `mos-${mos}`, mos }));
    await input.consume(qualityBatch(...samples));
    await exporter.flush();
    assert.deepEqual(bed().sessionsSeen(), ['mos-2', 'mos-3']);
    assert.equal(bed().sink.points(`${MOS}.distribution`)[0]!.histogram!.count, 3);
  });

  it('sends changes where the backend takes only those', async () => {
    const { exporter, input } = await bed().started({ temporality: 'delta' });
    const countsSent = () =>
      bed()
        .sink.points(`${MOS}.distribution`)
        .map(({ histogram }) => histogram!.count);
    for (const second of [0, 5]) {
      const observedAtMs = SAMPLE_START_MS + second * 1_000;
      await input.consume(qualityBatch(qualitySample({ mos: 4, observedAtMs })));
      await exporter.flush();
      bed().clock.advance(5_000);
    }
    assert.deepEqual(countsSent(), [1, 1]);
    assert.equal(bed().sink.metrics(`${MOS}.distribution`)[1]!.temporality, 'delta');
  });

  it('goes to two backends at once', async () => {
    const other = new OtlpSink();
    await other.start();
    try {
      const grafana = bed().created();
      const datadog = bed().created({ endpoint: '', metrics_endpoint: `${other.url}/dd`, encoding: 'json' });
      const input = bed().hub.sink('metrics', [grafana.exporter, datadog.exporter]);
      for (const { exporter } of [grafana, datadog]) await exporter.start(testHost());
      await input.consume(qualityBatch(qualitySample({ mos: 4 })));
      await Promise.all([grafana.exporter.flush(), datadog.exporter.flush()]);
      assert.deepEqual(bed().sessionsSeen(), ['s-1']);
      assert.equal(other.points(MOS).length, 1);
      assert.equal(other.requests[0]!.path, '/dd');
    } finally {
      await other.close();
    }
  });
});

describe('a request', () => {
  it('has the configured headers, and those of the authenticator', async () => {
    const authenticator = {
      start: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
      headers: () => Promise.resolve({ authorization: 'Bearer t' }),
      refresh: () => Promise.resolve(false),
    };
    const config = { headers: { 'DD-API-KEY': 'k' }, auth: { authenticator: 'bearertokenauth' } };
    const { exporter } = await bed().started(config, { bearertokenauth: authenticator });
    await exporter.flush();
    const { headers } = bed().sink.requests[0]!;
    assert.equal(headers['dd-api-key'], 'k');
    assert.equal(headers['authorization'], 'Bearer t');
  });

  it('has nothing from the OTLP variables of the environment, which stay as they are', async () => {
    const name = 'OTEL_EXPORTER_OTLP_HEADERS';
    process.env[name] = 'authorization=of-another-backend';
    try {
      const { exporter } = await bed().started();
      await exporter.flush();
      assert.equal(bed().sink.requests[0]!.headers['authorization'], undefined);
      assert.equal(process.env[name], 'authorization=of-another-backend');
    } finally {
      delete process.env[name];
    }
  });

  for (const status of [401, 403]) {
    it(`is sent once more when the credential that ${status} refused could be renewed`, async () => {
      let token = 'old';
      const authenticator = {
        start: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
        headers: () => Promise.resolve({ authorization: token }),
        refresh: () => Promise.resolve(token !== (token = 'new')),
      };
      const { exporter, settings, sendFailed } = await bed().started(
        { auth: { authenticator: 'oauth2client' } },
        { oauth2client: authenticator },
      );
      bed().sink.answerNext({ status });
      await exporter.flush();
      assert.deepEqual(
        bed().sink.requests.map(({ headers }) => headers['authorization']),
        ['old', 'new'],
      );
      assert.equal(await sendFailed(), 0);
      bed().sink.clear();
      bed().sink.answerNext({ status });
      await exporter.flush();
      assert.equal(bed().sink.requests.length, 1);
      assert.match(String(settings.lines.at(-1)!['reason']), new RegExp(`^HTTP ${status} `));
    });
  }
});
