import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Admission } from '../../receiver/admission.ts';
import type { SessionEvent, SessionEventType } from '../../receiver/sample.ts';
import { endedEvent, qualitySample, SAMPLE_START_MS } from '../support/quality-sample.ts';

const NOW_MS = SAMPLE_START_MS;

function admission(maxSessions = 100) {
  return new Admission({ maxSessions, sessionTimeoutMs: 60_000 });
}

function sample(second: number, sessionId = 's-1') {
  return qualitySample({ sessionId, observedAtMs: NOW_MS + second * 1_000 });
}

function event(type: SessionEventType, second: number): SessionEvent {
  return endedEvent({ type, observedAtMs: NOW_MS + second * 1_000 });
}

describe('Admission of samples', () => {
  it('admits each instant of a session once', () => {
    const admitting = admission();
    const verdicts = [sample(0), sample(0), sample(5), sample(5)].map((one) => admitting.admit(one, NOW_MS));
    assert.deepEqual(verdicts, ['admitted', 'duplicate', 'admitted', 'duplicate']);
  });

  it('drops what is older than the newest', () => {
    const admitting = admission();
    const verdicts = [sample(5), sample(0), sample(10)].map((one) => admitting.admit(one, NOW_MS));
    assert.deepEqual(verdicts, ['admitted', 'late', 'admitted']);
  });

  it('keeps sessions apart', () => {
    const admitting = admission();
    assert.equal(admitting.admit(sample(5, 'a'), NOW_MS), 'admitted');
    assert.equal(admitting.admit(sample(0, 'b'), NOW_MS), 'admitted');
  });

  it('never goes back in time, and admits the newest, whatever the order', () => {
    const arrivals = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat({ max: 20 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(arrivals, (list) => {
        const admitting = admission();
        const newest = new Map<string, number>();
        for (const [sessionId, second] of list) {
          const verdict = admitting.admit(sample(second, sessionId), NOW_MS);
          const before = newest.get(sessionId) ?? -1;
          assert.equal(verdict, second > before ? 'admitted' : second === before ? 'duplicate' : 'late');
          newest.set(sessionId, Math.max(before, second));
        }
      }),
    );
  });

  it('admits nothing of a body that comes a second time', () => {
    const bodies = fc.array(
      fc.oneof(
        fc.nat({ max: 50 }).map((second) => sample(second)),
        fc
          .tuple(fc.constantFrom<SessionEventType>('connected', 'disconnected', 'ended'), fc.nat({ max: 3 }))
          .map(([type, second]) => event(type, second)),
      ),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const admitting = admission();
        for (const record of body) admitting.admit(record, NOW_MS);
        for (const record of body) assert.notEqual(admitting.admit(record, NOW_MS), 'admitted');
      }),
    );
  });
});

describe('Admission of session events', () => {
  it('admits events that are older than the newest sample', () => {
    const admitting = admission();
    admitting.admit(sample(10), NOW_MS);
    assert.equal(admitting.admit(event('disconnected', 5), NOW_MS), 'admitted');
    assert.equal(admitting.admit(sample(15), NOW_MS), 'admitted');
  });

  it('admits different events of one instant, and one event at different instants', () => {
    const admitting = admission();
    const events = [event('disconnected', 0), event('connected', 0), event('disconnected', 5)];
    assert.deepEqual(
      events.map((one) => admitting.admit(one, NOW_MS)),
      ['admitted', 'admitted', 'admitted'],
    );
  });

  it('drops exact repetitions, also when others came in between', () => {
    const admitting = admission();
    const flapping = [0, 1, 2, 3, 4, 5].map((second) =>
      event(second % 2 === 0 ? 'disconnected' : 'connected', second),
    );
    for (const one of flapping) assert.equal(admitting.admit(one, NOW_MS), 'admitted');
    for (const one of flapping) assert.equal(admitting.admit(one, NOW_MS), 'duplicate');
  });
});

