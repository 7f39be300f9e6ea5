import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reasonsText } from '../../../bridge/rendering/reason-text.ts';
import { summaryOf, titleOf } from '../../../bridge/rendering/title.ts';
import { whyText } from '../../../bridge/rendering/why-text.ts';
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
    ['storm-updated', 'Quality storm, update: 37 sessions, edge=fra-3'],
    ['storm-recovered', 'Recovered from quality storm: 37 sessions, edge=fra-3'],
    ['pipeline-opened', 'No samples from any source'],
    ['pipeline-recovered', 'Samples arrive again'],
    ['delivery-opened', 'Alerts undelivered: webhook/siem, 37 incidents'],
    ['delivery-updated', 'Alerts undelivered, update: webhook/siem, 37 incidents'],
    ['delivery-escalated', 'Alerts undelivered, now critical: webhook/siem, 37 incidents'],
    ['delivery-recovered', 'Alerts delivered late: webhook/siem, 37 incidents'],
    ['quality-updated-flapping', 'Video degraded, flapping: session 3f6c1f7e-video'],
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

  const causes: [rule: Reason['rule'], opened: string, recovered: string][] = [
    ['undelivered', 'Alerts undelivered: webhook/siem', 'Alerts delivered late: webhook/siem'],
    [
      'credential_refused',
      'Alerts undelivered, credential refused: webhook/siem',
      'Alerts delivered late: webhook/siem',
    ],
    [
      'destination_gone',
      'Alerts undelivered, destination gone: webhook/siem',
      'Alerts delivered late: webhook/siem',
    ],
    [
      'dead_letter',
      'Alerts undelivered, refused for good: webhook/siem',
      'Alerts delivered late: webhook/siem',
    ],
    ['unacknowledged', 'Alerts unacknowledged: webhook/siem', 'Alerts acknowledged late: webhook/siem'],
  ];
  for (const [rule, opened, recovered] of causes) {
    it(`of alerts that wait because of ${rule} names the cause, and in the end that they were late`, () => {
      const fields = { category: 'delivery', subject: 'webhook/siem', reasons: [{ rule }] } as const;
      const titles = (['opened', 'recovered'] as const).map((kind) =>
        titleOf(transitionOf({ ...fields, kind })),
      );
      assert.deepEqual(titles, [opened, recovered]);
    });
  }

  it('is followed by the reasons in a summary, when there are any', () => {
    assert.equal(summaryOf(transitionOf({})), 'Video degraded: session s-1 – MOS 3.1 (limit 3.5)');
    assert.equal(summaryOf(transitionOf({ reasons: [] })), 'Video degraded: session s-1');
  });
});

describe('what stands behind an incident', () => {
  const rows: [caseName: string, why: string][] = [
    ['storm-opened', '12 incidents opened at once (limit 10); tells of 3 incidents'],
    ['storm-updated', '12 incidents opened at once (limit 10); tells of 1 more incident, 31 still bad'],
    ['storm-recovered', '2 still bad, told one by one from here; 12 incidents opened at once (limit 10)'],
    ['delivery-updated', 'undelivered for 251 s (limit 240 s); tells of 1 more incident, 31 still waiting'],
    ['delivery-recovered', 'undelivered for 251 s (limit 240 s)'],
    ['connection-opened', 'disconnected'],
  ];
  for (const [caseName, why] of rows) {
    it(`in ${caseName} is "${why}"`, () => assert.equal(whyText(INCIDENT_CASES.get(caseName)!), why));
  }

  it('says so when a storm leaves nobody behind', () => {
    const storm = INCIDENT_CASES.get('storm-recovered')!;
    const group = { ...storm.group!, openCount: 0, survivorIds: [] };
    assert.equal(whyText({ ...storm, reasons: [], group }), 'none is still bad');
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
    [{ rule: 'flapping', value: 4, threshold: 4 }, 'flapping with 4 openings (limit 4)'],
    [{ rule: 'many_openings', value: 12, threshold: 10 }, '12 incidents opened at once (limit 10)'],
    [{ rule: 'degraded_share', value: 0.25, threshold: 0.2 }, 'degraded sessions 25 % (limit 20 %)'],
    [{ rule: 'all_silent', value: 20, threshold: 15 }, 'no sample from anybody for 20 s (limit 15 s)'],
    [{ rule: 'undelivered', value: 251, threshold: 240 }, 'undelivered for 251 s (limit 240 s)'],
    [{ rule: 'dead_letter', value: 1 }, '1 alert refused for good'],
    [{ rule: 'credential_refused' }, 'the credential is refused'],
    [{ rule: 'destination_gone' }, 'the destination says that it is gone'],
    [{ rule: 'unacknowledged', value: 245, threshold: 240 }, 'unacknowledged for 245 s (limit 240 s)'],
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
