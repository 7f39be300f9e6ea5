import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reasonsText } from '../../../bridge/rendering/reason-text.ts';
import { summaryOf, titleOf } from '../../../bridge/rendering/title.ts';
import type { Reason, Transition } from '../../../bridge/transition/transition.ts';
import { INCIDENT_CASES } from '../../support/incident-cases.ts';
import { transitionOf } from '../../support/transition.ts';

describe('the title of an incident', () => {
  const rows: [caseName: string, title: string][] = [
    ['quality-opened', 'Video degraded: session 3f6c1f7e-video'],
    ['quality-updated', 'Video degraded, update: session 3f6c1f7e-video'],
    ['quality-escalated', 'Video degraded, now critical: session 3f6c1f7e-video'],
    ['quality-deescalated', 'Video degraded, now high: session 3f6c1f7e-video'],
    ['quality-reopened', 'Video degraded again: session 3f6c1f7e-video'],
    ['quality-recovered', 'Recovered from video degradation: session 3f6c1f7e-video'],
    ['quality-ended', 'Ended during video degradation: session 3f6c1f7e-video'],
    ['connection-opened', 'Connection lost: session 3f6c1f7e-video'],
    ['connection-opened-gap', 'Samples missing: session 3f6c1f7e-video'],
    ['connection-opened-outage', 'No media arrives: session 3f6c1f7e-video'],
    ['connection-recovered', 'Recovered from connection loss: session 3f6c1f7e-video'],
    ['storm-opened', 'Quality storm: 37 sessions, edge=fra-3'],
    ['pipeline-opened', 'No samples from any source: webrtcvideo'],
    ['quality-opened-test', '[TEST] Video degraded: session test-mk9'],
  ];
  for (const [caseName, title] of rows) {
    it(`of ${caseName} is "${title}"`, () => assert.equal(titleOf(INCIDENT_CASES.get(caseName)!), title));
  }

  it('of a connection that ended names what was wrong, not its end', () => {
    const ended: Partial<Transition> = { category: 'connection', kind: 'ended', subject: 's' };
    const reasons: Reason[] = [{ rule: 'session_ended' }, { rule: 'gap' }];
    assert.equal(titleOf(transitionOf({ ...ended, reasons })), 'Ended during gap in the samples: session s');
    assert.equal(
      titleOf(transitionOf({ ...ended, reasons: [{ rule: 'session_ended' }] })),
      'Ended during connection trouble: session s',
    );
  });

  it('is followed by the reasons in a summary, when there are any', () => {
    assert.equal(summaryOf(transitionOf({})), 'Video degraded: session s-1 – MOS 3.1 (limit 3.5)');
    assert.equal(summaryOf(transitionOf({ reasons: [] })), 'Video degraded: session s-1');
  });
});

describe('reasons in words', () => {
  const rows: [reason: Reason, text: string][] = [
    [{ rule: 'mos', value: 3.066_666, threshold: 3.5 }, 'MOS 3.07 (limit 3.5)'],
    [{ rule: 'packet_loss', value: 5.1, threshold: 2 }, 'packet loss 5.1 % (limit 2 %)'],
    [{ rule: 'bitrate', value: 412.25, threshold: 500 }, 'bitrate 412.25 kbit/s (limit 500 kbit/s)'],
    [{ rule: 'freeze', value: 0.45, threshold: 0.3 }, 'frozen 45 % (limit 30 %)'],
    [{ rule: 'gap', value: 15, threshold: 15 }, 'no sample for 15 s (limit 15 s)'],
    [{ rule: 'gap' }, 'no sample'],
    [{ rule: 'disconnected' }, 'disconnected'],
    [
      { rule: 'experience', value: 2, causes: ['frame_rate', 'freeze'] },
      'video experience 2 because of frame rate, freeze',
    ],
    [{ rule: 'mos', value: Number.NaN, threshold: 3.5 }, 'MOS (limit 3.5)'],
  ];
  for (const [reason, text] of rows) it(text, () => assert.equal(reasonsText([reason]), text));

  it('are one line', () => {
    assert.equal(
      reasonsText([{ rule: 'disconnected' }, { rule: 'gap', value: 15 }]),
      'disconnected; no sample for 15 s',
    );
  });
});
