// Our own rules under test: the boundary engine and the degradation processor's pure decision, with the ticks that its timer
// wheel would give.
import type { z } from 'zod';
import { configSchema, thresholdsOf } from '../../processor/degradation/factory.ts';
import { decide } from '../../test/support/decisions.ts';
import type { TimelineEntry } from '../../test/support/timeline.ts';
import { timelineOf } from './call-timeline.ts';
import { AlertBook, type Detector } from './detector.ts';

export interface OursOptions {
  readonly name: string;
  /** What is set otherwise than by default. */
  readonly config?: z.input<typeof configSchema>;
  /** Which incidents count as alerts: what is sent to everybody, or also the warnings that go to the queue alone. */
  readonly categories: readonly ('quality' | 'connection')[];
  /** Without the guide's wait: the first bad sample alerts. All else is the same. */
  readonly withoutHold?: boolean;
}

export function ours({ name, config = {}, categories, withoutHold = false }: OursOptions): Detector {
  const thresholds = { ...thresholdsOf(configSchema.parse(config)), ...(withoutHold && { holdMs: 0 }) };
  return {
    name,
    everySeconds: 5,
    watch: (call) => {
      const timeline = timelineOf(call);
      const { transitions } = decide(withoutHold ? decidedAtOnce(timeline) : timeline, thresholds);
      const book = new AlertBook();
      for (const { category, kind, occurredAtMs, reasons } of transitions) {
        if (category !== 'quality' && category !== 'connection') continue;
        if (!categories.includes(category)) continue;
        if (kind === 'opened' || kind === 'reopened')
          book.raise(category, occurredAtMs, reasons.map(({ rule }) => rule).join('+'));
        if (kind === 'recovered' || kind === 'ended') book.clear(category, occurredAtMs);
      }
      return book.alerts;
    },
  };
}

/**
 * A candidate is decided by the sample after it, also when there is nothing to wait for: each sample is therefore seen a
 * second time, a millisecond later.
 */
function decidedAtOnce(timeline: readonly TimelineEntry[]): TimelineEntry[] {
  return timeline.flatMap((entry): TimelineEntry[] => {
    if (entry.kind !== 'sample') return [entry];
    const { boundary, ...sample } = entry.sample;
    void boundary;
    const atMs = entry.atMs + 1;
    const again = { ...sample, observedAtMs: sample.observedAtMs + 1, receivedAtMs: sample.receivedAtMs + 1 };
    return [entry, { kind: 'sample', atMs, sample: again }];
  });
}
