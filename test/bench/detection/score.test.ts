import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addScores, scoreCall } from '../../../bench/detection/score.ts';
import { percentile } from '../../../bench/detection/table.ts';
import { alert, callOf, times, trouble } from './sketched-call.ts';

const INCIDENT = trouble('incident', 100, 160);
const BLIP = trouble('blip', 300, 310);
const EITHER = trouble('either', 400, 430);
const call = callOf(times(600, {}), [INCIDENT, BLIP, EITHER]);

describe('a score', () => {
  it('finds an incident in which an alert was raised, and times it from start to end', () => {
    const score = scoreCall(call, [alert('a', 135, 190)]);
    assert.deepEqual([score.foundCount, score.incidentCount, score.missed.length], [1, 1, 0]);
    assert.deepEqual([score.raiseMs, score.clearMs], [[35_000], [30_000]]);
    assert.deepEqual(score.falseAlerts, []);
  });

  it('misses an incident without an alert', () => {
    const { missed, foundCount } = scoreCall(call, []);
    assert.deepEqual([foundCount, missed.map(({ trouble }) => trouble)], [0, [INCIDENT]]);
  });

  it('grants an alert two samples after the end, and no more', () => {
    assert.equal(scoreCall(call, [alert('a', 170)]).foundCount, 1);
    const late = scoreCall(call, [alert('a', 171)]);
    assert.deepEqual([late.foundCount, late.falseAlerts.length], [0, 1]);
  });

  it('tells a false alert on a blip from one on nothing, and excuses what is neither right nor wrong', () => {
    const { falseAlerts } = scoreCall(call, [
      alert('a', 305),
      alert('a', 335),
      alert('a', 350),
      alert('a', 415),
    ]);
    assert.deepEqual(
      falseAlerts.map(({ blip }) => blip),
      [BLIP, BLIP, undefined],
    );
  });

  it('tells a second blip within half a minute', () => {
    const twice = callOf(times(600, {}), [trouble('blip', 280, 290), BLIP]);
    assert.equal(scoreCall(twice, [alert('a', 311)]).falseAlerts[0]?.isSecondBlip, true);
    assert.equal(scoreCall(call, [alert('a', 311)]).falseAlerts[0]?.isSecondBlip, false);
  });

  it('counts what comes after the first alert, by whether its kind is new', () => {
    const score = scoreCall(call, [alert('a', 110, 115), alert('b', 112, 170), alert('a', 120, 125)]);
    assert.deepEqual([score.repeatedCount, score.otherKindCount], [1, 1]);
  });

  it('sees when all alerts were taken back in the middle of an incident', () => {
    assert.equal(scoreCall(call, [alert('a', 110, 120)]).quietTooEarlyCount, 1);
    assert.equal(scoreCall(call, [alert('a', 110, 120), alert('b', 115, 170)]).quietTooEarlyCount, 0);
    assert.equal(scoreCall(call, [alert('a', 110, 160)]).quietTooEarlyCount, 0);
  });

  it('takes an alert that is up since before for found, false, and of no time to raise', () => {
    const score = scoreCall(call, [alert('a', 50, 170)]);
    assert.deepEqual([score.foundCount, score.falseAlerts.length, score.raiseMs], [1, 1, []]);
  });

  it('never clears what was never taken back', () => {
    assert.deepEqual(scoreCall(call, [alert('a', 110)]).clearMs, [Infinity]);
  });

  it('adds up', () => {
    const score = scoreCall(call, [alert('a', 135, 190), alert('a', 305)]);
    const both = addScores([score, score]);
    assert.equal(both.foundCount, 2);
    assert.equal(both.alertCount, 4);
    assert.equal(both.callMs, 1_200_000);
    assert.deepEqual(both.raiseMs, [35_000, 35_000]);
  });
});

describe('percentile', () => {
  it('is the nearest rank', () => {
    const values = [30, 10, 20, 40];
    assert.deepEqual(
      [0.5, 0.75, 0.95, 0].map((share) => percentile(values, share)),
      [20, 30, 40, 10],
    );
    assert.equal(percentile([], 0.5), undefined);
  });
});
