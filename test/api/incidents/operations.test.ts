import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { IncidentReader, MAX_ATTEMPTS } from '../../../api/incidents/incident-reader.ts';
import type { DetailsDocument, IncidentDocument } from '../../../api/incidents/incident-schema.ts';
import { incidentOperations } from '../../../api/incidents/operations.ts';
import type { Operation } from '../../../api/operation.ts';
import {
  settleStatements,
  type AttemptRecord,
  type Settlement,
} from '../../../bridge/outbox/outbox-store.ts';
import { readUndelivered } from '../../../bridge/outbox/undelivered.ts';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { testHost } from '../../support/component-settings.ts';
import { FaultyDatabase, StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf, TRIGGER_MS } from '../../support/transition.ts';
import { callOperation, jsonOf, refusalOf, type CallOptions } from '../sessions/call-operation.ts';

interface Page {
  readonly incidents: readonly IncidentDocument[];
  readonly next?: string;
}

const WITH_SESSIONS = { scopes: ['incidents:read', 'sessions:read'] } as const;

let stored: StoredOutbox;
let list: Operation;
let one: Operation;

before(async () => {
  stored = await StoredOutbox.open();
  const host = testHost({ file_storage: stored.storage }, { hasLogsHub: true });
  [list, one] = incidentOperations((await IncidentReader.open(host))!) as [Operation, Operation];
});

afterEach(() => stored.clear());

after(() => stored.close());

const details = (id: string, options: CallOptions = {}) =>
  jsonOf<DetailsDocument>(one, { path: { id }, ...options });

const iso = (seconds: number) => new Date(TRIGGER_MS + seconds * 1_000).toISOString();

async function settle(
  destination: string,
  attempt: Partial<AttemptRecord>,
  settlement: Settlement,
): Promise<void> {
  const [row] = await readUndelivered(stored.database, 1, { destination });
  const record: AttemptRecord = {
    startedAtMs: TRIGGER_MS,
    durationMs: 250,
    outcome: { kind: 'retry', reason: 'status 503' },
    ...attempt,
  };
  await stored.database.commit(settleStatements(row!, record, settlement));
}

