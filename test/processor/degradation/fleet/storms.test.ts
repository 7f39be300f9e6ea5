// The storm stage by examples: when a storm opens, what it tells, who is sent alone, and how it ends.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertLegal } from '../../../support/legal-sequence.ts';
import { aloneOf, describeStorm, isOpening, stormsOf, StormFleet } from '../../../support/storm-fleet.ts';

const ON_EDGE = { dimensions: { edge: 'fra-3' } };

/** A fleet in which `count` sessions of one edge are not enough for the share of degraded ones. */
function fleetOnEdge(count: number, limits?: ConstructorParameters<typeof StormFleet>[0]) {
  const fleet = new StormFleet(limits);
  const calls = fleet.add('call', count, ON_EDGE);
  fleet.add('other', count * 5);
  return { fleet, calls };
}

/** A storm of so many members, opened in one batch. */
function stormOf(count: number, limits?: ConstructorParameters<typeof StormFleet>[0]) {
  const { fleet, calls } = fleetOnEdge(count * 2, limits);
  fleet.open(calls.slice(0, count));
  const opening = fleet.settle();
  return { fleet, members: calls.slice(0, count), others: calls.slice(count), opening };
}

describe('a storm', () => {
  it('opens with the tenth incident that shares a dimension, and not with the ninth', () => {
    const { fleet, calls } = fleetOnEdge(12);
    fleet.open(calls.slice(0, 9));
    assert.deepEqual(stormsOf(fleet.settle()), []);
    fleet.open([calls[9]!]);
    assert.deepEqual(stormsOf(fleet.settle()), ['opened high edge=fra-3 10/10 +1']);
  });

  it('sends none of the batch in which it forms, and leaves alone what was sent before', () => {
    const { fleet, calls } = fleetOnEdge(40);
    fleet.open(calls.slice(0, 9));
    assert.equal(aloneOf(fleet.settle()).length, 9);
    fleet.open(calls.slice(9));
    const sent = fleet.settle();
    assert.deepEqual(aloneOf(sent), []);
    assert.deepEqual(stormsOf(sent), ['opened high edge=fra-3 40/40 +31']);
    assert.equal(fleet.stormIdOf(calls[8]!), undefined);
    assert.equal(fleet.stormIdOf(calls[9]!), sent.at(-1)!.incidentId);
  });

  it('says who it is about, why, since when, and who is worst', () => {
    const { fleet, calls } = fleetOnEdge(12);
    fleet.open(calls.slice(0, 4), { agoMs: 20_000 });
    fleet.settle();
    fleet.open(calls.slice(4));
    fleet.escalate([calls[11]!]);
    const storm = fleet.settle().at(-1)!;
    assert.equal(storm.category, 'storm');
    assert.deepEqual(storm.dimensions, { edge: 'fra-3' });
    assert.deepEqual(storm.reasons, [{ rule: 'many_openings', value: 12, threshold: 10 }]);
    assert.equal(storm.triggerAtMs, fleet.nowMs - 20_000);
    assert.equal(storm.occurredAtMs, fleet.nowMs);
    assert.equal(storm.severity, 'critical');
    const shown = storm.group?.members.map(({ sessionId, severity }) => `${sessionId} ${severity}`);
    assert.equal(shown?.length, 10);
    assert.equal(shown?.[0], 'call-11 critical');
    assert.deepEqual(shown?.slice(1, 5).toSorted(), [
      'call-0 high',
      'call-1 high',
      'call-2 high',
      'call-3 high',
    ]);
    assert.deepEqual(storm.group?.breakdown, {
      bySeverity: { high: 11, critical: 1 },
      byReason: { mos: 12 },
      byDimension: { edge: { 'fra-3': 12 } },
    });
  });

  it('counts an opening of exactly 60 s ago, and none that is older', () => {
    for (const [agoMs, expected] of [
      [60_000, ['opened high edge=fra-3 10/10 +9']],
      [60_001, []],
    ] as const) {
      const { fleet, calls } = fleetOnEdge(10);
      fleet.open([calls[0]!]);
      fleet.settle();
      fleet.nowMs += agoMs;
      fleet.open(calls.slice(1));
      assert.deepEqual(stormsOf(fleet.settle()), expected);
    }
  });

  it('does not form of one session, however often it opens', () => {
    const { fleet, calls } = fleetOnEdge(12);
    for (let index = 0; index < 20; index += 1) {
      fleet.nowMs += 5_000;
      fleet.open([calls[0]!]);
      fleet.settle();
      fleet.close([calls[0]!]);
      fleet.settle();
    }
    assert.deepEqual(stormsOf(fleet.sent), []);
  });

  it('is over the codec of the last samples when they share nothing else', () => {
    const fleet = new StormFleet();
    fleet.add('well', 100, { codec: 'VP8' });
    fleet.open(fleet.add('ill', 10, { codec: 'AV1' }));
    assert.deepEqual(stormsOf(fleet.settle()), ['opened high codec=AV1 10/10 +10']);
  });

  it('takes the narrower of two dimensions by the active sessions that share it', () => {
    const fleet = new StormFleet();
    fleet.add('well', 100, { dimensions: { edge: 'fra-3' } });
    fleet.open(fleet.add('ill', 10, { dimensions: { edge: 'fra-3', isp: 'tele' } }));
    assert.deepEqual(stormsOf(fleet.settle()), ['opened high isp=tele 10/10 +10']);
  });

  it('does not count sessions that have ended when it looks for the narrower one', () => {
    const fleet = new StormFleet();
    fleet.end(fleet.add('gone', 100, { dimensions: { isp: 'tele' } }));
    fleet.add('well', 50, { dimensions: { edge: 'fra-3' } });
    fleet.open(fleet.add('ill', 10, { dimensions: { edge: 'fra-3', isp: 'tele' } }));
    assert.deepEqual(stormsOf(fleet.settle()), ['opened high isp=tele 10/10 +10']);
  });

  it('is as severe as the worst of all its members, also of those that were sent alone', () => {
    const { fleet, calls } = fleetOnEdge(12);
    fleet.open(calls.slice(0, 1), { severity: 'critical' });
    fleet.settle();
    fleet.open(calls.slice(1));
    assert.deepEqual(stormsOf(fleet.settle()), ['opened critical edge=fra-3 12/12 +11']);
  });

  it('divides its members by no more than fifty values of a dimension', () => {
    const fleet = new StormFleet();
    for (let index = 0; index < 60; index += 1) {
      const site = `s-${String(index).padStart(2, '0')}`;
      const count = index === 59 ? 2 : 1;
      fleet.open(fleet.add(site, count, { dimensions: { edge: 'fra-3', site } }));
    }
    fleet.add('well', 600);
    const { site } = fleet.settle().at(-1)!.group!.breakdown.byDimension;
    assert.equal(Object.keys(site!).length, 50);
    assert.equal(site!['s-59'], 2);
  });

  it('may be one of two that open in the same batch', () => {
    const fleet = new StormFleet();
    fleet.add('well', 200);
    fleet.open(fleet.add('a', 12, { dimensions: { edge: 'a' } }));
    fleet.open(fleet.add('b', 11, { dimensions: { edge: 'b' } }));
    assert.deepEqual(stormsOf(fleet.settle()).toSorted(), [
      'opened high edge=a 12/12 +12',
      'opened high edge=b 11/11 +11',
    ]);
  });

  it('is not opened where it is switched off', () => {
    const { opening } = stormOf(40, { enabled: false });
    assert.equal(aloneOf(opening).length, 40);
  });

  it('opens at most a hundred times at once; the others are sent alone', () => {
    const fleet = new StormFleet();
    for (let edge = 0; edge < 102; edge += 1) {
      fleet.open(fleet.add(`edge-${edge}`, 10, { dimensions: { edge: String(edge) } }));
    }
    fleet.add('well', 10_000);
    const sent = fleet.settle();
    assert.equal(stormsOf(sent).length, 100);
    assert.equal(aloneOf(sent).length, 20);
  });
});

