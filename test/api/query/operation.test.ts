import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { ApiRefusal } from '../../../api/api-refusal.ts';
import { queryOperation } from '../../../api/query/operation.ts';
import { MAX_RESULTS } from '../../../api/query/run.ts';
import { RollupsUnavailableError } from '../../../api/rollup/rollups.ts';
import type { QualitySample } from '../../../receiver/sample.ts';
import { endedEvent, qualitySample, SAMPLE_START_MS } from '../../support/quality-sample.ts';
import { TriedRollups } from '../../support/tried-rollups.ts';

/** As the guide has it. */
const GUIDE = {
  eventTypes: ['webrtc-video'],
  interval: 'PT5M',
  select: ['metrics.mos.avg', 'metrics.packetLossPercent.avg', 'metrics.jitter.ms.avg', 'count'],
  group: ['metrics.mos.avg'],
  where: 'timestamp > now() - 24h',
};

const MINUTE_MS = 60_000;

function sampleAt(minute: number, fields: Partial<QualitySample> = {}): QualitySample {
  return qualitySample({ observedAtMs: SAMPLE_START_MS + minute * MINUTE_MS, ...fields });
}

async function triedAt(minute: number): Promise<TriedRollups> {
  const tried = await TriedRollups.start();
  tried.clock.advance(minute * MINUTE_MS);
  return tried;
}

const refusal = (message: RegExp) => (error: ApiRefusal) => {
  assert.equal(error.status, 400);
  assert.equal(error.code, 'bad.request');
  assert.match(error.message, message);
  return true;
};

describe('the request of the guide', () => {
  it('is answered word for word', async () => {
    const tried = await triedAt(12);
    tried.record(
      sampleAt(1, { mos: 4.3, packetLossPercent: 0.5, jitterMs: 10 }),
      sampleAt(2, { mos: 4.35, packetLossPercent: 1.5 }),
      sampleAt(2, { mos: 3.1, packetLossPercent: 4, jitterMs: 30 }),
      sampleAt(4, { jitterMs: 50 }),
      endedEvent({ observedAtMs: SAMPLE_START_MS + MINUTE_MS }),
    );
    await tried.rollups.flush();
    tried.record(sampleAt(11, { mos: 1.2 }));
    const first = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:05:00.000Z' };
    const last = { from: '2026-01-01T00:10:00.000Z', to: '2026-01-01T00:15:00.000Z' };
    const answer = await tried.query(GUIDE);
    assert.deepEqual(answer, {
      interval: 'PT5M',
      from: '2025-12-31T00:10:00.000Z',
      to: '2026-01-01T00:15:00.000Z',
      results: [
        {
          ...first,
          group: { 'metrics.mos.avg': '(3,3.2]' },
          data: {
            'metrics.mos.avg': 3.1,
            'metrics.packetLossPercent.avg': 4,
            'metrics.jitter.ms.avg': 30,
            count: 1,
          },
        },
        {
          ...first,
          group: { 'metrics.mos.avg': '(4.2,4.4]' },
          data: {
            'metrics.mos.avg': (4.3 + 4.35) / 2,
            'metrics.packetLossPercent.avg': 1,
            'metrics.jitter.ms.avg': 10,
            count: 2,
          },
        },
        // The sample whose MOS nobody has measured: in no band, and last.
        { ...first, group: {}, data: { 'metrics.jitter.ms.avg': 50, count: 1 } },
        { ...last, group: { 'metrics.mos.avg': '(-inf,1.5]' }, data: { 'metrics.mos.avg': 1.2, count: 1 } },
      ],
    });
  });

  it('covers the whole of 24 hours', async () => {
    const tried = await triedAt(24 * 60);
    tried.record(sampleAt(0.001), sampleAt(24 * 60));
    const { results } = await tried.query(GUIDE);
    assert.deepEqual(
      results.map(({ from }) => from),
      ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'],
    );
  });
});

