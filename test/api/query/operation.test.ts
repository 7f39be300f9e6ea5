import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { ApiRefusal } from '../../../api/api-refusal.ts';
import { queryOperation } from '../../../api/query/operation.ts';
import { RollupsUnavailableError } from '../../../api/rollup/rollups.ts';
import { endedEvent, SAMPLE_START_MS } from '../../support/quality-sample.ts';
import { GUIDE_QUERY, MINUTE_MS, sampleAt, triedAt } from '../../support/tried-rollups.ts';

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
    const answer = await tried.query(GUIDE_QUERY);
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
    const { results } = await tried.query(GUIDE_QUERY);
    assert.deepEqual(
      results.map(({ from }) => from),
      ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'],
    );
  });
});

describe('the disk', () => {
  it('that can’t be read makes it unavailable', async () => {
    const tried = await triedAt(1);
    tried.record(sampleAt(0));
    await tried.restart();
    tried.database.readFault = new Error('/secret/place is broken');
    await assert.rejects(tried.query(GUIDE_QUERY), (error: ApiRefusal) => {
      assert.deepEqual(
        [error.status, error.code, error.message],
        [503, 'service.unavailable', 'the rollups cannot be read'],
      );
      assert.ok(error.cause instanceof RollupsUnavailableError);
      return true;
    });
    tried.database.readFault = undefined;
    assert.equal((await tried.query(GUIDE_QUERY)).results.length, 1);
  });

  it('is not asked after the end', async () => {
    const tried = await triedAt(1);
    await tried.rollups.shutdown();
    await assert.rejects(tried.query(GUIDE_QUERY), { status: 503 });
  });

  it('is left alone when the client has gone', async () => {
    const tried = await triedAt(1);
    tried.record(sampleAt(0));
    await tried.restart();
    await assert.rejects(tried.query(GUIDE_QUERY, AbortSignal.abort(new Error('gone'))), /gone/);
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
    operation.handle({
      body: operation.body!.parse(GUIDE_QUERY),
      signal: new AbortController().signal,
    } as never);
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