describe('a storm of the degraded share', () => {
  const SLOWLY_S = 61;

  /** Sessions that share nothing and go bad one by one, too slowly to be many at once. */
  function degrade(activeCount: number, degradedCount: number): StormFleet {
    const fleet = new StormFleet();
    const calls = fleet.add('call', activeCount);
    for (const call of calls.slice(0, degradedCount)) {
      fleet.advance(SLOWLY_S);
      fleet.open([call]);
      fleet.settle();
    }
    return fleet;
  }

  it('opens at exactly a fifth of the active sessions, and not below', () => {
    assert.deepEqual(stormsOf(degrade(76, 15).sent), []);
    const { sent } = degrade(75, 15);
    assert.deepEqual(stormsOf(sent), ['opened high all sessions 15/15 +1']);
    assert.deepEqual(sent.at(-1)?.reasons, [{ rule: 'degraded_share', value: 0.2, threshold: 0.2 }]);
    assert.deepEqual(sent.at(-1)?.dimensions, {});
    assert.equal(aloneOf(sent).length, 14);
  });

  it('does not open with fewer than ten', () => {
    assert.deepEqual(stormsOf(degrade(20, 9).sent), []);
  });

  it('does not open with fewer than ten sessions, however many incidents they have', () => {
    const fleet = new StormFleet();
    const calls = fleet.add('call', 20);
    for (const call of calls.slice(0, 6)) {
      fleet.advance(SLOWLY_S);
      fleet.open([call]);
      fleet.open([call], { category: 'connection', severity: 'warning' });
      fleet.settle();
    }
    assert.deepEqual(stormsOf(fleet.sent), []);
  });

  it('is never a second one over the same sessions', () => {
    const fleet = new StormFleet();
    const healthy = fleet.add('well', 200);
    for (const call of fleet.add('chronic', 12, ON_EDGE)) {
      fleet.advance(SLOWLY_S);
      fleet.open([call]);
      fleet.settle();
    }
    fleet.advance(SLOWLY_S);
    fleet.open(fleet.add('ill', 10, ON_EDGE));
    assert.deepEqual(stormsOf(fleet.settle()), ['opened high edge=fra-3 10/10 +10']);
    fleet.end(healthy.slice(0, 180));
    fleet.open([healthy[199]!]);
    assert.deepEqual(stormsOf(fleet.settle()), ['opened high all sessions 13/13 +1']);
  });

  it('leaves out what an open storm tells of already', () => {
    const fleet = new StormFleet();
    const rest = fleet.add('rest', 60);
    fleet.open(fleet.add('ill', 40, ON_EDGE));
    assert.deepEqual(stormsOf(fleet.settle()), ['opened high edge=fra-3 40/40 +40']);
    for (const call of rest.slice(0, 12)) {
      fleet.advance(SLOWLY_S);
      fleet.open([call]);
      fleet.settle();
    }
    assert.equal(stormsOf(fleet.sent).length, 1);
    assert.equal(aloneOf(fleet.sent).length, 12);
  });
});

