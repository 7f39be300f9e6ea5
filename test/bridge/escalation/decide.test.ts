import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decideEnd, kindOfEnd } from '../../../bridge/escalation/decide-end.ts';
import { decideEscalation, type DueAlerts } from '../../../bridge/escalation/decide.ts';
import type { WaitingAlert } from '../../../bridge/escalation/source.ts';
import type { EscalationState } from '../../../bridge/escalation/state.ts';
import { kindFor } from '../../../bridge/escalation/telling.ts';
import { idempotencyKey } from '../../../bridge/transition/incident-key.ts';

const NOW_MS = Date.UTC(2026, 0, 1, 12);
const HOUR_MS = 3_600_000;

function alert(fields: Partial<WaitingAlert> = {}): WaitingAlert {
  return {
    ref: '1',
    incidentId: 'incident-1',
    subject: 's-1',
    severity: 'high',
    reasons: [{ rule: 'mos', value: 3.1, threshold: 3.5 }],
    waitingSinceMs: NOW_MS - 250_000,
    cause: 'undelivered',
    ...fields,
  };
}

function decide(due: readonly WaitingAlert[], more: Partial<DueAlerts> = {}, state?: EscalationState) {
  return decideEscalation(state, {
    source: 'webhook/siem',
    step: 0,
    afterMs: 240_000,
    to: ['email'],
    due,
    stillWaiting: { count: 0 },
    nowMs: NOW_MS,
    ...more,
  });
}

const OPEN = decide([alert()]).state;

describe('what a notice is to one who has heard', () => {
  for (const [history, severity, kind] of [
    [undefined, 'high', 'opened'],
    [{ isOpen: false, severity: 'critical' }, 'high', 'reopened'],
    [{ isOpen: true, severity: 'high' }, 'high', 'updated'],
    [{ isOpen: true, severity: 'high' }, 'critical', 'escalated'],
    [{ isOpen: true, severity: 'warning' }, 'high', 'escalated'],
    [{ isOpen: true, severity: 'critical' }, 'critical', 'updated'],
  ] as const) {
    const heard =
      history === undefined
        ? 'nothing'
        : `${history.isOpen ? 'of one open' : 'the end'} (${history.severity})`;
    it(`${heard}, and now ${severity}: ${kind}`, () => assert.equal(kindFor(history, severity), kind));
  }
});

describe('the reasons of a notice', () => {
  it('are one for each cause of its alerts, what must be mended first in front', () => {
    const { notices } = decide([
      alert({ waitingSinceMs: NOW_MS - 251_400 }),
      alert({ incidentId: 'incident-2', cause: 'dead_letter' }),
      alert({ incidentId: 'incident-3', cause: 'destination_gone' }),
      alert({ incidentId: 'incident-4', cause: 'credential_refused' }),
      alert({ incidentId: 'incident-5', cause: 'unacknowledged' }),
    ]);
    assert.deepEqual(notices[0]!.transition.reasons, [
      { rule: 'credential_refused' },
      { rule: 'destination_gone' },
      { rule: 'dead_letter', value: 1 },
      { rule: 'unacknowledged', value: 251, threshold: 240 },
      { rule: 'undelivered', value: 251, threshold: 240 },
    ]);
  });

  it('tell the wait of the oldest, also of one that was told of before', () => {
    const stillWaiting = { count: 1, oldestSinceMs: NOW_MS - 700_000 };
    const { notices } = decide([alert({ incidentId: 'incident-2' })], { stillWaiting }, OPEN);
    assert.equal(notices[0]!.transition.reasons[0]!.value, 700);
  });

  it('count all dead letters of the incident', () => {
    const first = decide([alert({ cause: 'dead_letter' })]).state;
    const { notices } = decide([alert({ incidentId: 'incident-2', cause: 'dead_letter' })], {}, first);
    assert.deepEqual(notices[0]!.transition.reasons, [{ rule: 'dead_letter', value: 2 }]);
  });
});

describe('alerts of one incident', () => {
  it('are one member, as the worst of them', () => {
    const { notices, state } = decide([alert({ severity: 'critical' }), alert({ ref: '2' })]);
    assert.equal(state.memberCount, 1);
    assert.deepEqual(notices[0]!.transition.group!.listedIds, ['incident-1']);
    assert.deepEqual(notices[0]!.transition.group!.breakdown.bySeverity, { critical: 1 });
  });

  it('of which was told as badly change nothing', () => {
    assert.deepEqual(decide([alert({ told: 'as_bad' })], {}, OPEN), { state: OPEN, notices: [] });
  });

  it('of which was told as badly, but in an incident that is over, are told of', () => {
    const { notices } = decide([alert({ told: 'as_bad' })], {}, { ...OPEN, isOpen: false });
    assert.equal(notices[0]!.transition.kind, 'reopened');
    assert.equal(notices[0]!.transition.group!.listedIds.length, 1);
  });

  it('that are worse now take the place of the milder among the worst, and count once', () => {
    const worse = alert({ told: 'milder', severity: 'critical' });
    const { notices, state } = decide([worse], { stillWaiting: { count: 1 } }, OPEN);
    assert.equal(notices[0]!.transition.kind, 'escalated');
    assert.deepEqual(
      state.worst.map(({ incidentId, severity }) => `${incidentId} ${severity}`),
      ['incident-1 critical'],
    );
    assert.deepEqual([state.memberCount, notices[0]!.transition.group!.openCount], [1, 1]);
  });
});

