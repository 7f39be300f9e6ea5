// That a backend is told of each series that has ended: once, in order, and never in place of a value.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endedEvent, qualityBatch, qualitySample, SAMPLE_START_MS } from '../../support/quality-sample.ts';
import { type Bed, bedPerTest, MOS } from './bed.ts';

const bed = bedPerTest();
const HANGS_UP = { 'retry-after': '3600' };

type Started = Awaited<ReturnType<Bed['started']>>;

/** Shows sessions, each with a MOS of 4 unless it says otherwise, and ends others, all at a later moment; then exports. */
async function exported({ exporter, input }: Started, { shows = [], ends = [] }: Change): Promise<void> {
  bed().sink.clear();
  bed().clock.advance(1_000);
  const observedAtMs = bed().clock.nowMs();
  await input.consume(
    qualityBatch(
      ...ends.map((sessionId) => endedEvent({ sessionId, observedAtMs: observedAtMs - 1 })),
      ...shows.map((fields) => qualitySample({ mos: 4, observedAtMs, ...fields })),
    ),
  );
  await exporter.flush();
}
interface Change {
  readonly shows?: readonly Partial<Parameters<typeof qualitySample>[0]>[];
  readonly ends?: readonly string[];
}

describe('a series that has ended', () => {
  for (const encoding of ['proto', 'json'] as const) {
    it(`is marked under its own name and attributes, at the time of the next export, in ${encoding}`, async () => {
      const started = await bed().started({ encoding });
      const dimensions = { edge: 'fra-3' };
      bed().hub.setDegradedLevel('s-1', 0);
      await exported(started, { shows: [{ agentId: 'ägent', rttMs: 80, dimensions }] });
      const gauges = bed().sink.requests.flatMap(({ metrics }) =>
        metrics.filter(({ points }) => points.some(({ attributes }) => 'session.id' in attributes)),
      );
      assert.equal(gauges.length, 3, 'MOS, round-trip time, degraded');
      await exported(started, { ends: ['s-1'] });
      const [values, marks] = bed().sink.requests;
      assert.ok(values!.metrics.every(({ points }) => points.every((point) => !point.hasNoRecordedValue)));
      const timeMs = SAMPLE_START_MS + 2_000;
      assert.deepEqual(marks!.resource, values!.resource);
      assert.deepEqual(
        marks!.metrics,
        gauges.map((metric) => ({
          ...metric,
          points: metric.points.map(({ attributes }) => ({
            attributes,
            startTimeMs: timeMs,
            timeMs,
            hasNoRecordedValue: true,
          })),
        })),
      );
      const { 'content-type': contentType, 'content-encoding': contentEncoding } = values!.headers;
      assert.equal(marks!.headers['content-type'], contentType);
      assert.equal(marks!.headers['content-encoding'], contentEncoding);
    });
  }

  it('is marked once', async () => {
    const started = await bed().started();
    await exported(started, { shows: [{}] });
    await exported(started, { ends: ['s-1'] });
    assert.deepEqual(bed().sessionsEnded(), ['s-1']);
    await exported(started, {});
    assert.deepEqual(bed().sessionsEnded(), []);
    assert.equal(bed().sink.requests.length, 1);
  });

  it('is marked when its session falls silent', async () => {
    const started = await bed().started({ export_interval: '1h' });
    await exported(started, { shows: [{}] });
    bed().clock.advance(60_000);
    await exported(started, {});
    assert.deepEqual(bed().sessionsEnded(), ['s-1']);
  });

  it('is marked when only its own value is not known any more, and others are', async () => {
    const started = await bed().started();
    await exported(started, { shows: [{ rttMs: 80 }] });
    await exported(started, { shows: [{ mos: NaN, rttMs: 90 }] });
    assert.deepEqual(bed().sessionsEnded(), ['s-1']);
    const [rtt, ...others] = bed().sink.points('webrtc.video.round_trip_time');
    assert.deepEqual([rtt!.value, others], [0.09, []]);
  });

  it('is marked under the old description when the session has another one', async () => {
    const started = await bed().started();
    await exported(started, { shows: [{ codec: 'VP8' }] });
    await exported(started, { shows: [{ codec: 'VP9' }] });
    const codecs = bed()
      .sink.points(MOS)
      .map(({ attributes, value }) => [attributes['webrtc.codec'], value]);
    assert.deepEqual(codecs, [
      ['VP9', 4],
      ['VP8', undefined],
    ]);
  });

  it('is marked when the session is not chosen any more', async () => {
    const started = await bed().started({ sessions: 'worst', worst_count: 1 });
    await exported(started, { shows: [{ mos: 2 }, { sessionId: 's-2', mos: 3 }] });
    assert.deepEqual(bed().sessionsSeen(), ['s-1']);
    await exported(started, { shows: [{ mos: 4 }] });
    assert.deepEqual([bed().sessionsSeen(), bed().sessionsEnded()], [['s-2'], ['s-1']]);
  });

  it('is not marked when the session began again in the meantime', async () => {
    const started = await bed().started();
    await exported(started, { shows: [{}] });
    await exported(started, { ends: ['s-1'], shows: [{}] });
    assert.deepEqual([bed().sessionsSeen(), bed().sessionsEnded()], [['s-1'], []]);
  });

  it('is not marked when the session began again and stands in another row', async () => {
    const started = await bed().started({ export_interval: '1h' });
    const other = await bed().started({ export_interval: '1h' });
    await exported(started, { shows: [{ sessionId: 's-0' }, {}] });
    bed().clock.advance(60_000);
    // Another exporter's collection frees both rows, of which the last is taken first.
    await other.exporter.flush();
    await exported(started, { shows: [{ sessionId: 's-2' }, {}] });
    assert.deepEqual([bed().sessionsSeen(), bed().sessionsEnded()], [['s-1', 's-2'], ['s-0']]);
  });

  it('is not marked where it is switched off', async () => {
    const started = await bed().started({ mark_ended: false });
    await exported(started, { shows: [{}] });
    await exported(started, { ends: ['s-1'] });
    assert.deepEqual(bed().sessionsEnded(), []);
  });

  it('is marked as it is where the backend takes changes', async () => {
    const started = await bed().started({ temporality: 'delta' });
    await exported(started, { shows: [{}] });
    await exported(started, { ends: ['s-1'] });
    assert.deepEqual(bed().sessionsEnded(), ['s-1']);
  });
});

