// How the rules are configured: limits per medium, switches, and the mistakes that are refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configSchema, thresholdsOf } from '../../../processor/degradation/factory.ts';
import { decide, describeTransition } from '../../support/decisions.ts';
import { parseTimeline } from '../../support/timeline.ts';

/** What is sent of a timeline with this configuration of the rules. */
function sent(config: object, timeline: string): string[] {
  const thresholds = thresholdsOf(configSchema.parse(config));
  return decide(parseTimeline(timeline), thresholds).transitions.map(describeTransition);
}

describe('the limits of the rules, by default', () => {
  const { rules } = thresholdsOf(configSchema.parse({}));
  const network = { mos: { below: 3.5, recoverAbove: 3.5, criticalBelow: 3.2 }, packetLossAbovePercent: 2 };

  it('are those of a camera', () => {
    assert.deepEqual(rules.camera, {
      ...network,
      bitrate: { belowKbps: 500, ofUsualRatio: 0.7, floorKbps: 150 },
      freezeFromRatio: 0.3,
      experience: { below: 3, recoverAbove: 3 },
      judgesOutage: true,
    });
  });

  it('of a shared screen have no bitrate', () => {
    assert.deepEqual(rules.screen, {
      ...network,
      bitrate: undefined,
      freezeFromRatio: 0.9,
      experience: { below: 2.5, recoverAbove: 2.5 },
      judgesOutage: true,
    });
  });

  it('of audio have neither bitrate nor freeze', () => {
    assert.deepEqual(rules.audio, {
      ...network,
      bitrate: undefined,
      freezeFromRatio: undefined,
      experience: { below: 2.5, recoverAbove: 2.5 },
      judgesOutage: true,
    });
  });
});

describe('a limit', () => {
  for (const [what, config, timeline, expected] of [
    ['of MOS counts for every medium', { mos: { below: 2, critical_below: 1 } }, '0..30: bad audio', []],
    [
      'of experience can lie apart from that of its recovery',
      { experience: { below: 3, recover_above: 4 } },
      '0..30: experience=2; 35..65: experience=4; 70..100: experience=4.1',
      ['30 opened high experience', '100 recovered high experience'],
    ],
    ["of the camera's experience is no other's", { experience: { below: 1 } }, '0..30: experience=2', []],
    [
      '… which has its own',
      {
        experience: { below: 1 },
        screen: { experience: { below: 2 } },
        audio: { experience: { below: 1.5 } },
      },
      '0..30: experience=1.9 screen; 31: !ended; 3600..3630: experience=1.9 audio',
      ['30 opened high experience', '31 ended high experience+session_ended'],
    ],
    [
      'of the bitrate against the usual one can be set',
      { bitrate_kbps: { of_usual: 0.5 } },
      '0..30: kbps=241 usual=480; 35: !ended; 3600..3630: kbps=239 usual=480',
      ['3630 opened high bitrate'],
    ],
    [
      'of the bitrate can be without the usual one',
      { bitrate_kbps: { floor: 500 } },
      '0..30: kbps=499 usual=480',
      ['30 opened high bitrate'],
    ],
    [
      'of the bitrate whatever is usual can be lower',
      { bitrate_kbps: { floor: 50 } },
      '0..30: kbps=60 usual=80',
      [],
    ],
    [
      'of the bitrate is never above the one below which all is bad',
      { bitrate_kbps: { below: 100 } },
      '0..30: kbps=120 usual=480; 35: !ended; 3600..3630: kbps=99 usual=100',
      ['3630 opened high bitrate'],
    ],
    [
      'of the frozen share of a screen can be set',
      { screen: { freeze_ratio: { above: 0.5 } } },
      '0..30: freeze=0.5 screen',
      ['30 opened high freeze'],
    ],
  ] as const) {
    it(what, () => assert.deepEqual(sent(config, timeline), expected));
  }
});

