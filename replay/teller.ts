// What is said while a recording is played: the decisions about the session that is to be explained, or, at a chosen
// speed, the transitions of all sessions as they come. Lines are printed at once and not kept; for JSON they are, up to a
// bound.
import { explainStep } from '../processor/degradation/explain.ts';
import { whyNoIncident } from '../processor/degradation/explain-outcome.ts';
import { joinRules } from '../processor/degradation/explain-reason.ts';
import type { Thresholds } from '../processor/degradation/thresholds.ts';
import type { Wish } from './arguments.ts';
import type { Decision } from './play.ts';
import type { SessionReport } from './report.ts';
import { sinceStart } from './table.ts';
import type { Timeline } from './timeline.ts';

/** Some hours of a session that is never well. */
const MAX_KEPT_LINES = 10_000;

export class Teller {
  readonly #wish: Wish;
  readonly #timeline: Timeline;
  readonly #thresholds: Thresholds;
  readonly #print: (text: string) => void;
  readonly #kept: string[] = [];
  #omittedCount = 0;

  constructor(wish: Wish, timeline: Timeline, thresholds: Thresholds, print: (text: string) => void) {
    this.#wish = wish;
    this.#timeline = timeline;
    this.#thresholds = thresholds;
    this.#print = print;
  }

  tell(decision: Decision): void {
    const { explain, speed, json } = this.#wish;
    if (explain !== undefined) {
      if (decision.sessionId === explain) this.#explain(decision);
    } else if (speed !== undefined && !json) this.#announce(decision);
  }

  /** The last word on the session that is explained. Returns the lines that were kept; undefined without an explanation. */
  finish(sessions: readonly SessionReport[]): readonly string[] | undefined {
    const { explain, json } = this.#wish;
    if (explain === undefined) return undefined;
    const { evidence } = sessions.find(({ sessionId }) => sessionId === explain)!;
    const why = whyNoIncident(evidence, this.#thresholds);
    if (this.#omittedCount > 0) this.#kept.push(`${this.#omittedCount} more lines`);
    if (json) return why === undefined ? this.#kept : [...this.#kept, why];
    this.#print(why === undefined ? '\n' : `${why}\n\n`);
    return this.#kept;
  }

  #explain(decision: Decision): void {
    const { before, input, after, transitions, suppressed } = decision;
    const lines = explainStep(before, input, after, transitions, suppressed, this.#thresholds);
    for (const line of lines) this.#say(`${this.#timeOf(decision)}  ${line}`);
  }

  #announce(decision: Decision): void {
    for (const { category, kind, severity, reasons } of decision.transitions) {
      const what = `${category} ${kind} ${severity} ${joinRules(reasons)}`.trimEnd();
      this.#print(`${this.#timeOf(decision)}  ${decision.sessionId}  ${what}\n`);
    }
  }

  #say(line: string): void {
    if (!this.#wish.json) this.#print(`${line}\n`);
    else if (this.#kept.length < MAX_KEPT_LINES) this.#kept.push(line);
    else this.#omittedCount += 1;
  }

  #timeOf({ sessionId, nowMs }: Decision): string {
    return sinceStart(nowMs, this.#timeline.sessions.get(sessionId)!.startMs);
  }
}