describe('the list of incidents', () => {
  const storm = transitionOf({ category: 'storm', subject: 'edge=fra-3', severity: 'critical' });

  it('has of each what it is and how it stands', async () => {
    await stored.put('webhook', ...incidentStory({ triggerAtMs: TRIGGER_MS, agentId: 'agent-7' }), storm);
    const { incidentId, incidentKey } = transitionOf();
    const { incidents, next } = await jsonOf<Page>(list, WITH_SESSIONS);
    assert.equal(next, undefined);
    assert.deepEqual(incidents, [
      {
        id: incidentId,
        incidentKey,
        category: 'quality',
        subject: 's-1',
        severity: 'high',
        state: 'closed',
        opened: iso(0),
        changed: iso(120),
      },
      {
        id: storm.incidentId,
        incidentKey: storm.incidentKey,
        category: 'storm',
        subject: 'edge=fra-3',
        severity: 'critical',
        state: 'open',
        opened: iso(0),
        changed: iso(0),
      },
    ]);
  });

  it('names no session to who may not see sessions, but groups', async () => {
    await stored.put('webhook', transitionOf({ decidedAtMs: TRIGGER_MS + 1 }), storm);
    const { incidents } = await jsonOf<Page>(list);
    assert.deepEqual(
      incidents.map(({ subject, incidentKey }) => [subject, incidentKey]),
      [
        [undefined, undefined],
        ['edge=fra-3', undefined],
      ],
    );
  });

  const WISHES: [query: Record<string, string>, subjects: string[]][] = [
    [{}, ['d', 'c', 'b', 'a']],
    [{ state: 'open' }, ['d', 'c', 'a']],
    [{ state: 'closed' }, ['b']],
    [{ category: 'connection' }, ['d']],
    [{ severity: 'high' }, ['c', 'b', 'a']],
    [{ severity: 'critical', state: 'open' }, ['c']],
    [{ since: iso(20) }, ['d', 'c']],
    [{ since: '2026-01-01T01:00:20+01:00', until: iso(30) }, ['c']],
    [{ until: iso(20) }, ['b', 'a']],
    [{ subject: 'c' }, ['c']],
    [{ subject: 'c', severity: 'critical', category: 'quality', state: 'open' }, ['c']],
    [{ subject: 'nobody' }, []],
  ];
  for (const [query, subjects] of WISHES) {
    it(`for ${JSON.stringify(query)}`, async () => {
      await stored.put(
        'webhook',
        transitionOf({ subject: 'a' }),
        transitionOf({ subject: 'b', decidedAtMs: TRIGGER_MS + 5_000 }),
        transitionOf({ subject: 'b', kind: 'ended', sequence: 1, decidedAtMs: TRIGGER_MS + 10_000 }),
        transitionOf({ subject: 'c', severity: 'critical', decidedAtMs: TRIGGER_MS + 20_000 }),
        transitionOf({
          subject: 'd',
          category: 'connection',
          severity: 'warning',
          decidedAtMs: TRIGGER_MS + 30_000,
        }),
      );
      const { incidents } = await jsonOf<Page>(list, { ...WITH_SESSIONS, query });
      assert.deepEqual(
        incidents.map(({ subject }) => subject),
        subjects,
      );
    });
  }

  it('goes on page by page, also among those that changed at the same time', async () => {
    const subjects = ['a', 'b', 'c', 'd'];
    await stored.put('webhook', ...subjects.map((subject) => transitionOf({ subject })));
    for (const [limit, expectedPages] of [
      ['1', 4],
      ['2', 2],
      ['3', 2],
      ['4', 1],
    ] as const) {
      const seen: string[] = [];
      let pageCount = 0;
      for (let after: string | undefined; pageCount === 0 || after !== undefined; pageCount++) {
        const query = { limit, ...(after !== undefined && { after }) };
        const page: Page = await jsonOf<Page>(list, { ...WITH_SESSIONS, query });
        seen.push(...page.incidents.map(({ subject }) => subject!));
        after = page.next;
      }
      assert.deepEqual([seen.sort(), pageCount], [subjects, expectedPages], limit);
    }
  });

  const MALFORMED: Record<string, string>[] = [
    { state: 'pending' },
    { category: 'audio' },
    { severity: 'low' },
    { since: 'yesterday' },
    { since: '2026-01-01' },
    { limit: '501' },
    { limit: '0' },
    { order: 'opened' },
  ];
  for (const query of MALFORMED) {
    it(`is refused for ${JSON.stringify(query)}`, async () => {
      await assert.rejects(callOperation(list, { query }), { name: 'ZodError' });
    });
  }

  it('is refused for a subject without the scope, and for a place that is none', async () => {
    assert.equal(
      await refusalOf(list, { query: { subject: 'edge=fra-3' } }),
      '403 missing.scope: subject: is compared with the scope sessions:read only',
    );
    for (const place of ['', 'x', '5', '5-', '-i', '1e3-i']) {
      assert.equal(
        await refusalOf(list, { query: { after: place } }),
        '400 bad.cursor: after: not the `next` of an answer; begin anew without it',
      );
    }
  });
});