describe('a rule that is switched off', () => {
  const off = { enabled: false };

  for (const [rule, config, timeline] of [
    ['mos, and broken_path with it', { mos: off }, '0..60: mos=2'],
    ['packet_loss', { packet_loss_percent: off }, '0..60: loss=9'],
    ['bitrate', { bitrate_kbps: off }, '0..60: kbps=15'],
    ['freeze', { freeze_ratio: off }, '0..60: freeze=1'],
    ['freeze, of a screen too', { freeze_ratio: off }, '0..60: freeze=1 screen'],
    ['freeze, of a screen alone', { screen: { freeze_ratio: off } }, '0..60: freeze=1 screen'],
    ['experience', { experience: off }, '0..60: experience=1'],
    ['experience, of a screen too', { experience: off }, '0..60: experience=1 screen'],
    ['experience, of audio too', { experience: off }, '0..60: experience=1 audio'],
    ['experience, of audio alone', { audio: { experience: off } }, '0..60: experience=1 audio'],
    ['outage', { outage: off }, '0..60: outage=true'],
    ['outage, of a screen too', { outage: off }, '0..60: outage=true screen'],
    ['outage, of a screen alone', { screen: { outage: off } }, '0..60: outage=true screen'],
  ] as const) {
    it(`holds nothing: ${rule}`, () => assert.deepEqual(sent(config, timeline), []));
  }

  it('of one medium still counts for the others', () => {
    const config = { screen: { experience: off } };
    assert.deepEqual(sent(config, '0..30: experience=1'), ['30 opened high experience']);
    assert.deepEqual(sent(config, '0..30: experience=1 audio'), ['30 opened high experience']);
  });

  it('makes nothing critical', () => {
    assert.deepEqual(sent({ mos: off }, '0..60: mos=2 loss=5'), ['30 opened high packet_loss']);
  });

  it('is no sign of health: an incident recovers by what is measured', () => {
    const config = { bitrate_kbps: off, freeze_ratio: off, outage: off, packet_loss_percent: off };
    const opened = '30 opened high mos';
    assert.deepEqual(sent(config, '0..30: bad; 35: ok; 40..120: none'), [opened]);
    assert.deepEqual(sent(config, '0..30: bad; 35..65: ok'), [opened, '65 recovered high mos']);
  });
});

describe('a mistake in the rules', () => {
  for (const [what, config, path, message] of [
    [
      'MOS that recovers while it is bad',
      { mos: { below: 3.6 } },
      'mos.recover_above',
      'must not be smaller than below: a score between them would be bad and good at once',
    ],
    [
      'critical MOS that is not bad',
      { mos: { critical_below: 3.6 } },
      'mos.critical_below',
      'must not be greater than below: a critical score would not be bad',
    ],
    [
      'experience that recovers while it is bad',
      { experience: { below: 3, recover_above: 2.9 } },
      'experience.recover_above',
      'must not be smaller than below: a score between them would be bad and good at once',
    ],
    [
      'a bitrate that is bad from where it is good',
      { bitrate_kbps: { below: 400, floor: 401 } },
      'bitrate_kbps.floor',
      'must not be greater than below: nothing is bad from there on',
    ],
    [
      'experience of audio likewise',
      { audio: { experience: { below: 3 } } },
      'audio.experience.recover_above',
      'must not be smaller than below: a score between them would be bad and good at once',
    ],
  ] as const) {
    it(`is refused: ${what}`, () => {
      const issues = configSchema.safeParse(config).error?.issues ?? [];
      assert.deepEqual(
        issues.map((issue) => [issue.path.join('.'), issue.message]),
        [[path, message]],
      );
    });
  }

  for (const [what, config] of [
    ['a bitrate of a screen', { screen: { bitrate_kbps: { below: 100 } } }],
    ['a bitrate of more than the usual', { bitrate_kbps: { of_usual: 1.1 } }],
    ['a freeze of audio', { audio: { freeze_ratio: { above: 0.5 } } }],
    ['an experience out of its scale', { experience: { below: 0.5 } }],
    ['a limit of outage', { outage: { above: 1 } }],
  ] as const) {
    it(`is refused: ${what}`, () => assert.equal(configSchema.safeParse(config).success, false));
  }
});