describe('an open storm', () => {
  it('takes in an opening that fits, and tells of it after a minute', () => {
    const { fleet, others } = stormOf(10);
    fleet.advance(10);
    fleet.open([others[0]!]);
    assert.deepEqual(aloneOf(fleet.settle()), []);
    assert.deepEqual(stormsOf(fleet.advance(49)), []);
    const update = fleet.advance(1);
    assert.deepEqual(stormsOf(update), ['updated high edge=fra-3 11/11 +1']);
    assert.deepEqual(update[0]?.group?.listedIds, [fleet.incidentIdOf(others[0]!)]);
    assert.deepEqual(stormsOf(fleet.advance(50)), [], 'nobody has joined since');
  });

  it('tells at once when the last notice is a minute old', () => {
    const { fleet, others } = stormOf(10);
    fleet.advance(60);
    fleet.open([others[0]!]);
    assert.deepEqual(stormsOf(fleet.settle()), ['updated high edge=fra-3 11/11 +1']);
  });

  it('leaves alone what does not fit', () => {
    const { fleet } = stormOf(10);
    fleet.open(fleet.add('stranger', 1, { dimensions: { edge: 'lon-1' } }));
    assert.equal(aloneOf(fleet.settle()).length, 1);
  });

  it('tells at once when five hundred wait, and names no more than that in one notice', () => {
    const { fleet, others } = stormOf(1_250);
    const opening = fleet.sent.filter(({ category }) => category === 'storm');
    assert.deepEqual(opening.map(describeStorm), [
      'opened high edge=fra-3 1250/1250 +500',
      'updated high edge=fra-3 1250/1250 +500',
      'updated high edge=fra-3 1250/1250 +250',
    ]);
    fleet.advance(1);
    fleet.open(others.slice(0, 499));
    assert.deepEqual(stormsOf(fleet.settle()), []);
    fleet.open(others.slice(499, 501));
    assert.deepEqual(stormsOf(fleet.settle()), ['updated high edge=fra-3 1751/1751 +500']);
    assert.deepEqual(stormsOf(fleet.advance(60)), ['updated high edge=fra-3 1751/1751 +1']);
    assertLegal(fleet.sent);
  });

  it('becomes more severe at once, and never milder', () => {
    const { fleet, calls } = fleetOnEdge(20);
    fleet.open(calls.slice(0, 10), { severity: 'warning', category: 'connection' });
    assert.deepEqual(stormsOf(fleet.settle()), ['opened warning edge=fra-3 10/10 +10']);
    fleet.open([calls[10]!]);
    assert.deepEqual(stormsOf(fleet.settle()), ['escalated high edge=fra-3 11/11 +1']);
    fleet.close([calls[10]!]);
    assert.deepEqual(stormsOf(fleet.settle()), []);
    fleet.advance(60);
    fleet.open([calls[11]!], { severity: 'warning', category: 'connection' });
    assert.deepEqual(stormsOf(fleet.settle()), ['updated high edge=fra-3 12/11 +1']);
    assertLegal(fleet.sent);
  });

  it('lists a member again that becomes critical: who wants nothing milder has not been told of it', () => {
    const { fleet, members } = stormOf(10);
    fleet.escalate([members[3]!]);
    const sent = fleet.settle();
    assert.deepEqual(stormsOf(sent), ['escalated critical edge=fra-3 10/10 +1']);
    assert.deepEqual(sent.at(-1)?.group?.listedIds, [fleet.incidentIdOf(members[3]!)]);
  });

  it('escalates with a member that was sent alone, and does not list it', () => {
    const { fleet, calls } = fleetOnEdge(12);
    fleet.open(calls.slice(0, 5));
    fleet.settle();
    fleet.open(calls.slice(5));
    fleet.settle();
    fleet.escalate([calls[0]!]);
    assert.deepEqual(stormsOf(fleet.settle()), ['escalated critical edge=fra-3 12/12 +0']);
  });

  it('marks all that is sent of a member, also what follows the opening in the same batch', () => {
    const { fleet, calls } = fleetOnEdge(12);
    fleet.open(calls);
    fleet.close([calls[0]!]);
    const stormId = fleet.settle().at(-1)!.incidentId;
    fleet.escalate([calls[1]!]);
    fleet.close([calls[1]!]);
    fleet.settle();
    const ofSessions = fleet.sent.filter(({ category }) => category === 'quality');
    assert.equal(ofSessions.length, 15);
    assert.ok(ofSessions.every((transition) => transition.stormId === stormId));
  });

  it('keeps a member that shares something else when it opens again', () => {
    const { fleet, members } = stormOf(10);
    fleet.close([members[0]!]);
    fleet.settle();
    fleet.move([members[0]!], { edge: 'lon-1' });
    fleet.advance(61);
    fleet.open([members[0]!]);
    assert.deepEqual(aloneOf(fleet.settle()), []);
    assert.notEqual(fleet.stormIdOf(members[0]!), undefined);
  });

  it('counts what has joined it to no other', () => {
    const { fleet } = stormOf(10, { windowMs: 120_000 });
    const elsewhere = { dimensions: { edge: 'lon-1' } };
    const [mover] = fleet.add('mover', 1, elsewhere);
    const calls = fleet.add('lon', 9, elsewhere);
    fleet.open([mover!]);
    fleet.settle();
    fleet.close([mover!]);
    fleet.move([mover!], ON_EDGE.dimensions);
    fleet.advance(61);
    fleet.open([mover!]);
    assert.deepEqual(aloneOf(fleet.settle()), []);
    fleet.open(calls);
    assert.equal(aloneOf(fleet.settle()).length, 9);
  });

  it('takes in nothing any more after it was switched off, and comes to its end', () => {
    const { fleet, members, others } = stormOf(10);
    fleet.advance(10);
    fleet.restart({ enabled: false });
    fleet.open(others);
    assert.equal(aloneOf(fleet.settle()).length, 10);
    fleet.restart();
    fleet.close([members[0]!]);
    fleet.settle();
    fleet.advance(100);
    fleet.open([members[0]!]);
    assert.equal(aloneOf(fleet.settle()).length, 1, 'nor who was in it before');
    fleet.close(members.slice(1));
    assert.deepEqual(stormsOf(fleet.settle()), ['recovered high edge=fra-3 10/0 +0 survivors 0']);
  });

  it('does not take an opening that is held back for an open incident after a restart', () => {
    const { fleet, members } = stormOf(10);
    fleet.advance(30);
    fleet.close(members);
    fleet.settle();
    fleet.open(members);
    assert.deepEqual(fleet.settle(), []);
    fleet.restart();
    assert.deepEqual(stormsOf(fleet.advance(31)), ['recovered high edge=fra-3 10/0 +0 survivors 0']);
  });

  it('counts and lists a member once, however often it opens', () => {
    const { fleet, members } = stormOf(10);
    fleet.close([members[0]!]);
    fleet.settle();
    fleet.advance(61);
    fleet.open([members[0]!]);
    const sent = fleet.settle();
    assert.deepEqual(aloneOf(sent), []);
    assert.deepEqual(stormsOf(fleet.advance(61)), []);
    fleet.open(fleet.add('late', 1, ON_EDGE));
    assert.deepEqual(stormsOf(fleet.settle()), ['updated high edge=fra-3 11/11 +1']);
  });
});