describe('the answer', () => {
  it('is empty where nothing was counted', async () => {
    const tried = await triedAt(1);
    assert.deepEqual((await tried.query(GUIDE)).results, []);
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

const REFUSED: [rule: string, change: Record<string, unknown>, message: RegExp][] = [
  ['an interval that is no duration', { interval: '5m' }, /^interval: expected an ISO 8601 duration/],
  ['a month', { interval: 'P1M' }, /^interval: expected an ISO 8601 duration/],
  ['nothing', { interval: 'PT0S' }, /^interval: expected an ISO 8601 duration/],
  ['an interval finer than the rollups', { interval: 'PT1M' }, /^interval: must be a multiple of PT5M/],
  ['an interval between two multiples', { interval: 'PT7M' }, /^interval: must be a multiple of PT5M/],
  [
    'a metric without a statistic',
    { select: ['count', 'metrics.mos'] },
    /^select\[1\]: expected "count", or a metric and/,
  ],
  ['another percentile', { select: ['metrics.mos.p90'] }, /^select\[0\]: expected "count"/],
  [
    'a member of every object',
    { select: ['constructor.avg'] },
    /^select\[0\]: is no metric; those are metrics\.mos, /,
  ],
  ['an average of a text', { select: ['codec.avg'] }, /^select\[0\]: is no metric/],
  [
    'groups by session',
    { group: ['session.id'] },
    /^group\[0\]: rollups are not kept by this, but by type, state, .*edge, metrics\.mos$/,
  ],
  [
    'groups by what is not configured',
    { group: ['edge', 'isp'] },
    /^group\[1\]: rollups are not kept by this/,
  ],
  ['groups by nothing known', { group: ['toString'] }, /^group\[0\]: rollups are not kept by this/],
  [
    'groups by another statistic',
    { group: ['metrics.mos.max'] },
    /^group\[0\]: rollups are not kept by this/,
  ],
  ['groups by the average of a text', { group: ['codec.avg'] }, /^group\[0\]: rollups are not kept by this/],
  [
    'bands that are not told apart',
    { group: ['metrics.rtt.ms.avg'] },
    /^group\[0\]: the bands of this metric are not told apart; add rttMs to group_metrics/,
  ],
  ['bands where there are none', { group: ['metrics.outage'] }, /^group\[0\]: this metric has no bands/],
  ['no filter', { where: 'timestamp >' }, /^where: column 12: expected a number/],
  [
    'a metric in where',
    { where: "edge == 'a' && metrics.mos < 3" },
    /^where: column 16: rollups hold no single values: leave the metric out, and group/,
  ],
  [
    'a session in where',
    { where: "session.id == 's-1'" },
    /^where: column 1: rollups are not kept by this field, but by type, /,
  ],
  [
    'a dimension that is not configured',
    { where: "isp == 'x'" },
    /^where: column 1: rollups are not kept by this field/,
  ],
  ['a field that is none', { where: "queue == 'x'" }, /^where: column 1: no field of this name/],
  ['a negated time', { where: '!(timestamp > now())' }, /^where: column 3: a time is a limit of the whole/],
  [
    'a time as an alternative',
    { where: "edge == 'a' || timestamp > now()" },
    /^where: column 16: a time is a limit of the whole/,
  ],
  ['an instant', { where: 'timestamp == now()' }, /^where: column 1: rollups know no single instant/],
  ['a time that is none', { where: "timestamp > 'yesterday'" }, /^where: column 13: expected a time such as/],
  [
    'a date without a time',
    { where: "timestamp > '2026-01-01'" },
    /^where: column 13: expected a time such as/,
  ],
  ['a negative time', { where: 'timestamp > -5' }, /^where: column 13: expected a time such as/],
  ['a state that does not exist', { where: "state == 'broken'" }, /^where: column 10: is none of the words/],
  ['a text against a number', { where: 'codec == 3' }, /^where: column 10: is compared with a text/],
  ['a text against now', { where: 'codec == now()' }, /^where: column 10: is compared with a text/],
];

describe('refuses', async () => {
  const tried = await TriedRollups.start();
  for (const [rule, change, message] of REFUSED) {
    it(rule, () => assert.rejects(tried.query({ ...GUIDE, ...change }), refusal(message)));
  }

  for (const change of [
    { select: [] },
    { eventTypes: [] },
    { eventTypes: ['conversation'] },
    { groupBy: ['edge'] },
    { where: 'a'.repeat(1_001) },
    { group: new Array(9).fill('edge') },
  ]) {
    it(`a body with ${JSON.stringify(change).slice(0, 40)}`, () =>
      assert.rejects(tried.query({ ...GUIDE, ...change }), z.ZodError));
  }
});

describe('the disk', () => {
  it('that can’t be read makes it unavailable', async () => {
    const tried = await triedAt(1);
    tried.record(sampleAt(0));
    await tried.restart();
    tried.database.readFault = new Error('/secret/place is broken');
    await assert.rejects(tried.query(GUIDE), (error: ApiRefusal) => {
      assert.deepEqual(
        [error.status, error.code, error.message],
        [503, 'service.unavailable', 'the rollups cannot be read'],
      );
      assert.ok(error.cause instanceof RollupsUnavailableError);
      return true;
    });
    tried.database.readFault = undefined;
    assert.equal((await tried.query(GUIDE)).results.length, 1);
  });

  it('is not asked after the end', async () => {
    const tried = await triedAt(1);
    await tried.rollups.shutdown();
    await assert.rejects(tried.query(GUIDE), { status: 503 });
  });

  it('is left alone when the client has gone', async () => {
    const tried = await triedAt(1);
    tried.record(sampleAt(0));
    await tried.restart();
    await assert.rejects(tried.query(GUIDE, AbortSignal.abort(new Error('gone'))), /gone/);
  });
});

it('too many queries at once are refused, the others take their turn', async () => {
  const tried = await triedAt(1);
  let runningCount = 0;
  let mostRunning = 0;
  const held: (() => void)[] = [];
  const rollups = {
    intervalMs: tried.rollups.intervalMs,
    fields: tried.rollups.fields,
    kept: (nowMs: number) => tried.rollups.kept(nowMs),
    async *read() {
      runningCount += 1;
      mostRunning = Math.max(mostRunning, runningCount);
      await new Promise<void>((resolve) => held.push(resolve));
      runningCount -= 1;
      yield* [];
    },
  };
  const operation = queryOperation({ rollups, clock: tried.clock });
  const ask = () =>
    operation.handle({ body: operation.body!.parse(GUIDE), signal: new AbortController().signal } as never);
  const asked = Array.from({ length: 34 }, ask);
  await assert.rejects(ask(), { status: 503, message: 'too many queries are waiting already' });
  let answered = 0;
  while (answered < asked.length) {
    await new Promise(setImmediate);
    const some = held.splice(0);
    answered += some.length;
    for (const letGo of some) letGo();
  }
  await Promise.all(asked);
  assert.equal(mostRunning, 2);
});

it('the operation is what the contract of the guide says, and its schemas make documents', () => {
  const operation = queryOperation({ rollups: {} as never, clock: {} as never });
  assert.deepEqual(
    [operation.method, operation.route, operation.scope],
    ['post', '/api/v2/analytics/query', 'analytics:read'],
  );
  const schemas = [operation.body!, operation.answers[200]!.content!['application/json']!];
  for (const schema of schemas) z.toJSONSchema(schema, { io: 'input' });
  assert.deepEqual(operation.body!.parse({ select: ['count'] }), {
    eventTypes: ['webrtc-video'],
    select: ['count'],
    group: [],
  });
});
