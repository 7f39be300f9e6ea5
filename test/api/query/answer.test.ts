// What an answer has in it and how it is ordered.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApiRefusal } from '../../../api/api-refusal.ts';
import { MAX_RESULTS } from '../../../api/query/run.ts';
import { SAMPLE_START_MS, endedEvent, qualitySample } from '../../support/quality-sample.ts';
import { sampleAt, triedAt, TriedRollups } from '../../support/tried-rollups.ts';

const refusal = (message: RegExp) => (error: ApiRefusal) => {
  assert.equal(error.status, 400);
  assert.equal(error.code, 'bad.request');
  assert.match(error.message, message);
  return true;
};

describe('the answer', () => {
  it('is empty where nothing was counted', async () => {
    const tried = await triedAt(1);
    assert.deepEqual((await tried.query({ select: ['count'] })).results, []);
  });

  it('has intervals that begin at their multiples, cut where the range ends', async () => {
    const tried = await triedAt(100);
    tried.record(...[7, 12, 59, 61, 77, 100].map((minute) => sampleAt(minute)));
    const { from, to, results } = await tried.query({
      interval: 'PT1H',
      select: ['count'],
      where: `timestamp >= '2026-01-01T00:12:00Z' && timestamp < "2026-01-01T01:15:00+00:00"`,
    });
    assert.deepEqual([from, to], ['2026-01-01T00:10:00.000Z', '2026-01-01T01:15:00.000Z']);
    assert.deepEqual(
      results.map((result) => [result.from.slice(11, 16), result.to.slice(11, 16), result.data.count]),
      [
        ['00:10', '01:00', 2],
        ['01:00', '01:15', 1],
      ],
    );
  });

  for (const [where, from, to] of [
    ["timestamp > '2026-01-01T00:10:00Z'", '00:10', '01:45'],
    ["timestamp > '2026-01-01T00:09:59.999Z'", '00:10', '01:45'],
    ["timestamp >= '2026-01-01T00:09:59.999Z'", '00:05', '01:45'],
    ["timestamp < '2026-01-01T00:10:00Z'", '00:00', '00:10'],
    ["timestamp <= '2026-01-01T00:10:00Z'", '00:00', '00:15'],
    ["timestamp <= now() + 1h && (timestamp > 1767226200 && type == 'webrtc-video')", '00:10', '01:45'],
    ["timestamp < '2026-01-01T00:20:00Z' && timestamp < '2026-01-01T00:40:00Z'", '00:00', '00:20'],
    ['event.timestamp > now() - 90m && timestamp > now() - 30m', '01:10', '01:45'],
  ] as const) {
    it(`takes ${where} in whole intervals`, async () => {
      const tried = await triedAt(100);
      const narrow = await tried.query({
        select: ['count'],
        where: `${where} && timestamp >= '2026-01-01T00:00:00Z'`,
      });
      assert.deepEqual([narrow.from.slice(11, 16), narrow.to.slice(11, 16)], [from, to]);
    });
  }

  for (const where of [
    'timestamp > now() + 1h',
    "timestamp < '2020-01-01T00:00:00Z'",
    'timestamp < now() - 2h && timestamp > now() - 1h',
  ]) {
    it(`is empty for ${where}`, async () => {
      const tried = await triedAt(100);
      tried.record(sampleAt(100), sampleAt(0));
      const { from, to, results } = await tried.query({ select: ['count'], where });
      assert.equal(from, to);
      assert.deepEqual(results, []);
    });
  }

  it('names groups and data as they were asked for', async () => {
    const tried = await triedAt(1);
    tried.record(sampleAt(0, { mos: 4, rttMs: 80, codec: 'VP8', dimensions: { edge: 'e-1' } }));
    const { results } = await tried.query({
      select: [
        'event.metrics.rtt.ms.max',
        'rtt_ms.min',
        'mos.count',
        'metrics.rtt.ms.p99',
        'metrics.jitter.ms.count',
      ],
      group: ['dimensions.edge', 'codec', 'mos', 'event.metrics.mos', 'site'],
    });
    assert.deepEqual(results[0]!.group, {
      'dimensions.edge': 'e-1',
      codec: 'VP8',
      mos: '(3.8,4]',
      'event.metrics.mos': '(3.8,4]',
    });
    assert.deepEqual(results[0]!.data, {
      'event.metrics.rtt.ms.max': 80,
      'rtt_ms.min': 80,
      'mos.count': 1,
      'metrics.rtt.ms.p99': 80,
    });
  });

  it('is in the order of time, then of the groups, bands by their numbers', async () => {
    const tried = await triedAt(20);
    for (const minute of [11, 1]) {
      for (const edge of ['b', 'a']) {
        for (const mos of [4.7, 1.2, 3.3]) tried.record(sampleAt(minute, { mos, dimensions: { edge } }));
      }
    }
    tried.record(sampleAt(1, { mos: 2 }));
    await tried.restart();
    tried.record(sampleAt(6, { mos: 2, dimensions: { edge: 'a' } }));
    const { results } = await tried.query({ select: ['count'], group: ['edge', 'mos'] });
    const inOne = ['a', 'b'].flatMap((edge) =>
      ['(-inf,1.5]', '(3.2,3.5]', '(4.6,inf)'].map((band) => `${edge} ${band}`),
    );
    assert.deepEqual(
      results.map(({ from, group }) => `${from.slice(14, 16)} ${group.edge} ${group.mos}`),
      [
        ...inOne.map((line) => `00 ${line}`),
        '00 undefined (1.5,2]',
        '05 a (1.5,2]',
        ...inOne.map((line) => `10 ${line}`),
      ],
    );
  });

  it('counts session events by their state', async () => {
    const tried = await triedAt(1);
    tried.record(
      sampleAt(0),
      ...['ended', 'ended', 'connected'].map((type) => endedEvent({ type: type as 'ended' })),
    );
    const { results } = await tried.query({
      eventTypes: ['webrtc'],
      select: ['count', 'metrics.mos.avg'],
      group: ['type', 'state'],
    });
    assert.deepEqual(
      results.map(({ group, data }) => [group, data]),
      [
        [{ type: 'webrtc', state: 'connected' }, { count: 1 }],
        [{ type: 'webrtc', state: 'ended' }, { count: 2 }],
      ],
    );
  });

  it('has the overflow apart, and says how many it could not judge', async () => {
    const tried = await TriedRollups.start({ maxGroups: 2 });
    const edges = ['a', 'b', 'c', 'd', 'd'];
    tried.record(...edges.map((edge) => sampleAt(0, { mos: 4, dimensions: { edge } })));
    const whole = await tried.query({ select: ['count', 'metrics.mos.avg'] });
    assert.deepEqual(whole.results[0]!.data, { count: 5, 'metrics.mos.avg': 4 });
    assert.equal(whole.results[0]!.isOverflow, undefined);
    const { results } = await tried.query({ select: ['count'], group: ['type', 'edge'] });
    assert.deepEqual(
      results.map(({ group, isOverflow, data }) => [group, isOverflow, data.count]),
      [
        [{ type: 'webrtc-video', edge: 'a' }, undefined, 1],
        [{ type: 'webrtc-video', edge: 'b' }, undefined, 1],
        [{ type: 'webrtc-video' }, true, 3],
      ],
    );
    // A group that has no codec is another thing than one of which it is not known.
    const byCodec = await tried.query({ select: ['count'], group: ['codec'] });
    assert.deepEqual(
      byCodec.results.map(({ group, isOverflow, data }) => [group, isOverflow, data.count]),
      [
        [{}, undefined, 2],
        [{}, true, 3],
      ],
    );
    const judged = await tried.query({ select: ['count'], where: "!(edge == 'a')" });
    assert.deepEqual([judged.results[0]!.data.count, judged.undecidedCount], [1, 3]);
    // What is certain in spite of it is not undecided.
    const certain = await tried.query({ select: ['count'], where: "edge == 'a' || type == 'webrtc-video'" });
    assert.deepEqual([certain.results[0]!.data.count, certain.undecidedCount], [5, undefined]);
    const none = await tried.query({ select: ['count'], where: "edge == 'a' && type == 'webrtc'" });
    assert.deepEqual([none.results, none.undecidedCount], [[], undefined]);
  });

  it('never takes the overflow for a group, however the numbers of a block fall', async () => {
    const tried = await TriedRollups.start({ maxGroups: 127 });
    for (let group = 0; group < 127; group++) {
      const fields = { observedAtMs: SAMPLE_START_MS, dimensions: { edge: `e-${group}` } };
      tried.record(group % 2 === 0 ? qualitySample(fields) : endedEvent(fields));
    }
    tried.record(sampleAt(0, { codec: 'VP8' }));
    const eventTypes = ['webrtc-video', 'webrtc'];
    const { results } = await tried.query({ eventTypes, select: ['count'], group: ['type', 'edge'] });
    assert.equal(results.length, 128);
    assert.ok(results.every(({ data }) => data.count === 1));
  });

  it('is refused when it would be too long, and says what to do', async () => {
    const tried = await TriedRollups.start({ maxGroups: 20_000 });
    const sampleOf = (edge: number) => sampleAt(0, { dimensions: { edge: `e-${edge}` } });
    tried.record(...Array.from({ length: MAX_RESULTS }, (_, edge) => sampleOf(edge)));
    const query = { select: ['count'], group: ['edge'] };
    assert.equal((await tried.query(query)).results.length, MAX_RESULTS);
    const selected = (...metrics: string[]) => ({
      ...query,
      select: metrics.map((metric) => `metrics.${metric}.p50`),
    });
    await tried.query(selected('mos', 'rtt.ms'));
    await assert.rejects(
      tried.query(selected('mos', 'rtt.ms', 'jitter.ms')),
      refusal(/more than 20000 percentiles at once: narrow the range, group by less/),
    );
    tried.record(sampleOf(MAX_RESULTS));
    await assert.rejects(
      tried.query(query),
      refusal(/more than 10000 results: narrow the range, group by less/),
    );
  });
});
