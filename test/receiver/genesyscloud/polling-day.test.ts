// A day of the virtual clock with all that asks, beside a stream whose misses are gone, and something going wrong each
// minute.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PastPath, StandInAnswer } from '../../support/genesys-stand-in.ts';
import { guideSample, type ListeningReceiver, listenToStandIn } from './listening-receiver.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SLOT_COUNT = 3;
/** A conversation lasts so many samples. */
const LENGTH = 150;
const PER_MINUTE = 40;
const HISTORICAL_PER_MINUTE = 12;
/** Of media statistics: less than three conversations would take. */
const SHARE = 5;

const ANSWERS: readonly (() => StandInAnswer[])[] = [
  () => [{ status: 429, headers: { 'retry-after': '17' } }],
  () => [{ status: 429 }, { status: 429 }],
  () => [{ status: 503 }, { status: 500 }],
  () => [{ status: 404 }],
  () => [{ status: 200, hangs: true }],
  () => [{ status: 200, slowMs: 7_000, text: '{"entities":[],"results":[],"totalHits":0}' }],
  () => [{ status: 200, slowMs: 60_000, text: '{}' }],
  () => [{ status: 200, headers: { 'content-type': 'text/html' }, text: '<html>' }],
  () => [{ status: 302, headers: { location: 'https://elsewhere.example/' } }],
  () => [{ status: 401 }],
];

/** What can happen to the stream. */
const OF_STREAM: readonly ((running: ListeningReceiver) => void)[] = [
  ({ standIn }) => standIn.cut(),
  ({ standIn }) => standIn.cutMidEvent(),
  ({ standIn }) => standIn.end(),
  ({ standIn }) => standIn.stall(),
  ({ standIn }) => standIn.repeat(5),
  ({ standIn }) => {
    standIn.revokeTokens();
    standIn.cut();
  },
  ({ standIn }) => {
    standIn.nextTokens.push({ status: 503 });
    standIn.revokeTokens();
  },
  ({ standIn }) => {
    if (standIn.next.length === 0) standIn.next.push({ status: 503 }, { status: 429 });
    standIn.cut();
  },
];

/** What is asked of the past can't be answered by less than all of it: those would be lies, and not faults. */
const isLie = (path: PastPath, { status, text }: StandInAnswer) =>
  path !== 'statistics' && status === 200 && text?.startsWith('{"entities"') === true;

function somethingGoesWrong(running: ListeningReceiver): void {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(running.clock.random() * items.length)]!;
  if (running.clock.random() < 0.5) {
    pick(OF_STREAM)(running);
    return;
  }
  const path = pick(['statistics', 'query', 'details'] as const);
  const script = running.standIn.nextOf[path];
  if (script.length === 0) script.push(...pick(ANSWERS)().filter((answer) => !isLie(path, answer)));
}

/** The most requests in any minute, however it is cut out. */
function mostInAMinute(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [last, atMs] of times.entries()) {
    while (atMs - times[first]! >= MINUTE_MS - 1) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

describe('a day with a fault each minute, of all that asks', () => {
  it('has every conversation counted once, every miss known, and no quota exceeded', async () => {
    const running = await listenToStandIn({
      format: 'ndjson',
      seed: 5,
      tokenDelayMs: 2_000,
      allowedPerMinute: PER_MINUTE,
      historicalPerMinute: HISTORICAL_PER_MINUTE,
      config: {
        media_statistics: { enabled: true, max_requests_per_minute: SHARE },
        query: { enabled: true, where: 'timestamp > now() - 1h' },
        conversation_details: { enabled: true },
        historical_requests_per_minute: HISTORICAL_PER_MINUTE,
      },
    });
    const { standIn, clock, seen } = running;
    const happened = new Set<string>();
    const conversations = new Set<string>();
    let endedCount = 0;
    let tick = 0;
    const talking = clock.every(5_000, () => {
      const events = [];
      for (let slot = 0; slot < SLOT_COUNT; slot += 1) {
        const age = tick + slot * 31;
        const id = `c-${slot}-${Math.floor(age / LENGTH)}`;
        const isOver = age % LENGTH === LENGTH - 1;
        if (!conversations.has(id)) standIn.past.begin(id);
        conversations.add(id);
        if (isOver) {
          standIn.past.end(id, 3 + (endedCount % 3) / 2);
          endedCount += 1;
        }
        const fields = isOver ? { type: 'webrtc', state: 'ended' } : guideSample();
        const event = standIn.happen(`video-of-${id}`, { ...fields, conversation: { id } });
        happened.add(event.key);
        events.push(event);
      }
      standIn.send(events);
      tick += 1;
    });
    clock.every(10_000, () => standIn.heartbeat());
    for (let sinceMs = 0; sinceMs < DAY_MS; sinceMs += MINUTE_MS) {
      const faultAfterMs = Math.floor(clock.random() * MINUTE_MS);
      await running.pass(faultAfterMs);
      somethingGoesWrong(running);
      await running.pass(MINUTE_MS - faultAfterMs);
    }
    // What is under way comes to its end: history is half an hour late, and windows come each quarter.
    talking.cancel();
    standIn.next.length = 0;
    for (const script of Object.values(standIn.nextOf)) script.length = 0;
    await running.pass(90 * MINUTE_MS);

    const ofVideo = [...seen].filter(([key]) => key.startsWith('video-of-'));
    const lost = [...standIn.delivered].filter((key) => !seen.has(key));
    const doubled = [...seen].filter(([, count]) => count > 1);
    assert.deepEqual([lost, doubled], [[], []]);
    assert.equal(ofVideo.length, standIn.delivered.size);

    const missed = [...happened].filter((key) => !standIn.delivered.has(key)).length;
    assert.ok(missed > 1_000, `only ${missed} events were missed`);
    const source = { source: 'realtime' };
    assert.equal(await running.counted('webrtc.genesys.uncounted_gaps', source), 0);
    assert.equal(await running.counted('webrtc.genesys.missed_records', source), missed);

    assert.ok(endedCount > 300);
    assert.equal(await running.counted('webrtc.genesys.conversations', { media_type: 'voice' }), endedCount);
    const statistics = [...seen].filter(([key]) => key.startsWith('communication-of-'));
    assert.ok(statistics.length > 4_000, `only ${statistics.length} statistics`);

    assert.deepEqual([standIn.excessCount, standIn.historicalExcessCount], [0, 0]);
    const timesOf = (isCounted: (path: string) => boolean) =>
      standIn.requests.filter(({ request }) => isCounted(request.url.pathname)).map(({ atMs }) => atMs);
    assert.ok(mostInAMinute(timesOf(() => true)) <= PER_MINUTE);
    const isHistorical = (path: string) => path.endsWith('/query');
    assert.ok(mostInAMinute(timesOf(isHistorical)) <= HISTORICAL_PER_MINUTE);
    assert.ok(mostInAMinute(timesOf((path) => path.includes('/mediastatistics/'))) <= SHARE);
    assert.equal(standIn.mostTokenRequestsAtOnce, 1);
    assert.equal(running.settings.statuses.at(-1)?.kind, 'ok');
    await running.stop();
  });
});