describe('one incident', () => {
  const opened = transitionOf({
    agentId: 'agent-7',
    conversationId: 'c-1',
    reasons: [
      { rule: 'mos', value: 3.123456, threshold: 3.5, causes: ['packet_loss'] },
      { rule: 'disconnected' },
    ],
    triggerMetrics: { mos: 3.1, jitterMs: 31.25, rttMs: 240, bitrateKbps: 410 },
    currentMetrics: { mos: 2.9, packetLossPercent: 4, framesPerSecond: 9, freezeRatio: 0.5, experience: 2 },
    occurredAtMs: TRIGGER_MS + 30_000,
    decidedAtMs: TRIGGER_MS + 31_000,
    dimensions: { edge: 'fra-3' },
    suppressedCount: 2,
  });

  it('has its transitions with reasons, metrics and times, and how each was delivered', async () => {
    await stored.put('webhook', opened);
    await settle(
      'webhook',
      { status: 503, excerpt: 'busy, agent-7' },
      {
        state: 'pending',
        nextAttemptAtMs: TRIGGER_MS + 60_000,
      },
    );
    await stored.put('webhook/second', opened);
    await settle(
      'webhook/second',
      { outcome: { kind: 'delivered', reason: 'status 200' }, status: 200, excerpt: 'thanks' },
      { state: 'delivered' },
    );
    const document = await details(opened.incidentId, WITH_SESSIONS);
    assert.deepEqual(document, {
      id: opened.incidentId,
      incidentKey: opened.incidentKey,
      category: 'quality',
      subject: 's-1',
      severity: 'high',
      state: 'open',
      opened: iso(31),
      changed: iso(31),
      transitions: [
        {
          kind: 'opened',
          sequence: 0,
          severity: 'high',
          peakSeverity: 'high',
          reasons: [
            { rule: 'mos', value: 3.1235, threshold: 3.5, causes: ['packet_loss'] },
            { rule: 'disconnected' },
          ],
          triggered: iso(0),
          occurred: iso(30),
          decided: iso(31),
          triggerMetrics: { mos: 3.1, jitter: { ms: 31.25 }, rtt: { ms: 240 }, bitrate: { kbps: 410 } },
          currentMetrics: {
            mos: 2.9,
            experience: 2,
            packetLossPercent: 4,
            framesPerSecond: 9,
            freezeRatio: 0.5,
          },
          conversationId: 'c-1',
          environment: 'test',
          dimensions: { edge: 'fra-3' },
          suppressedCount: 2,
          deliveries: [
            {
              destination: 'webhook',
              state: 'pending',
              waitingSince: iso(31),
              nextAttempt: iso(60),
              lastReason: 'status 503',
              attemptCount: 1,
              attempts: [
                { started: iso(0), durationMs: 250, outcome: 'retry', status: 503, reason: 'status 503' },
              ],
            },
            {
              destination: 'webhook/second',
              state: 'delivered',
              waitingSince: iso(31),
              settled: iso(0.25),
              lastReason: 'status 200',
              attemptCount: 1,
              attempts: [
                { started: iso(0), durationMs: 250, outcome: 'delivered', status: 200, reason: 'status 200' },
              ],
            },
          ],
        },
      ],
    });
    const text = JSON.stringify(document);
    for (const word of ['agent', 'busy', 'thanks', 'body of']) assert.ok(!text.includes(word), word);
  });

  it('names neither session, conversation nor key to who may not see sessions', async () => {
    await stored.put('webhook', opened);
    const text = JSON.stringify(await details(opened.incidentId));
    for (const word of ['s-1', 'c-1', 'agent', opened.incidentKey]) assert.ok(!text.includes(word), word);
  });

  const group: Transition['group'] = {
    memberCount: 12,
    openCount: 11,
    listedIds: ['i-1'],
    members: [
      {
        sessionId: 'call-1',
        incidentId: 'i-1',
        severity: 'critical',
        reasons: [{ rule: 'packet_loss', value: 9, threshold: 2 }],
      },
    ],
    breakdown: {
      bySeverity: { critical: 12 },
      byReason: { mos: 12 },
      byDimension: { edge: { 'fra-3': 12 } },
    },
  };

  it('has of a storm its counts and its worst, whose sessions only some may see', async () => {
    const storm = transitionOf({ category: 'storm', subject: 'edge=fra-3', group });
    await stored.put('webhook', storm);
    const counts = {
      memberCount: 12,
      openCount: 11,
      bySeverity: { critical: 12 },
      byReason: { mos: 12 },
      byDimension: { edge: { 'fra-3': 12 } },
    };
    const worst = {
      incidentId: 'i-1',
      severity: 'critical',
      reasons: [{ rule: 'packet_loss', value: 9, threshold: 2 }],
    };
    const closed = await details(storm.incidentId);
    assert.equal(closed.subject, 'edge=fra-3');
    assert.deepEqual(closed.transitions[0]!.group, { ...counts, worst: [worst] });
    const open = await details(storm.incidentId, WITH_SESSIONS);
    assert.deepEqual(open.transitions[0]!.group, { ...counts, worst: [{ ...worst, sessionId: 'call-1' }] });
  });

  it('tells who holds back what is held, and of nobody who has let go', async () => {
    const storm = transitionOf({ category: 'storm', subject: 'edge=fra-3', group });
    const member = transitionOf({ stormId: storm.incidentId });
    await stored.put('webhook', storm, member);
    const heldBy = { kind: 'storm', incidentId: storm.incidentId, subject: 'edge=fra-3' };
    const setState = (state: string, silenceId: string | null) =>
      stored.database.commit([
        {
          sql: 'UPDATE outbox SET state = ?, silence_id = ? WHERE incident_id = ?',
          values: [state, silenceId, member.incidentId],
        },
      ]);
    for (const [state, silenceId, expected] of [
      ['held', null, heldBy],
      ['listed', null, heldBy],
      ['silenced', 'q-1', { kind: 'silence', silenceId: 'q-1' }],
      ['pending', 'q-1', undefined],
      ['delivered', 'q-1', undefined],
      ['dead', null, undefined],
    ] as const) {
      await setState(state, silenceId);
      const [transition] = (await details(member.incidentId)).transitions;
      assert.equal(transition!.stormId, storm.incidentId);
      const [delivery] = transition!.deliveries;
      assert.deepEqual([delivery!.state, delivery!.heldBy], [state, expected]);
      assert.equal('nextAttempt' in delivery!, state === 'pending');
    }
  });

  it('has its newest transitions, and says where the earlier ones are', async () => {
    const story = Array.from({ length: 7 }, (_, sequence) =>
      transitionOf({ kind: sequence === 0 ? 'opened' : 'updated', sequence }),
    );
    await stored.put('webhook', ...story);
    const { incidentId } = story[0]!;
    const sequences = ({ transitions }: DetailsDocument) => transitions.map(({ sequence }) => sequence);
    const newest = await details(incidentId, { query: { limit: '3' } });
    assert.deepEqual([sequences(newest), newest.earlierBefore], [[4, 5, 6], 4]);
    assert.ok(newest.transitions.every(({ deliveries }) => deliveries.length === 1));
    const read = await new IncidentReader(stored.database).details(incidentId, {
      beforeSequence: 6,
      limit: 3,
    });
    assert.deepEqual(read!.deliveries.map(({ sequence }) => sequence).sort(), [3, 4, 5]);
    const before = await details(incidentId, { query: { limit: '4', before: '4' } });
    assert.deepEqual([sequences(before), before.earlierBefore], [[0, 1, 2, 3], undefined]);
    const none = await details(incidentId, { query: { before: '0' } });
    assert.deepEqual([sequences(none), none.earlierBefore], [[], undefined]);
    await assert.rejects(details(incidentId, { query: { limit: '51' } }), { name: 'ZodError' });
  });

  it('has the newest attempts of each delivery, and says when there are more', async () => {
    await stored.put('a', opened);
    await stored.put('b', opened);
    const wait = { state: 'pending', nextAttemptAtMs: TRIGGER_MS } as const;
    for (let attempt = 0; attempt < MAX_ATTEMPTS + 3; attempt++) {
      await settle('a', { startedAtMs: TRIGGER_MS + attempt * 1_000 }, wait);
      if (attempt < MAX_ATTEMPTS) await settle('b', { startedAtMs: TRIGGER_MS + attempt * 1_000 }, wait);
    }
    const [a, b] = (await details(opened.incidentId)).transitions[0]!.deliveries;
    assert.deepEqual(
      a!.attempts.map(({ started }) => started),
      Array.from({ length: MAX_ATTEMPTS }, (_, index) => iso(MAX_ATTEMPTS + 2 - index)),
    );
    assert.deepEqual([a!.attemptCount, a!.hasEarlierAttempts], [MAX_ATTEMPTS + 3, true]);
    assert.deepEqual([b!.attempts.length, b!.hasEarlierAttempts], [MAX_ATTEMPTS, undefined]);
  });

  it('is not found when there is none', async () => {
    assert.equal(await refusalOf(one, { path: { id: 'none' } }), '404 not.found: there is no such incident');
  });
});

describe('where incidents are kept', () => {
  it('is nowhere without a pipeline that makes them', async () => {
    assert.equal(await IncidentReader.open(testHost({ file_storage: stored.storage })), undefined);
  });

  it('may fail for a while: the client is told to come back, and nothing of the fault', async () => {
    const faulty = new FaultyDatabase(stored.database);
    faulty.readFault = new Error('disk I/O error at /secret/place');
    const [faultyList, faultyOne] = incidentOperations(new IncidentReader(faulty));
    const refusal = '503 storage.unavailable: incidents can not be read at present';
    assert.equal(await refusalOf(faultyList!), refusal);
    assert.equal(await refusalOf(faultyOne!, { path: { id: 'i-1' } }), refusal);
    await assert.rejects(callOperation(faultyList!), {
      cause: faulty.readFault,
      headers: { 'retry-after': '5' },
    });
  });
});
