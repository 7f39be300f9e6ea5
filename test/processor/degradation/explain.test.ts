// Explanations in the notation of the truth table: the second of each line, and the line.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainStep } from '../../../processor/degradation/explain.ts';
import { addEvidence, NO_EVIDENCE, whyNoIncident } from '../../../processor/degradation/explain-outcome.ts';
import { describeReason, secondsText } from '../../../processor/degradation/explain-reason.ts';
import type { SessionState } from '../../../processor/degradation/state.ts';
import { nextTickAtMs, step, type StepInput } from '../../../processor/degradation/step.ts';
import type { Thresholds } from '../../../processor/degradation/thresholds.ts';
import { DEFAULT_THRESHOLDS } from '../../support/decisions.ts';
import { parseTimeline, START_MS } from '../../support/timeline.ts';

function explained(timeline: string, thresholds: Thresholds = DEFAULT_THRESHOLDS) {
  let state: SessionState | undefined;
  let evidence = NO_EVIDENCE;
  const lines: string[] = [];
  const take = (input: StepInput, atMs: number) => {
    const before = state;
    const { state: after, transitions, suppressed } = step(before, input, thresholds);
    const second = (atMs - START_MS) / 1_000;
    for (const line of explainStep(before, input, after, transitions, suppressed, thresholds)) {
      lines.push(`${second} ${line}`);
    }
    evidence = addEvidence(evidence, before, input, after, suppressed, thresholds);
    state = after;
    return after !== before;
  };
  for (const entry of parseTimeline(timeline)) {
    while (state !== undefined && nextTickAtMs(state, thresholds) < entry.atMs) {
      const dueMs: number = nextTickAtMs(state, thresholds);
      if (!take({ kind: 'tick', nowMs: dueMs }, dueMs)) break;
    }
    if (entry.kind === 'sample') take(entry.sample, entry.atMs);
    if (entry.kind === 'event') take(entry.event, entry.atMs);
  }
  return { lines, why: whyNoIncident(evidence, thresholds) };
}

describe('the explanation of a session', () => {
  for (const [what, timeline, expected, why] of [
    ['that is well has no line', '0..30: ok', [], 'No quality incident: none of 7 samples was bad.'],
    [
      'that is bad for too short',
      '0..5: ok; 10..20: mos=3.1; 25..45: ok',
      [
        '10 ok → candidate  mos 3.1 < 3.5',
        '15 candidate  5 s of 30 s, 2 of 2 samples bad  mos 3.1 < 3.5',
        '20 candidate  10 s of 30 s, 3 of 3 samples bad  mos 3.1 < 3.5',
        '25 candidate  clear, which drops it after 10 s',
        '35 dropped: clear for 10 s',
      ],
      'No quality incident: bad for at most 10 s of the hold of 30 s, then clear.',
    ],
    [
      'that is bad, and well again',
      '0..30: mos=3.4 loss=5; 35..65: ok',
      [
        '0 ok → candidate  mos 3.4 < 3.5, packet_loss 5 % > 2 %',
        '5 candidate  5 s of 30 s, 2 of 2 samples bad  mos 3.4 < 3.5, packet_loss 5 % > 2 %',
        '10 candidate  10 s of 30 s, 3 of 3 samples bad  mos 3.4 < 3.5, packet_loss 5 % > 2 %',
        '15 candidate  15 s of 30 s, 4 of 4 samples bad  mos 3.4 < 3.5, packet_loss 5 % > 2 %',
        '20 candidate  20 s of 30 s, 5 of 5 samples bad  mos 3.4 < 3.5, packet_loss 5 % > 2 %',
        '25 candidate  25 s of 30 s, 6 of 6 samples bad  mos 3.4 < 3.5, packet_loss 5 % > 2 %',
        '30 confirmed: 30 s, 7 of 7 samples bad  mos 3.4 < 3.5, packet_loss 5 % > 2 %',
        '30   → quality opened high mos+packet_loss',
        '35 open  clear, which is a recovery after 30 s',
        '65 recovered: clear for 30 s',
        '65   → quality recovered high mos+packet_loss',
      ],
      undefined,
    ],
    [
      'whose codec changes while it is bad',
      '0..10: bad codec=video/VP8; 15..20: bad codec=video/VP9',
      [
        '0 ok → candidate  mos 3.4 < 3.5',
        '5 candidate  5 s of 30 s, 2 of 2 samples bad  mos 3.4 < 3.5',
        '10 candidate  10 s of 30 s, 3 of 3 samples bad  mos 3.4 < 3.5',
        '15 boundary codec_change: nothing is judged across it; dropped after 15 s',
        '15 ok → candidate  mos 3.4 < 3.5',
        '20 candidate  5 s of 30 s, 2 of 2 samples bad  mos 3.4 < 3.5',
      ],
      'No quality incident: bad for at most 10 s of the hold of 30 s, then cut off by a boundary.',
    ],
    [
      'that is muted while it is bad',
      '0..10: bad; 12: !muted; 15: ok',
      [
        '0 ok → candidate  mos 3.4 < 3.5',
        '5 candidate  5 s of 30 s, 2 of 2 samples bad  mos 3.4 < 3.5',
        '10 candidate  10 s of 30 s, 3 of 3 samples bad  mos 3.4 < 3.5',
        '12 event muted: a boundary; the candidate is dropped',
      ],
      'No quality incident: bad for at most 10 s of the hold of 30 s, then cut off by a boundary.',
    ],
    [
      'that ends while it is bad',
      '0..5: bad; 7: !ended',
      [
        '0 ok → candidate  mos 3.4 < 3.5',
        '5 candidate  5 s of 30 s, 2 of 2 samples bad  mos 3.4 < 3.5',
        '7 event ended: the candidate is dropped',
      ],
      'No quality incident: bad for at most 5 s of the hold of 30 s, then the session ended.',
    ],
    [
      'that falls silent while it is bad',
      '0..5: bad; 60: now',
      [
        '0 ok → candidate  mos 3.4 < 3.5',
        '5 candidate  5 s of 30 s, 2 of 2 samples bad  mos 3.4 < 3.5',
        '20 gap: no sample for 15 s',
        '20   → connection opened warning gap',
        '30 confirmed: silent since it was last bad, and silence counts as bad',
        '30   → quality opened high mos',
      ],
      undefined,
    ],
    [
      'that loses its connection for a moment',
      '0: ok; 3: !disconnected; 4: !connected; 5: ok',
      [
        '3 event disconnected',
        '3   → connection opened warning disconnected',
        '4 event connected',
        '4   → connection recovered warning disconnected',
      ],
      'No quality incident: none of 2 samples was bad.',
    ],
    [
      'that is bad often, but not most of the time',
      '0: bad; 5: ok; 10: ok; 15: ok',
      [
        '0 ok → candidate  mos 3.4 < 3.5',
        '5 candidate  clear, which drops it after 10 s',
        '15 dropped: clear for 10 s',
      ],
      'No quality incident: bad for at most 0 s of the hold of 30 s, then clear.',
    ],
    [
      'of which only events came',
      '0: !connected',
      ['0 event connected'],
      'No quality incident: there was no sample to judge.',
    ],
  ] as const) {
    it(what, () => assert.deepEqual(explained(timeline), { lines: expected, why }));
  }

  it('whose samples change between good and bad says why the hold begins anew', () => {
    const { lines, why } = explained('0: bad; 5: ok; 10: bad; 15: ok; 20: bad; 25: ok; 30: bad', {
      ...DEFAULT_THRESHOLDS,
      minBadFraction: 0.9,
    });
    assert.equal(lines.at(-1), '30 candidate anew: only 4 of 7 samples bad in 30 s  mos 3.4 < 3.5');
    assert.equal(
      why,
      'No quality incident: bad when the hold was over, but in fewer than 90 % of its samples.',
    );
  });

  it('counts the samples that a silence stands for', () => {
    const { lines } = explained('0: bad; 20: bad; 30: bad');
    assert.deepEqual(lines.slice(1), [
      '15 gap: no sample for 15 s',
      '15   → connection opened warning gap',
      '20 candidate  20 s of 30 s, 5 of 5 samples bad  mos 3.4 < 3.5',
      '20   → connection recovered warning gap',
      '30 confirmed: 30 s, 6 of 6 samples bad  mos 3.4 < 3.5',
      '30   → quality opened high mos',
    ]);
  });

  it('tells of a sample that comes twice', () => {
    assert.deepEqual(explained('0: bad; 0: bad').lines, [
      '0 ok → candidate  mos 3.4 < 3.5',
      '0 left out: a repeat, or older than what is known',
    ]);
  });
});

