import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wants } from '../../../bridge/outbox/destination.ts';
import type { Severity, Transition } from '../../../bridge/transition/transition.ts';
import { FakeDestination } from '../../support/fake-destination.ts';
import { transitionOf } from '../../support/transition.ts';

describe('what a destination wants', () => {
  const rows: [rule: string, fields: Partial<Transition>, wanted: Record<Severity, boolean>][] = [
    ['a warning', { severity: 'warning' }, { warning: true, high: false, critical: false }],
    ['something high', { severity: 'high' }, { warning: true, high: true, critical: false }],
    ['something critical', { severity: 'critical' }, { warning: true, high: true, critical: true }],
    [
      'the de-escalation of something that was critical',
      { kind: 'deescalated', severity: 'high', peakSeverity: 'critical' },
      { warning: true, high: true, critical: true },
    ],
    [
      'the recovery of something that was critical once and is a warning now',
      { kind: 'recovered', severity: 'warning', peakSeverity: 'critical' },
      { warning: true, high: true, critical: true },
    ],
    [
      'the recovery of a mere warning',
      { kind: 'recovered', severity: 'warning', peakSeverity: 'warning' },
      { warning: true, high: false, critical: false },
    ],
  ];
  for (const [rule, fields, wanted] of rows) {
    it(`${rule}: ${Object.entries(wanted)
      .flatMap(([severity, is]) => (is ? severity : []))
      .join(', ')}`, () => {
      for (const [minSeverity, expected] of Object.entries(wanted)) {
        const destination = new FakeDestination('any', minSeverity as Severity);
        assert.equal(wants(destination, transitionOf(fields)), expected, minSeverity);
      }
    });
  }
});
