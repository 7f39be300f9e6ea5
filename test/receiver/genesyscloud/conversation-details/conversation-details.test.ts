// The source against the stand-in, in memory and on the virtual clock.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import type { StandInAnswer } from '../../../support/genesys-stand-in.ts';
import { assertNoLeak, CANARY } from '../../../support/no-leak.ts';
import { type ListeningOptions, type ListeningReceiver, listenToStandIn } from '../listening-receiver.ts';

const MINUTE_MS = 60_000;

let running: ListeningReceiver;

afterEach(() => running.stop());

async function listen(details: Record<string, unknown> = {}, options: ListeningOptions = {}): Promise<void> {
  running = await listenToStandIn({
    ...options,
    config: { realtime: { enabled: false }, conversation_details: { enabled: true, ...details } },
  });
}

interface Body {
  readonly interval: string;
  readonly paging: { readonly pageNumber: number };
  readonly conversationFilters?: unknown;
}

const asked = () =>
  running.standIn.requests.map(({ atMs, request }) => ({ atMs, body: JSON.parse(request.body) as Body }));
const pages = () => asked().map(({ body }) => body.paging.pageNumber);
const lastStatus = () => running.settings.statuses.at(-1);
const counted = (name: string, media_type = 'voice') =>
  running.counted(`webrtc.genesys.${name}`, { media_type });

interface Calls {
  readonly minMos?: number;
  readonly prefix?: string;
  readonly mediaType?: string;
}

/** Calls of a second each, which end at the same time. */
async function calls(
  count: number,
  { minMos, prefix = 'c', mediaType = 'voice' }: Calls = {},
): Promise<void> {
  for (let index = 0; index < count; index += 1) running.standIn.past.begin(`${prefix}-${index}`, mediaType);
  await running.pass(1_000);
  for (let index = 0; index < count; index += 1) running.standIn.past.end(`${prefix}-${index}`, minMos);
}

const answered = (body: unknown): StandInAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(body),
});

