import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Reason } from '../../../bridge/transition/transition.ts';
import { degradationInstruments } from '../../../processor/degradation/instruments.ts';
import { transitionOf } from '../../support/transition.ts';

describe('the counter of transitions', () => {
  for (const [what, reasons, expected] of [
    [
      'tells the first reason and what took most points off it',
      [
        { rule: 'experience', causes: ['freeze', 'frame_rate'] },
        { rule: 'mos', causes: ['delay'] },
      ],
      { reason: 'experience', cause: 'freeze' },
    ],
    ['says none where the reason has no causes', [{ rule: 'bitrate' }], { reason: 'bitrate', cause: 'none' }],
    ['says none where there is no reason', [], { reason: 'none', cause: 'none' }],
  ] satisfies [string, Reason[], object][]) {
    it(what, () => {
      const counted: unknown[] = [];
      const meter = { createCounter: () => ({ add: (...args: unknown[]) => counted.push(args) }) };
      degradationInstruments(meter as never).transition(transitionOf({ reasons }));
      const kind = { category: 'quality', kind: 'opened', severity: 'high' };
      assert.deepEqual(counted, [[1, { ...kind, ...expected }]]);
    });
  }
});
