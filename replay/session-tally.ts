// What a replay remembers of one session's decisions: counts and incidents, never the samples themselves.
import type { IncidentCategory, Reason, Severity, Transition } from '../bridge/transition/transition.ts';
import { judge } from '../processor/degradation/explain.ts';
import { addEvidence, NO_EVIDENCE, type Evidence } from '../processor/degradation/explain-outcome.ts';
import type { Thresholds } from '../processor/degradation/thresholds.ts';
import type { Decision } from './play.ts';

/** One opening of an incident. Times in milliseconds since the Unix epoch, on the recording's clock. */
export interface ToldIncident {
  readonly category: IncidentCategory;
  /** t0: the first bad sample, or when the trouble of the connection began. */
  readonly onsetMs: number;
  readonly openedMs: number;
  readonly outcome: 'open' | 'recovered' | 'ended';
  /** Absent while it is open. */
  readonly closedMs?: number;
  /** The highest that it has had. */
  readonly severity: Severity;
  readonly reasons: readonly Reason[];
}

export class SessionTally {
  readonly #thresholds: Thresholds;
  readonly #incidents: ToldIncident[] = [];
  #evidence: Evidence = NO_EVIDENCE;
  #degradedMs = 0;
  #lateCount = 0;

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds;
  }

  add({ before, input, after, transitions, suppressed }: Decision): void {
    this.#evidence = addEvidence(this.#evidence, before, input, after, suppressed, this.#thresholds);
    if (suppressed.includes('late')) this.#lateCount += 1;
    else if (input.kind === 'sample' && judge(before, input, this.#thresholds).verdict === 'bad') {
      // A silence is not known to have been bad.
      const silenceMs = input.observedAtMs - (before?.lastSample?.observedAtMs ?? input.observedAtMs);
      this.#degradedMs += Math.min(silenceMs, this.#thresholds.gapAfterMs);
    }
    for (const transition of transitions) this.#tell(transition);
  }

  get incidents(): readonly ToldIncident[] {
    return this.#incidents;
  }

  get evidence(): Evidence {
    return this.#evidence;
  }

  /** How long its bad samples lasted, whether or not an incident came of them. */
  get degradedMs(): number {
    return this.#degradedMs;
  }

  /** Records that the rules left out as repeated or older than what was known. */
  get lateCount(): number {
    return this.#lateCount;
  }

  #tell({ kind, category, severity, peakSeverity, reasons, triggerAtMs, occurredAtMs }: Transition): void {
    if (kind === 'opened' || kind === 'reopened') {
      const opening = { category, onsetMs: triggerAtMs, openedMs: occurredAtMs };
      this.#incidents.push({ ...opening, outcome: 'open', severity, reasons });
      return;
    }
    const index = this.#incidents.findLastIndex((told) => told.category === category);
    const told = this.#incidents[index];
    if (told === undefined) return;
    const changed = { ...told, severity: peakSeverity, reasons };
    const isOver = kind === 'recovered' || kind === 'ended';
    this.#incidents[index] = isOver ? { ...changed, outcome: kind, closedMs: occurredAtMs } : changed;
  }
}