describe('the explanation of a session that flaps', () => {
  const before = '3×70(0..30: bad; 35..65: ok); 210..235: bad; ';
  const laterLines = (timeline: string) =>
    explained(before + timeline).lines.filter((line) => Number(/^\d+/.exec(line)![0]) >= 240);

  it('says that it does, what that holds back, and that it is over', () => {
    assert.deepEqual(laterLines('240: bad; 245..275: ok; 280..575: ok'), [
      '240 confirmed: 30 s, 7 of 7 samples bad  mos 3.4 < 3.5',
      '240   → quality reopened high mos+flapping',
      '240   quality flaps: 4 openings in 600 s, so its end is told when stable for 300 s',
      '245 open  clear, which is a recovery after 30 s',
      '275 recovered: clear for 30 s',
      '275   held back: it flaps',
      '575   → quality recovered high mos+flapping (1 held back before)',
      '575   quality flaps no more: no opening for 300 s',
    ]);
  });

  it('does not say that it has been stable when it ends', () => {
    assert.deepEqual(laterLines('240: bad; 243: !ended').slice(-2), [
      '243 event ended',
      '243   → quality ended high mos+flapping+session_ended',
    ]);
  });

  it('says so of a connection too, when the dedup window holds the opening back', () => {
    assert.deepEqual(explained('4×10(0: !disconnected; 1: !connected)').lines.slice(-5), [
      '30 event disconnected',
      '30   held back: one opening in 60 s is told',
      '30   connection flaps: 4 openings in 600 s, so its end is told when stable for 300 s',
      '31 event connected',
      '31   held back: it flaps',
    ]);
  });
});

describe('a reason in words', () => {
  for (const [reason, text] of [
    [
      { rule: 'experience', value: 2.345, threshold: 3, causes: ['freeze', 'frame_rate'] },
      'experience 2.35 < 3 (freeze, frame_rate)',
    ],
    [{ rule: 'freeze', value: 0.4567, threshold: 0.3 }, 'freeze 45.7 % ≥ 30 %'],
    [{ rule: 'bitrate', value: 149.6, threshold: 500 }, 'bitrate 150 < 500 kbit/s'],
    [{ rule: 'gap', value: 15, threshold: 15 }, 'gap 15 s'],
    [{ rule: 'outage' }, 'outage'],
    [{ rule: 'flapping', value: 4, threshold: 4 }, 'flapping 4 ≥ 4'],
  ] as const) {
    it(text, () => assert.equal(describeReason(reason), text));
  }

  it('never shows a time as having reached a limit that it has not', () => {
    assert.equal(secondsText(29_999), '29.9 s');
  });
});