describe('the source conversation_details', () => {
  it('asks for windows of a quarter of an hour, half an hour late, which overlap by five minutes', async () => {
    await listen();
    const startMs = running.clock.nowMs();
    await running.pass(50 * MINUTE_MS);
    const minutes = asked().map(({ atMs, body }) => {
      const [from, to] = body.interval.split('/').map((iso) => (Date.parse(iso) - startMs) / MINUTE_MS);
      return [(atMs - startMs) / MINUTE_MS, from, to];
    });
    assert.deepEqual(minutes, [
      [15, -30, -15],
      [30, -20, 0],
      [45, -5, 15],
    ]);
    assert.equal(asked()[0]!.body.conversationFilters, undefined);
  });

  it('counts each conversation that has ended, by its medium and its lowest MOS', async () => {
    await listen({ mos_below: 3.5 });
    await running.pass(20 * MINUTE_MS);
    await calls(3, { minMos: 4.2, prefix: 'good' });
    await calls(2, { minMos: 3.4, prefix: 'bad' });
    await calls(1, { prefix: 'unknown' });
    await calls(1, { minMos: 3.5, prefix: 'video', mediaType: 'video' });
    running.standIn.past.begin('lasts');
    await running.pass(90 * MINUTE_MS);
    assert.deepEqual(
      [
        await counted('conversations'),
        await counted('conversations_below'),
        await counted('conversations', 'video'),
        await counted('conversations_below', 'video'),
      ],
      [6, 2, 1, 0],
    );
    const histogram = (await counted('conversation.mos')) as unknown as Histogram;
    assert.deepEqual([histogram.count, histogram.min, histogram.max], [5, 3.4, 4.2]);
    running.standIn.past.end('lasts', 4);
    await running.pass(90 * MINUTE_MS);
    assert.equal(await counted('conversations'), 7);
  });

  it('finds a conversation that has passed midnight', async () => {
    await listen();
    await running.pass(23.8 * 60 * MINUTE_MS);
    running.standIn.past.begin('over-midnight');
    await running.pass(2 * 60 * MINUTE_MS);
    running.standIn.past.end('over-midnight', 4);
    await running.pass(2 * 60 * MINUTE_MS);
    assert.equal(await counted('conversations'), 1);
  });

  it('reads all pages, and asks by the filter when there is one', async () => {
    await listen({ filter_mos_below: 3.5 });
    await running.pass(20 * MINUTE_MS);
    await calls(250, { minMos: 3, prefix: 'bad' });
    await calls(50, { minMos: 4, prefix: 'good' });
    await running.pass(60 * MINUTE_MS);
    assert.equal(await counted('conversations'), 250);
    assert.ok(pages().includes(3));
    assert.deepEqual(asked()[0]!.body.conversationFilters, [
      {
        type: 'and',
        predicates: [{ type: 'dimension', dimension: 'mediaStatsMinConversationMos', range: { lt: 3.5 } }],
      },
    ]);
  });

  it('goes on where it failed, and neither loses nor doubles anything', async () => {
    await listen();
    await running.pass(20 * MINUTE_MS);
    await calls(450);
    const { details } = running.standIn.nextOf;
    // The first page of the window comes; what follows fails in all ways there are.
    const { answer } = running.standIn;
    let hasFailed = false;
    running.standIn.answer = (request) => {
      if (request.body.includes('"pageNumber":2') && !hasFailed) {
        hasFailed = true;
        details.push(
          { status: 429, headers: { 'retry-after': '20' } },
          { status: 503 },
          { status: 200, hangs: true },
        );
        details.push({ status: 200, slowMs: 60_000, text: '{}' }, { status: 200, text: 'x' }, answered([]));
      }
      return answer.call(running.standIn, request);
    };
    await running.pass(60 * MINUTE_MS);
    assert.equal(await counted('conversations'), 450);
    const second = pages().indexOf(2);
    assert.deepEqual(pages().slice(second - 1, second + 10), [1, 2, 2, 2, 2, 2, 2, 2, 3, 4, 5]);
  });

  it('takes not more than fifty pages at a time, tells what is left, and reads it then', async () => {
    await listen();
    await running.pass(20 * MINUTE_MS);
    await calls(5_250);
    await running.pass(41 * MINUTE_MS);
    assert.equal(await running.counted('webrtc.genesys.pending_conversations'), 250);
    const line = running.settings.lines.find(({ pending }) => pending !== undefined);
    assert.equal(line?.pending, 250);
    assert.equal(await counted('conversations'), 5_000);
    await running.pass(2 * MINUTE_MS);
    assert.equal(await counted('conversations'), 5_250);
    assert.equal(await running.counted('webrtc.genesys.pending_conversations'), 0);
    assert.equal(running.standIn.historicalExcessCount, 0);
  });

  it('begins a window anew when more conversations become known meanwhile', async () => {
    await listen();
    await running.pass(5 * MINUTE_MS);
    const list = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        conversationId: `c-${from + index}`,
        conversationEnd: '2026-01-01T00:00:00Z',
        participants: [{ sessions: [{ mediaType: 'voice' }] }],
      }));
    const { details } = running.standIn.nextOf;
    // One that began early becomes known late, and moves the last of the first page to the second.
    details.push(
      answered({ conversations: list(0, 100), totalHits: 150 }),
      answered({ conversations: list(99, 52), totalHits: 151 }),
      answered({ conversations: [...list(900, 1), ...list(0, 99)], totalHits: 151 }),
      answered({ conversations: list(99, 51), totalHits: 151 }),
    );
    await running.pass(15 * MINUTE_MS);
    assert.deepEqual(pages(), [1, 2, 1, 2]);
    assert.equal(await counted('conversations'), 152);
  });

  it('counts what the platform counts and does not give', async () => {
    await listen();
    running.standIn.nextOf.details.push(answered({ conversations: [], totalHits: 7 }));
    await running.pass(20 * MINUTE_MS);
    assert.equal(await running.counted('webrtc.genesys.ungiven_conversations'), 7);
    assert.equal(asked().length, 1);
  });

  it('says which permission is missing', async () => {
    await listen();
    running.standIn.nextOf.details.push({ status: 403 });
    await running.pass(15 * MINUTE_MS);
    assert.match(
      JSON.stringify(lastStatus()),
      /conversation_details: .*analytics:conversationDetail:view \(403\)/,
    );
    await running.pass(5 * MINUTE_MS);
    assert.deepEqual(lastStatus(), { kind: 'ok' });
  });

  it('puts nothing into the pipelines, and nothing of persons anywhere', async () => {
    await listen();
    const batches: unknown[] = [];
    running.onConsume = (batch) => Promise.resolve(void batches.push(batch));
    await calls(3, { minMos: 1 });
    running.standIn.nextOf.details.push(
      answered({
        conversations: [{ conversationId: CANARY, conversationEnd: CANARY }, CANARY],
        totalHits: 2,
      }),
    );
    await running.pass(120 * MINUTE_MS);
    assert.equal(await counted('conversations_below'), 3);
    assert.deepEqual(batches, []);
    assert.equal(
      await running.counted('webrtc.genesys.unreadable_entries', { source: 'conversation_details' }),
      2,
    );
    assertNoLeak({ lines: running.settings.lines, statuses: running.settings.statuses });
    assert.doesNotMatch(JSON.stringify(running.settings.lines), /Alice|tel:|Bob|user-1/);
  });

  it('stays within the quota of the past, however much there is to read', async () => {
    await listen();
    await running.pass(20 * MINUTE_MS);
    await calls(12_000);
    await running.pass(50 * MINUTE_MS);
    assert.equal(await counted('conversations'), 12_000);
    assert.equal(running.standIn.historicalExcessCount, 0);
    const times = asked().map(({ atMs }) => atMs);
    for (const [first, atMs] of times.entries()) {
      const beyond = times[first + 100];
      assert.ok(beyond === undefined || beyond - atMs >= MINUTE_MS - 1);
    }
  });
});