describe('an incident that reopens', () => {
  it('keeps the worst that it has been, by which its end finds all that it has opened', () => {
    const critical = decide([alert({ severity: 'critical' })]).state;
    const { notices } = decide([alert()], {}, { ...critical, isOpen: false });
    const { kind, severity, peakSeverity } = notices[0]!.transition;
    assert.deepEqual([kind, severity, peakSeverity], ['reopened', 'high', 'critical']);
  });
});

describe('a later step', () => {
  it('counts nobody again, and names all for its own destinations', () => {
    const { notices, state } = decide(
      [alert()],
      { step: 1, afterMs: 600_000, to: ['sms'], stillWaiting: { count: 1 } },
      OPEN,
    );
    assert.equal(state.memberCount, 1);
    const [{ transition, sent }] = notices as [(typeof notices)[0]];
    assert.deepEqual([transition.kind, transition.group!.openCount], ['updated', 1]);
    assert.deepEqual(transition.group!.listedIds, ['incident-1']);
    assert.deepEqual(
      sent.map((each) => [each.to, each.transition.kind, each.transition.sequence]),
      [['sms', 'opened', 1]],
    );
    assert.equal(
      sent[0]!.transition.idempotencyKey,
      idempotencyKey('webhook/siem', state.bucket, 'delivery', 'opened', 1),
    );
  });

  it('opens an incident when that of the first step is over, and then counts', () => {
    const { state, notices } = decide([alert()], { step: 1, stillWaiting: { count: 1 } });
    assert.equal(state.memberCount, 1);
    assert.equal(notices[0]!.transition.group!.openCount, 1);
  });
});

describe('the environment of a notice', () => {
  it('is that of its alerts, else what it was before, else said to be unknown', () => {
    const environmentOf = ({ notices }: ReturnType<typeof decide>) => notices[0]!.transition.environment;
    const stage = decide([alert(), alert({ incidentId: 'incident-2', environment: 'stage' })]);
    assert.equal(environmentOf(stage), 'stage');
    assert.equal(environmentOf(decide([alert()], {}, { ...stage.state, isOpen: false })), 'stage');
    assert.equal(environmentOf(decide([alert()])), 'unknown');
  });
});

describe('the end of an incident', () => {
  for (const [rule, state, stillWaiting, sinceNoticeMs, kind] of [
    ['nothing waits', OPEN, { count: 0 }, 0, 'recovered'],
    ['something waits', OPEN, { count: 1 }, 9 * HOUR_MS, undefined],
    [
      'only dead letters wait, for less than an hour',
      OPEN,
      { count: 2, isDeadLettersOnly: true },
      HOUR_MS - 1,
      undefined,
    ],
    ['only dead letters wait, for an hour', OPEN, { count: 2, isDeadLettersOnly: true }, HOUR_MS, 'ended'],
    ['it is over', { ...OPEN, isOpen: false }, { count: 0 }, 0, undefined],
  ] as const) {
    it(`${rule}: ${kind ?? 'none'}`, () =>
      assert.equal(kindOfEnd(state, stillWaiting, NOW_MS + sinceNoticeMs), kind));
  }

  it('is told to all that have heard and still run, and to none twice', () => {
    const both = decide([alert({ incidentId: 'incident-2' })], { to: ['email', 'sms', 'gone'] }, OPEN).state;
    const end = {
      kind: 'recovered',
      source: 'webhook/siem',
      limitMs: 240_000,
      stillWaiting: { count: 0 },
      nowMs: NOW_MS + 60_000,
      isRunning: (id: string) => id !== 'gone',
    } as const;
    const { state, notice } = decideEnd(both, end);
    assert.deepEqual(
      notice.sent.map(({ to }) => to),
      ['email', 'sms'],
    );
    assert.deepEqual(notice.transition.reasons, [{ rule: 'undelivered', value: 310, threshold: 240 }]);
    assert.deepEqual([notice.transition.sequence, state.nextSequence, state.isOpen], [2, 3, false]);
    assert.deepEqual(decideEnd({ ...state, isOpen: true }, end).notice.sent, []);
  });
});
