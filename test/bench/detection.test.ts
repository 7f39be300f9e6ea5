// The scorecard in small: thirty simulated calls. The whole of it is `npm run bench:detection`.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capturedCalls } from '../../bench/detection/capture-calls.ts';
import { SMALL_PICTURE, USUAL, generatedCalls } from '../../bench/detection/generated-calls.ts';
import { GUIDE_BITRATE, HOLDS, OURS, scoreAll } from '../../bench/detection/scorecard.ts';

const SEED = 1;
const COUNT = 30;
/**
 * What is invented at present: of a narrow link of 5 s whose sender takes 30 s to come back, and of a camera that a busy
 * sender turned down below the guide's bitrate.
 */
const FALSE_AT_PRESENT = 2;
/** Of small pictures: senders that turn themselves down to 50–70 %, and blips that they come back from slowly. */
const FALSE_OF_SMALL_AT_PRESENT = 7;

describe(`detection, ${COUNT} simulated calls of seed ${SEED}`, () => {
  it('finds every incident, tells none twice, and invents no more than at present', async () => {
    const [{ score } = assert.fail()] = await scoreAll(generatedCalls(COUNT, SEED, USUAL), [OURS]);
    assert.ok(score.incidentCount >= 20, 'too few incidents to say anything');
    assert.deepEqual(score.missed, []);
    assert.equal(score.repeatedCount + score.otherKindCount, 0);
    const told = score.falseAlerts.map(({ call, alert }) => `${call.name}: ${alert.why}`);
    assert.ok(told.length <= FALSE_AT_PRESENT, told.join('\n'));
  });

  it('the hold saves most of the false alerts, and costs no incident', async () => {
    const rows = await scoreAll(generatedCalls(COUNT, SEED, USUAL), HOLDS);
    const [without, guide, held] = rows.map(({ score }) => score);
    assert.ok(without!.falseAlerts.length >= 30, 'too few false alerts to say anything');
    assert.ok(guide!.falseAlerts.length <= 0.15 * without!.falseAlerts.length);
    assert.ok(held!.falseAlerts.length <= guide!.falseAlerts.length);
    assert.equal(held!.foundCount, without!.foundCount);
  });

  it('knowing what is usual saves most of the false alerts of small pictures, and costs no incident', async () => {
    const rows = await scoreAll(generatedCalls(COUNT, SEED, SMALL_PICTURE), [OURS, GUIDE_BITRATE]);
    const [usual, guide] = rows.map(({ score }) => score);
    assert.ok(guide!.falseAlerts.length >= 20, 'too few false alerts to say anything');
    assert.ok(usual!.falseAlerts.length <= FALSE_OF_SMALL_AT_PRESENT);
    assert.deepEqual(usual!.missed, []);
  });

  it('knows captured calls in which nothing is wrong', async () => {
    const calls = capturedCalls().calls.filter(({ name }) => !name.startsWith('jitsi'));
    const [{ score } = assert.fail()] = await scoreAll(calls, [OURS]);
    assert.deepEqual(score.missed, []);
    assert.deepEqual(
      score.falseAlerts.map(({ call }) => call.name),
      ['netns-loss-1'],
    );
  });
});