describe('room in the Admission', () => {
  it('refuses a new session beyond the bound and goes on serving the known ones', () => {
    const admitting = admission(2);
    assert.equal(admitting.admit(sample(0, 'a'), NOW_MS), 'admitted');
    assert.equal(admitting.admit(sample(0, 'b'), NOW_MS), 'admitted');
    assert.equal(admitting.admit(sample(0, 'c'), NOW_MS), 'no_room');
    assert.equal(admitting.admit(sample(5, 'a'), NOW_MS), 'admitted');
    assert.equal(admitting.sessionCount, 2);
  });

  it('takes a refused session as if it had never come, once there is room', () => {
    const admitting = admission(1);
    admitting.admit(sample(0, 'a'), NOW_MS);
    assert.equal(admitting.admit(sample(0, 'b'), NOW_MS), 'no_room');
    assert.equal(admitting.admit(sample(0, 'b'), NOW_MS + 60_000), 'admitted');
  });

  it('forgets a session that was silent for the timeout, and not a moment before', () => {
    const admitting = admission();
    admitting.admit(sample(0), NOW_MS);
    admitting.sweep(NOW_MS + 59_999);
    assert.equal(admitting.sessionCount, 1);
    admitting.sweep(NOW_MS + 60_000);
    assert.equal(admitting.sessionCount, 0);
  });

  it('takes anything from a session, be it a duplicate, as a sign of life', () => {
    const admitting = admission();
    admitting.admit(sample(0), NOW_MS);
    admitting.admit(sample(0), NOW_MS + 30_000);
    admitting.sweep(NOW_MS + 60_000);
    assert.equal(admitting.sessionCount, 1);
  });

  it('is taken by a session that has sent no record yet, for as long as it sends anything', () => {
    const admitting = admission(1);
    assert.equal(admitting.enter('a', NOW_MS), true);
    assert.equal(admitting.enter('b', NOW_MS), false);
    assert.equal(admitting.enter('a', NOW_MS + 30_000), true);
    assert.equal(admitting.enter('b', NOW_MS + 60_000), false);
    assert.equal(admitting.enter('b', NOW_MS + 90_000), true);
    assert.equal(admitting.admit(sample(0, 'b'), NOW_MS + 90_000), 'admitted');
  });

  it('forgets an ended session after the timeout only, so that its repetitions are known', () => {
    const admitting = admission();
    admitting.admit(event('ended', 0), NOW_MS);
    assert.equal(admitting.admit(event('ended', 0), NOW_MS + 5_000), 'duplicate');
    admitting.sweep(NOW_MS + 65_000);
    assert.equal(admitting.sessionCount, 0);
  });

  it('tells when there may be room again', () => {
    const admitting = admission(2);
    admitting.admit(sample(0, 'a'), NOW_MS);
    admitting.admit(sample(0, 'b'), NOW_MS + 20_000);
    admitting.admit(sample(0, 'c'), NOW_MS + 20_000);
    assert.equal(admitting.roomAfterMs(NOW_MS + 20_000), 40_000);
  });

  it('holds the bound whatever comes', () => {
    const arrivals = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 30_000 })));
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 5 }), (list, maxSessions) => {
        const admitting = admission(maxSessions);
        let nowMs = NOW_MS;
        for (const [session, delayMs] of list) {
          nowMs += delayMs;
          admitting.admit(qualitySample({ sessionId: `s-${session}`, observedAtMs: nowMs }), nowMs);
          assert.ok(admitting.sessionCount <= maxSessions);
        }
      }),
    );
  });
});

describe('withdrawing', () => {
  it('lets the same sample and the same event pass again', () => {
    const admitting = admission();
    for (const record of [sample(5), event('disconnected', 5)]) {
      admitting.admit(record, NOW_MS);
      admitting.withdraw(record);
      assert.equal(admitting.admit(record, NOW_MS), 'admitted');
    }
  });

  it('leaves alone what came after', () => {
    const admitting = admission();
    admitting.admit(sample(5), NOW_MS);
    admitting.admit(sample(10), NOW_MS);
    admitting.withdraw(sample(5));
    assert.equal(admitting.admit(sample(10), NOW_MS), 'duplicate');
    admitting.withdraw(sample(0, 'unknown'));
  });
});
