// A day of the virtual clock, with something going wrong each minute.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RefusedError } from '../../../../collector/component.ts';
import type { Conversation, StandInParticipant } from '../../../support/genesys-conversations.ts';
import type { StandInAnswer } from '../../../support/genesys-stand-in.ts';
import { tellReceiver, type ToldReceiver } from './told-receiver.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Something happens to a call so often. */
const STEP_MS = 7_000;
const MAX_CALLS = 6;
const AGENTS = ['agent-1', 'agent-2', 'agent-3', 'agent-4'];
/** The agents' calls come by their communications, by their participants, and the latter twice. */
const TOPICS = [
  'v2.users.agent-1.conversations',
  'v2.users.agent-2.conversations',
  'v2.users.agent-3.conversations.videos',
  'v2.users.agent-4.conversations.videos',
  'v2.routing.queues.queue-1.conversations.videos',
];
const LOSSES = ['transport.failure', 'error', 'inactivity'];
const ENDS = ['client', 'peer', 'endpoint', 'system', 'transfer', 'other'];
/** The platform knows a conversation for so long after its end. */
const REMEMBERED_MS = 15 * MINUTE_MS;

interface World {
  readonly running: ToldReceiver;
  refusesBatches: number;
  /** Steps in which nobody could have been told of anything. */
  deafSteps: number;
}

type Fault = (world: World) => void;

/** What can go wrong, each once in about half an hour. */
const FAULTS: readonly Fault[] = [
  ({ running }) => running.platform.cut(),
  ({ running }) => running.platform.cut(),
  ({ running }) => running.platform.close(1_001),
  ({ running }) => running.platform.close(1_011),
  ({ running }) => running.platform.stall(),
  ({ running }) => running.platform.announceClosing(),
  ({ running }) => running.platform.announceClosing(),
  ({ running }) => running.platform.evict(),
  ({ running }) => running.platform.evict('{"result":"404","message":"channel not found"}'),
  ({ running }) => {
    running.platform.close();
    running.platform.crowd();
  },
  ({ running }) => {
    running.platform.lingers = true;
    running.platform.announceClosing();
    running.clock.after(30_000, () => (running.platform.lingers = false));
  },
  ({ running }) => running.platform.sendText('{"topicName": 7} nonsense'),
  ({ running }) =>
    running.platform.sendText('{"topicName":"v2.users.agent-1.conversations","eventBody":[null]}'),
  ({ running }) => {
    running.platform.nextSockets.push({ status: 503, headers: { 'retry-after': '9' } }, { status: 404 });
    running.platform.cut();
  },
  ({ running }) => {
    running.standIn.revokeTokens();
    running.platform.cut();
  },
  ({ running }) => {
    running.standIn.nextTokens.push({ status: 503 }, { status: 429 });
    running.standIn.revokeTokens();
    running.platform.cut();
  },
  then(() => ({ status: 429, headers: { 'retry-after': '17' } })),
  then(({ running }) => ({
    status: 429,
    headers: { 'retry-after': new Date(running.clock.nowMs() + 30_000).toUTCString() },
  })),
  then(() => ({ status: 503 }), 3),
  then(() => ({ status: 403 })),
  then(() => ({ status: 302, headers: { location: 'https://elsewhere.example/' } })),
  then(() => ({ status: 200, headers: { 'content-type': 'text/html' }, text: '<html>' }), 2),
  then(() => ({ status: 200, hangs: true })),
  (world) => void (world.refusesBatches = 3),
];

const REPEATING: Fault = ({ running }) => running.platform.repeat(9);

/** The connections are cut, and the next requests are answered so. */
function then(answer: (world: World) => StandInAnswer, times = 1): Fault {
  return (world) => {
    const { next } = world.running.standIn;
    // While a long wait lasts, troubles don't add up to hours.
    if (next.length === 0) next.push(...Array.from({ length: times }, () => answer(world)));
    world.running.platform.cut();
  };
}

/** One thing happens to one call, and the platform tells of it. */
function step({ platform, clock }: ToldReceiver, count: number): void {
  const { conversations } = platform;
  const pick = <One>(ones: readonly One[]): One => ones[Math.floor(clock.random() * ones.length)]!;
  const living = conversations.living.filter(({ participants }) =>
    participants.some(({ state }) => state !== 'disconnected'),
  );
  if (living.length < 2 || (living.length < MAX_CALLS && clock.random() < 0.3)) {
    const id = `call-${count}`;
    platform.tell(
      conversations.begin(id, [
        { id: `${id}-agent`, communicationId: `${id}-agent-v`, userId: pick(AGENTS), queueId: 'queue-1' },
        { id: `${id}-customer`, communicationId: `${id}-customer-v` },
      ]),
    );
    return;
  }
  const conversation = pick(living);
  const one = pick(conversation.participants.filter(({ state }) => state !== 'disconnected'));
  const chance = clock.random();
  if (one.state === 'alerting') conversations.connect(one);
  else if (chance < 0.55) conversations.mute(one, !one.isMuted);
  else if (chance < 0.7) lose(conversation, one, count);
  else if (chance < 0.85) conversations.leave(one, pick(ENDS));
  else
    conversation.participants.forEach(
      (each) => each.state !== 'disconnected' && conversations.leave(each, 'client'),
    );
  platform.tell(conversation);

  /** Every other time the user comes back under another id. */
  function lose(conversation: Conversation, lost: StandInParticipant, number: number): void {
    conversations.leave(lost, pick(LOSSES));
    if (number % 2 === 0) return;
    const back = { id: `${lost.id}-${number}`, communicationId: `${lost.id}-${number}-v` };
    const ofUser = lost.userId === undefined ? {} : { userId: lost.userId, queueId: 'queue-1' };
    conversations.connect(conversations.join(conversation, { ...back, ...ofUser }));
  }
}

