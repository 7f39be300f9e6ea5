// A backlog of hours at a slow destination: what is urgent does not wait behind it. Rows are chosen when their turn has
// come, so a new one that is more urgent than all others has the very next turn.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { answering, ScriptedPeer } from '../../support/scripted-peer.ts';
import { startWebhook, type StartedWebhook } from '../../support/started-webhook.ts';
import { transitionOf } from '../../support/transition.ts';

const PENDING_COUNT = 20_000;
const CONCURRENCY = 4;
const REQUESTS_PER_SECOND = 10;
const SPACING_MS = 1_000 / REQUESTS_PER_SECOND;

let peer: ScriptedPeer;
let webhook: StartedWebhook;

before(async () => {
  peer = await new ScriptedPeer().start();
  peer.answer = answering(200);
  webhook = await startWebhook(`${peer.url}/hook`, {
    section: { concurrency: CONCURRENCY, rate: { requests_per_second: REQUESTS_PER_SECOND } },
  });
  const { stored, destination } = webhook;
  const nowMs = stored.clock.nowMs();
  const backlog = Array.from({ length: PENDING_COUNT }, (_, index) =>
    transitionOf({ subject: `old-${index}`, decidedAtMs: nowMs - 6 * 3_600_000 + index }),
  );
  for (let from = 0; from < PENDING_COUNT; from += 1_000)
    await stored.put('webhook', ...backlog.slice(from, from + 1_000));
  destination.committed();
});

after(async () => {
  await webhook.close();
  await peer.stop();
});

/** Lets one turn pass: a request goes out, is answered and written down, and another row is chosen in its place. */
async function turn(): Promise<void> {
  const { stored } = webhook;
  const count = peer.requests.length;
  stored.clock.advance(SPACING_MS);
  await peer.received(count + 1);
  const settled = async () =>
    Number((await stored.rows('SELECT count(*) AS settled FROM attempts'))[0]!.settled) >= count + 1;
  while (!(await settled()));
  for (let reads = 0; reads < 4; reads++) await stored.rows('SELECT 1');
}

/** The keys of what was sent, in order. */
function sentKeys(): readonly unknown[] {
  return peer.requests.map(({ headers }) => headers['x-idempotency-key']);
}

describe(`${PENDING_COUNT} transitions that wait for a slow destination`, () => {
  it('drain at the allowed rate, the oldest first', async () => {
    await peer.received(1);
    for (let count = 0; count < 10; count++) await turn();
    const expected = Array.from(
      { length: 11 },
      (_, index) => transitionOf({ subject: `old-${index}` }).idempotencyKey,
    );
    assert.deepEqual(sentKeys(), expected);
  });

  it('are overtaken by a new critical one at the very next turn', async () => {
    const { stored } = webhook;
    const decidedAtMs = stored.clock.nowMs();
    const urgent = transitionOf({ subject: 'new', severity: 'critical', decidedAtMs });
    await webhook.send(urgent);
    while (!sentKeys().includes(urgent.idempotencyKey)) await turn();
    const waitedMs = stored.clock.nowMs() - decidedAtMs;
    assert.ok(waitedMs <= SPACING_MS, `it waited for ${waitedMs} ms`);
  });
});
