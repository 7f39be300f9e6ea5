// What is counted of the notices: the first that names a session, those that came never, and those that are wrong.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOurs, readTheirs, type ArrivedNotice } from '../../../bench/stack/notices.ts';
import { quantileOf } from '../../../bench/stack/quantile.ts';
import { ofSessions, tellTold } from '../../../bench/stack/told.ts';
import { incidentDocument } from '../../../bridge/rendering/incident-document.ts';
import { transitionOf } from '../../support/transition.ts';

const bad = (sessionId: string, atMs: number): ArrivedNotice => ({ sessionId, kind: 'degraded', atMs });
const over = (sessionId: string, atMs: number): ArrivedNotice => ({ sessionId, kind: 'over', atMs });

describe('what was told', () => {
  it('counts from the first bad sample to the first notice, in whatever order they are listed', () => {
    const { latenciesMs } = tellTold(new Map([['a', 1_000]]), [bad('a', 50_000), bad('a', 33_000)]);
    assert.deepEqual(latenciesMs, [32_000]);
  });

  it('has lost a session that no notice says to be degraded', () => {
    const started = new Map([
      ['never', 0],
      ['only over', 0],
      ['both', 0],
      ['not over', 0],
    ]);
    const told = tellTold(started, [
      over('only over', 90),
      bad('both', 40),
      over('both', 95),
      bad('not over', 40),
    ]);
    assert.equal(told.lostCount, 2);
    assert.equal(told.onlyOverCount, 1);
    assert.equal(told.bothCount, 1);
    assert.deepEqual(told.latenciesMs, [40, 40]);
  });

  it('has a false notice of a session that is well, or was so still', () => {
    const told = tellTold(new Map([['a', 1_000]]), [bad('well', 2_000), bad('a', 999)]);
    assert.equal(told.falseCount, 2);
    assert.equal(told.lostCount, 1);
  });

  it('takes no end for a false alarm', () => {
    assert.equal(tellTold(new Map(), [over('well', 1)]).falseCount, 0);
  });

  it('can be told of some of the sessions', () => {
    const started = new Map([
      ['a', 0],
      ['b', 0],
      ['c', 0],
    ]);
    const told = ofSessions(new Set(['a', 'b']), started, [bad('a', 5), bad('c', 9)]);
    assert.deepEqual(told.latenciesMs, [5]);
    assert.equal(told.lostCount, 1);
    assert.equal(told.falseCount, 0);
  });
});

describe('what is read of a webhook', () => {
  const ours = (kind: 'opened' | 'reopened' | 'escalated' | 'recovered' | 'ended') =>
    readOurs(JSON.stringify(incidentDocument(transitionOf({ subject: 's-1', kind }))));

  it('is of ours what opens and what ends', () => {
    assert.deepEqual(ours('opened'), [{ sessionId: 's-1', kind: 'degraded' }]);
    assert.deepEqual(ours('reopened'), [{ sessionId: 's-1', kind: 'degraded' }]);
    assert.deepEqual(ours('recovered'), [{ sessionId: 's-1', kind: 'over' }]);
    assert.deepEqual(ours('ended'), [{ sessionId: 's-1', kind: 'over' }]);
    assert.deepEqual(ours('escalated'), []);
  });

  it("is each alert of Alertmanager's, by its own status and not by that of the group", () => {
    const body = {
      version: '4',
      status: 'firing',
      alerts: [
        { status: 'firing', labels: { alertname: 'x', session_id: 's-1' } },
        { status: 'resolved', labels: { alertname: 'x', session_id: 's-2' } },
      ],
    };
    assert.deepEqual(readTheirs(JSON.stringify(body)), [
      { sessionId: 's-1', kind: 'degraded' },
      { sessionId: 's-2', kind: 'over' },
    ]);
  });
});

describe('a quantile', () => {
  it('is a value that was measured', () => {
    const values = Array.from({ length: 300 }, (_, index) => 300 - index);
    assert.equal(quantileOf(values, 0.5), 150);
    assert.equal(quantileOf(values, 0.99), 297);
    assert.equal(quantileOf(values, 1), 300);
    assert.equal(quantileOf([7], 0), 7);
    // Between two ranks it is the upper one: nothing is rounded away.
    assert.equal(quantileOf([1, 2, 3], 0.5), 2);
    assert.equal(quantileOf([1, 2, 3], 0.99), 3);
  });

  it('is none of nothing', () => {
    assert.ok(Number.isNaN(quantileOf([], 0.5)));
  });
});