describe('marks', () => {
  it('go in requests of their own, cut like the values, and are counted', async () => {
    const started = await bed().started({ max_batch_points: 3 });
    const ids = ['s-1', 's-2', 's-3', 's-4'];
    await exported(started, { shows: ids.map((sessionId) => ({ sessionId })) });
    const before = (await started.sent())!;
    await exported(started, { ends: ids });
    assert.deepEqual(bed().sessionsEnded().toSorted(), ids);
    const shapes = bed().sink.requests.map(({ metrics }) =>
      metrics.flatMap(({ points }) => points.map((point) => point.hasNoRecordedValue ?? false)),
    );
    // The number of sessions and a histogram, and what of the four marks still fits into that batch.
    assert.deepEqual(shapes, [[false, false], [true], [true, true, true]]);
    assert.equal((await started.sent())! - before, 6);
  });

  it('that a backend refuses cost no values and don’t come again', async () => {
    for (const status of [400, 413]) {
      const started = await bed().started();
      await exported(started, { shows: [{}, { sessionId: 's-2' }] });
      bed().sink.answerNext({ status: 200 }, { status });
      await exported(started, { ends: ['s-1'], shows: [{ sessionId: 's-2' }] });
      assert.deepEqual([bed().sessionsSeen(), bed().sessionsEnded()], [['s-2'], ['s-1']]);
      assert.equal(await started.sendFailed(), 1);
      assert.match(String(started.settings.lines[0]!['reason']), /^HTTP \d+ .*\(marks of ended series\)$/);
      await exported(started, { shows: [{ sessionId: 's-2' }] });
      assert.deepEqual([bed().sessionsSeen(), bed().sessionsEnded()], [['s-2'], []]);
      assert.equal(await started.sendFailed(), 1);
    }
  });

  it('come again one by one, where only some were answered', async () => {
    const started = await bed().started({ max_batch_points: 1 });
    await exported(started, { shows: [{ rttMs: 80 }] });
    const ok = { status: 200 };
    // The number of sessions and two histograms, then MOS, then round-trip time.
    bed().sink.answerNext(ok, ok, ok, ok, { status: 503, headers: HANGS_UP });
    await exported(started, { ends: ['s-1'] });
    assert.deepEqual(bed().sessionsEnded(), ['s-1']);
    await exported(started, {});
    assert.deepEqual(bed().sessionsEnded(), []);
    assert.equal(bed().sink.points('webrtc.video.round_trip_time').length, 1);
  });

  it('have the headers of every request, and are cut off in time like every request', async () => {
    const config = { headers: { 'x-key': 'k' }, export_interval: '1h', timeout: '30m' };
    const started = await bed().started(config);
    await exported(started, { shows: [{}] });
    bed().sink.answerNext({ status: 200 }, 'hang');
    const flushed = exported(started, { ends: ['s-1'] });
    await bed().sink.received(2);
    bed().clock.advance(30 * 60_000);
    await Promise.all([flushed, bed().sink.abandoned(1)]);
    assert.deepEqual(
      bed().sink.requests.map(({ headers }) => headers['x-key']),
      ['k', 'k'],
    );
    await exported(started, {});
    assert.deepEqual(bed().sessionsEnded(), ['s-1']);
  });

  it('wait for a backend that refuses everything', async () => {
    const started = await bed().started();
    await exported(started, { shows: [{}] });
    bed().sink.answerNext({ status: 404 }, { status: 404 });
    await exported(started, { ends: ['s-1'] });
    await exported(started, {});
    assert.deepEqual(bed().sessionsEnded(), ['s-1']);
  });

  it('come again until they are answered, each time with the time of the export', async () => {
    const started = await bed().started();
    await exported(started, { shows: [{}] });
    bed().sink.answerNext({ status: 200 }, { status: 503, headers: HANGS_UP });
    await exported(started, { ends: ['s-1'] });
    const [first] = bed().sink.points(MOS);
    await exported(started, {});
    const [second] = bed().sink.points(MOS);
    assert.ok(second!.hasNoRecordedValue);
    assert.equal(second!.timeMs - first!.timeMs, 1_000);
    await exported(started, {});
    assert.deepEqual(bed().sink.points(MOS), []);
  });

  it('don’t come again when the session did', async () => {
    const started = await bed().started();
    await exported(started, { shows: [{}] });
    bed().sink.answerNext({ status: 200 }, { status: 503, headers: HANGS_UP });
    await exported(started, { ends: ['s-1'] });
    await exported(started, { shows: [{}] });
    assert.deepEqual([bed().sessionsSeen(), bed().sessionsEnded()], [['s-1'], []]);
    await exported(started, { ends: ['s-1'] });
    assert.deepEqual(bed().sessionsEnded(), ['s-1']);
  });

  it('outlast a backend that is gone, for what it had been told of before', async () => {
    const started = await bed().started();
    await exported(started, { shows: [{}] });
    const gone = { status: 503, headers: HANGS_UP };
    bed().sink.answerNext(gone, gone);
    await exported(started, { shows: [{ sessionId: 's-2' }] });
    await exported(started, { ends: ['s-1', 's-2'] });
    await exported(started, {});
    assert.deepEqual(bed().sessionsEnded(), ['s-1']);
  });

  it('are made for each backend by what it was told', async () => {
    const started = await bed().started();
    const other = await bed().started();
    await started.input.consume(qualityBatch(qualitySample({ mos: 4 })));
    await exported(other, { shows: [{ sessionId: 's-2' }] });
    await exported(started, { ends: ['s-1'] });
    assert.deepEqual(bed().sessionsEnded(), [], 'never told of it');
  });

  it('of the end go out with the last export', async () => {
    const { exporter, input } = await bed().started();
    await input.consume(qualityBatch(qualitySample({ mos: 4 })));
    await exporter.flush();
    bed().sink.clear();
    await input.consume(qualityBatch(endedEvent({ observedAtMs: SAMPLE_START_MS + 1 })));
    await exporter.shutdown(new AbortController().signal);
    assert.deepEqual(bed().sessionsEnded(), ['s-1']);
  });
});
