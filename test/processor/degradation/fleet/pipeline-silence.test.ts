// The silence of all sources: when it is the pipeline's, when a gap has to wait, and how it ends.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Transition } from '../../../../bridge/transition/transition.ts';
import {
  endSilence,
  isGapPutOff,
  pipelineDueAtMs,
  watchSilence,
  type PipelineIncident,
} from '../../../../processor/degradation/fleet/pipeline-silence.ts';
import { DEFAULT_THRESHOLDS } from '../../../support/decisions.ts';
import { assertLegal } from '../../../support/legal-sequence.ts';
import { START_MS } from '../../../support/timeline.ts';

const LIMITS = { enabled: true, minSessionCount: 3 };
const at = (second: number) => START_MS + second * 1_000;

/** Plays silences of three sessions: who is heard and when, and when the clock looks. */
class Silences {
  readonly sent: Transition[] = [];
  incident: PipelineIncident | undefined;
  #heardAtMs = START_MS;

  heard(second: number): this {
    const hearing = { heardAtMs: this.#heardAtMs, talkingCount: 3 };
    this.#heardAtMs = at(second);
    if (this.incident?.open === true) {
      this.#take(endSilence(this.incident, hearing, at(second), DEFAULT_THRESHOLDS));
    }
    return this;
  }

  looked(second: number, talkingCount = 3): this {
    const hearing = { heardAtMs: this.#heardAtMs, talkingCount };
    this.#take(watchSilence(this.incident, hearing, at(second), LIMITS, DEFAULT_THRESHOLDS));
    return this;
  }

  /** `15 opened high 15 s` */
  get story(): string[] {
    return this.sent.map(({ kind, severity, occurredAtMs, reasons, suppressedCount }) => {
      const held = suppressedCount > 0 ? ` (held ${suppressedCount})` : '';
      return `${(occurredAtMs - START_MS) / 1_000} ${kind} ${severity} ${reasons[0]?.value} s${held}`;
    });
  }

  #take({ incident, transitions }: ReturnType<typeof endSilence>): void {
    this.incident = incident;
    this.sent.push(...transitions);
  }
}

describe('the silence of all sources', () => {
  it('is one incident after exactly 15 s, and recovers with the next record', () => {
    const silences = new Silences().looked(14.999);
    assert.deepEqual(silences.story, []);
    silences.looked(15).looked(16).heard(40);
    assert.deepEqual(silences.story, ['15 opened high 15 s', '40 recovered high 40 s']);
    const [opened] = silences.sent;
    assert.equal(opened?.category, 'pipeline');
    assert.equal(opened.subject, 'all sources');
    assert.deepEqual(opened.reasons, [{ rule: 'all_silent', value: 15, threshold: 15 }]);
    assertLegal(silences.sent);
  });

  it('needs three sessions that talk', () => {
    assert.deepEqual(new Silences().looked(60, 2).story, []);
    assert.deepEqual(new Silences().looked(60, 3).story.length, 1);
  });

  it('goes on when sessions end meanwhile', () => {
    assert.deepEqual(new Silences().looked(15).looked(20, 0).heard(30).story.length, 2);
  });

  it('is told again only when the dedup window is over', () => {
    const silences = new Silences().looked(15).heard(20).looked(35);
    assert.equal(silences.incident?.open, true);
    assert.deepEqual(silences.story, ['15 opened high 15 s', '20 recovered high 20 s']);
    silences.looked(74.999).looked(75).heard(80);
    assert.deepEqual(silences.story.slice(2), ['75 reopened high 15 s (held 1)', '80 recovered high 60 s']);
    assertLegal(silences.sent);
  });

  it('is counted when it was over before it could be told again', () => {
    const silences = new Silences()
      .looked(15)
      .heard(20)
      .looked(35)
      .heard(40)
      .looked(55)
      .looked(75)
      .heard(101);
    assert.deepEqual(silences.story.slice(2), ['75 reopened high 15 s (held 3)', '101 recovered high 61 s']);
    assertLegal(silences.sent);
  });

  it('has keys of its own also in the five minutes of an earlier one', () => {
    const silences = new Silences().looked(15).heard(20).heard(200).looked(215).heard(220);
    assert.deepEqual(
      silences.sent.map(({ kind }) => kind),
      ['opened', 'recovered', 'reopened', 'recovered'],
    );
    silences.heard(700).looked(715);
    assert.equal(silences.sent.at(-1)?.kind, 'opened');
    assertLegal(silences.sent);
  });

  it('is due when the last record is 15 s old; while it is open only when an opening is held back', () => {
    const hearing = { heardAtMs: at(4), talkingCount: 3 };
    const dueAtMs = (incident: PipelineIncident | undefined, limits = LIMITS, talkingCount = 3) =>
      pipelineDueAtMs(incident, { ...hearing, talkingCount }, limits, DEFAULT_THRESHOLDS);
    assert.equal(dueAtMs(undefined), at(19));
    assert.equal(dueAtMs(undefined, LIMITS, 2), Infinity);
    assert.equal(dueAtMs(undefined, { ...LIMITS, enabled: false }), Infinity);
    const silences = new Silences().looked(15);
    assert.equal(dueAtMs(silences.incident), Infinity);
    silences.heard(20).looked(35);
    assert.equal(dueAtMs(silences.incident), at(75));
  });
});

describe('the gap of a session', () => {
  for (const [what, hearing, limits, expected] of [
    [
      'stands while somebody was heard one interval ago',
      { heardAtMs: at(10), talkingCount: 3 },
      LIMITS,
      false,
    ],
    ['waits when that is longer ago', { heardAtMs: at(9.999), talkingCount: 3 }, LIMITS, true],
    ['stands when too few talk', { heardAtMs: at(0), talkingCount: 2 }, LIMITS, false],
    [
      'stands where the silence of all is not judged',
      { heardAtMs: at(0), talkingCount: 3 },
      { ...LIMITS, enabled: false },
      false,
    ],
  ] as const) {
    it(what, () => {
      assert.equal(isGapPutOff(hearing, at(15), limits, DEFAULT_THRESHOLDS), expected);
    });
  }
});