describe('the end of a storm', () => {
  it('comes when fewer than five are open and nothing has opened for more than a minute', () => {
    const { fleet, members } = stormOf(10);
    fleet.advance(100);
    fleet.close(members.slice(0, 5));
    assert.deepEqual(stormsOf(fleet.settle()), [], 'five are still open');
    fleet.close([members[5]!]);
    assert.deepEqual(stormsOf(fleet.settle()), ['recovered high edge=fra-3 10/4 +0 survivors 4']);
  });

  it('does not come when the last opening was a minute ago exactly: it still counts', () => {
    const { fleet, members } = stormOf(10);
    fleet.advance(60);
    fleet.close(members);
    assert.deepEqual(stormsOf(fleet.settle()), []);
  });

  it('waits for the minute', () => {
    const { fleet, members } = stormOf(10);
    fleet.advance(10);
    fleet.close(members);
    fleet.settle();
    assert.deepEqual(stormsOf(fleet.advance(50)), []);
    assert.deepEqual(stormsOf(fleet.advance(1)), ['recovered high edge=fra-3 10/0 +0 survivors 0']);
    assert.equal(fleet.dueAtMs, Infinity);
  });

  it('takes the marks of the survivors away: what follows is sent alone', () => {
    const { fleet, members } = stormOf(10);
    fleet.advance(100);
    fleet.close(members.slice(0, 7));
    const end = fleet.settle().at(-1)!;
    assert.deepEqual(
      end.group?.survivorIds?.toSorted(),
      members
        .slice(7)
        .map((member) => fleet.incidentIdOf(member))
        .toSorted(),
    );
    fleet.close(members.slice(7));
    assert.ok(fleet.settle().every(({ stormId }) => stormId === undefined));
  });

  it('comes also when its members are gone with their sessions', () => {
    const { fleet, members } = stormOf(10);
    fleet.forget(members);
    fleet.settle();
    assert.deepEqual(stormsOf(fleet.advance(120)), ['recovered high edge=fra-3 10/0 +0 survivors 0']);
  });

  it('lists who has not been listed yet', () => {
    const { fleet, members, others } = stormOf(10, { updateIntervalMs: 200_000 });
    fleet.open([others[0]!]);
    fleet.close([...members, others[0]!]);
    fleet.settle();
    assert.deepEqual(stormsOf(fleet.advance(61)), ['recovered high edge=fra-3 11/0 +1 survivors 0']);
  });
});