async function liveThrough(durationMs: number, seed: number, faults: readonly Fault[]): Promise<World> {
  const running = await tellReceiver({ topics: TOPICS }, { tokenDelayMs: 2_000, allowedPerMinute: 60, seed });
  const { clock, platform } = running;
  const world: World = { running, refusesBatches: 0, deafSteps: 0 };
  running.onConsume = () => {
    if (world.refusesBatches === 0) return Promise.resolve();
    world.refusesBatches -= 1;
    return Promise.reject(new RefusedError('busy', 2_000));
  };
  let count = 0;
  clock.every(STEP_MS, () => {
    step(running, (count += 1));
    if (!platform.isHeard) world.deafSteps += 1;
    for (const conversation of platform.conversations.living) {
      const ends = conversation.participants.map(({ endedAtMs = Infinity }) => endedAtMs);
      if (Math.max(...ends) < clock.nowMs() - REMEMBERED_MS) platform.conversations.forget(conversation);
    }
  });
  for (let sinceMs = 0; sinceMs < durationMs; sinceMs += MINUTE_MS) {
    const faultAfterMs = Math.floor(clock.random() * MINUTE_MS);
    await running.pass(faultAfterMs);
    faults[Math.floor(clock.random() * faults.length)]!(world);
    await running.pass(MINUTE_MS - faultAfterMs);
  }
  // What is under way comes to its end: the slowest wait is that for a permission.
  running.standIn.next.length = 0;
  await running.pass(10 * MINUTE_MS);
  platform.cut();
  await running.pass(5 * MINUTE_MS);
  return world;
}

async function assertTold({ running, deafSteps }: World): Promise<void> {
  const { standIn, platform, records } = running;
  const { toldOf, happenedTo } = platform.conversations;
  // Everything that was told was heard, once and in order, and nothing else.
  const heard = running.heard();
  const differing = [...new Set([...heard.keys(), ...toldOf.keys()])]
    .map((id) => ({ id, heard: heard.get(id)?.join(), told: toldOf.get(id)?.join() }))
    .filter((session) => session.heard !== session.told);
  assert.deepEqual(differing, []);
  const once = new Set(
    records.map(
      (record) => `${record.sessionId} ${record.observedAtMs} ${record.kind === 'event' ? record.type : ''}`,
    ),
  );
  assert.equal(once.size, records.length);
  // What became of a session in a gap was learned, if it was ever heard of.
  const unknownEnds = [...toldOf.keys()].filter(
    (id) => happenedTo.get(id)?.at(-1) === 'ended' && toldOf.get(id)!.at(-1) !== 'ended',
  );
  assert.deepEqual(unknownEnds, []);
  assert.ok(
    toldOf.size > 0.4 * happenedTo.size,
    `${toldOf.size} of ${happenedTo.size} sessions, each in two units`,
  );
  assert.equal(standIn.excessCount, 0);
  assert.equal(standIn.mostTokenRequestsAtOnce, 1);
  assert.equal(running.settings.statuses.at(-1)?.kind, 'ok');
  const missedS = await running.counted('webrtc.genesys.missed_time', { source: 'notifications' });
  const deafS = (deafSteps * STEP_MS) / 1_000;
  assert.ok(
    deafS > 0 && missedS >= 0.97 * deafS,
    `${missedS} s are known of ${deafS} s in which nobody was heard`,
  );
  assert.ok((await running.counted('webrtc.genesys.backfilled_conversations', { outcome: 'read' })) > 0);
}

describe('a day with a fault each minute', () => {
  it('whose notifications are numbered: all that is told is heard once, and what ended in a gap is learned', async () => {
    const world = await liveThrough(DAY_MS, 1, [...FAULTS, REPEATING]);
    await assertTold(world);
    assert.ok((await world.running.counted('webrtc.genesys.notifications', { outcome: 'repeated' })) > 100);
    await world.running.stop();
  });

  it('whose notifications have no numbers: the same, as long as the platform does not repeat itself', async () => {
    const quietly: Fault = ({ running }) => (running.platform.numbers = false);
    const world = await liveThrough(DAY_MS / 4, 7, [quietly, ...FAULTS]);
    await assertTold(world);
    await world.running.stop();
  });
});