describe('a storm after its end', () => {
  function endedStorm(limits?: ConstructorParameters<typeof StormFleet>[0]) {
    const { fleet, members, others } = stormOf(20, limits);
    fleet.close(members);
    fleet.settle();
    fleet.advance(61);
    assert.equal(stormsOf(fleet.sent).length, 2);
    return { fleet, members, others };
  }

  it('is reopened within the cooldown, with the next sequence', () => {
    const { fleet, others } = endedStorm();
    fleet.advance(300);
    fleet.open(others.slice(0, 10));
    const again = fleet.settle().at(-1)!;
    assert.equal(describeStorm(again), 'reopened high edge=fra-3 30/10 +10');
    assert.equal(again.sequence, 2);
    assertLegal(fleet.sent);
  });

  it('is another one after that', () => {
    const { fleet, others } = endedStorm();
    fleet.advance(301);
    fleet.open(others.slice(0, 10));
    const next = fleet.settle().at(-1)!;
    assert.equal(describeStorm(next), 'opened high edge=fra-3 10/10 +10');
    assertLegal(fleet.sent);
  });

  it('is the same one within the five minutes that name it, whatever the cooldown', () => {
    const { fleet, others } = endedStorm({ cooldownMs: 0 });
    fleet.advance(50);
    fleet.open(fleet.add('stranger', 1));
    fleet.settle();
    fleet.advance(50);
    fleet.open(others.slice(0, 10));
    assert.equal(describeStorm(fleet.settle().at(-1)!), 'reopened high edge=fra-3 30/10 +10');
    assertLegal(fleet.sent);
  });

  it('is still known as having been critical when it comes back milder', () => {
    const { fleet, calls } = fleetOnEdge(40);
    fleet.open(calls.slice(0, 20), { severity: 'critical' });
    fleet.close(calls.slice(0, 20));
    fleet.settle();
    fleet.advance(61);
    fleet.open(calls.slice(20));
    const again = fleet.settle().at(-1)!;
    assert.deepEqual([again.kind, again.severity, again.peakSeverity], ['reopened', 'high', 'critical']);
  });

  it('lets go of a former member that opens again', () => {
    const { fleet, members } = endedStorm();
    fleet.open([members[0]!]);
    const [opening] = fleet.settle();
    assert.ok(isOpening(opening!));
    assert.equal(opening!.stormId, undefined);
    assert.equal(fleet.stormIdOf(members[0]!), undefined);
  });

  it('is forgotten in the end', () => {
    const { fleet } = endedStorm();
    fleet.advance(1_000);
    fleet.open(fleet.add('stranger', 1));
    fleet.settle();
    fleet.restart();
    assert.deepEqual(stormsOf(fleet.advance(1_000)), []);
  });
});
