// What the SIEM must have been told of one scripted session once everything has been delivered. Stated so that only what
// a restart may really shift is left open: a recovery or an escalation counts no time in which nobody looked.
import type { SiemBody } from '../support/siem.ts';
import { isClosing, isOpening } from './promises.ts';
import { secondOf, type ScriptedRecord, type SessionScript, type Stretch } from './session-script.ts';

const HOLD_MS = 30_000;
const RECOVER_FOR_MS = 30_000;
const DEDUP_WINDOW_MS = 60_000;
const GAP_AFTER_MS = 15_000;

/** `told` is what took effect of this session. One sentence per promise that was broken. */
export function brokenSessionPromises(script: SessionScript, told: readonly SiemBody[]): string[] {
  const quality = new Story(told, 'webrtc_degradation');
  const connection = new Story(told, 'webrtc_disconnection');
  const stretches = script.stretches.filter(({ kind }) => kind === 'bad');
  const endedAtMs = atOf(script.records.at(-1)!);
  return [
    ...brokenOpenings(quality, stretches.filter(isLongEnough)),
    ...stretches.filter(isLongEnough).flatMap((stretch) => brokenStretch(quality, stretch)),
    ...script.stretches
      .filter(({ kind }) => kind === 'good')
      .flatMap((good) => brokenRecovery(quality, good)),
    ...brokenConnection(connection, script),
    ...[quality, connection].flatMap((story) => brokenEnd(story, endedAtMs)),
  ].map((sentence) => `${script.sessionId}: ${sentence}`);
}

/** What the SIEM knows of one category, by event time. */
class Story {
  readonly transitions: readonly SiemBody[];

  constructor(told: readonly SiemBody[], incidentType: string) {
    this.transitions = told
      .filter((body) => body.incident_type === incidentType)
      .sort((one, other) => occurredAt(one) - occurredAt(other));
  }

  get openings(): readonly SiemBody[] {
    return this.transitions.filter(isOpening);
  }

  lastAt(atMs: number): SiemBody | undefined {
    return this.transitions.findLast((body) => occurredAt(body) <= atMs);
  }

  isOpenAt(atMs: number): boolean {
    const last = this.lastAt(atMs);
    return last !== undefined && !isClosing(last);
  }

  /** Until when the dedup window holds back an opening that is due at that time. */
  heldBackUntil(atMs: number): number {
    const earlier = this.openings.findLast((body) => occurredAt(body) < atMs);
    return earlier === undefined ? -Infinity : occurredAt(earlier) + DEDUP_WINDOW_MS;
  }
}

/** Nothing opens but for a stretch that was bad for long enough, once for each, and exactly when it is due. */
function brokenOpenings(story: Story, stretches: readonly Stretch[]): string[] {
  const broken: string[] = [];
  const triggers = new Set<number>();
  for (const opening of story.openings) {
    const triggerAtMs = Date.parse(opening.trigger_timestamp);
    const name = `${opening.transition} with t0 at ${secondOf(triggerAtMs)}`;
    if (triggers.has(triggerAtMs)) broken.push(`${name} was told twice`);
    triggers.add(triggerAtMs);
    if (!stretches.some(({ samples }) => atOf(samples[0]!) === triggerAtMs)) {
      broken.push(`${name}, where nothing had been bad for long enough`);
      continue;
    }
    const dueAtMs = triggerAtMs + HOLD_MS;
    const heldUntilMs = Math.max(dueAtMs, story.heldBackUntil(dueAtMs));
    const occurredAtMs = occurredAt(opening);
    // An escalation tells at once what the dedup window holds back.
    const isEscalation =
      opening.severity === 'critical' && occurredAtMs > dueAtMs && occurredAtMs < heldUntilMs;
    if (occurredAtMs !== heldUntilMs && !isEscalation) {
      broken.push(`${name} came at ${secondOf(occurredAtMs)}, due at ${secondOf(heldUntilMs)}`);
    }
  }
  return broken;
}

function brokenStretch(story: Story, { samples, critical }: Stretch): string[] {
  const broken: string[] = [];
  const [fromMs, toMs] = [atOf(samples[0]!), atOf(samples.at(-1)!)];
  if (!story.isOpenAt(toMs) && toMs >= story.heldBackUntil(fromMs + HOLD_MS)) {
    broken.push(`bad from ${secondOf(fromMs)} to ${secondOf(toMs)}, and nothing is open then`);
  }
  for (const run of runsOfOneLife(critical)) {
    if (run.toMs - run.fromMs < HOLD_MS) continue;
    const last = story.lastAt(run.toMs);
    if (last === undefined || isClosing(last) || last.severity !== 'critical') {
      broken.push(
        `broken from ${secondOf(run.fromMs)} to ${secondOf(run.toMs)}, and nothing is critical then`,
      );
    }
  }
  return broken;
}

/** Good for long enough within one life of the collector ends the incident. */
function brokenRecovery(story: Story, { samples }: Stretch): string[] {
  return runsOfOneLife(samples)
    .filter(({ fromMs, toMs }) => toMs - fromMs >= RECOVER_FOR_MS && story.isOpenAt(toMs))
    .map(({ fromMs, toMs }) => `good from ${secondOf(fromMs)} to ${secondOf(toMs)}, and not recovered then`);
}

/** Each disconnect and each silence that was seen warns at once, unless one was told of within the dedup window. */
function brokenConnection(story: Story, { disconnects, silences }: SessionScript): string[] {
  const broken: string[] = [];
  const causes = new Map<number, string>();
  const mustOpen = (cause: string, triggerAtMs: number, dueAtMs: number) => {
    const isTold = story.openings.some((body) => Date.parse(body.trigger_timestamp) === triggerAtMs);
    if (!isTold && dueAtMs >= story.heldBackUntil(dueAtMs)) {
      broken.push(`${cause} at ${secondOf(triggerAtMs)}, and nothing was told of it`);
    }
  };
  for (const disconnect of disconnects) {
    const atMs = atOf(disconnect);
    causes.set(atMs, 'disconnected');
    mustOpen('disconnected', atMs, atMs);
  }
  for (const { before, after } of silences) {
    const atMs = atOf(before);
    causes.set(atMs, 'silent');
    const [seen] = runsOfOneLife([before, after], Infinity);
    if (seen?.fromMs === atMs && seen.toMs > atMs) mustOpen('silent', atMs, atMs + GAP_AFTER_MS);
  }
  for (const { transition, trigger_timestamp: trigger, reasons } of story.openings) {
    if (causes.has(Date.parse(trigger))) continue;
    const rules = reasons.map(({ rule }) => rule).join('+');
    broken.push(`${transition} for ${rules} at ${secondOf(Date.parse(trigger))}, where nothing was wrong`);
  }
  return broken;
}

/** A session that has ended leaves nothing open, and nothing is heard of it any more. */
function brokenEnd(story: Story, endedAtMs: number): string[] {
  const last = story.transitions.at(-1);
  if (last === undefined) return [];
  if (!isClosing(last)) return [`${last.transition} is the last that was told, although it ended`];
  if (occurredAt(last) > endedAtMs) return [`${last.transition} came after its end`];
  return [];
}

/**
 * Splits samples where the collector died: each run was sent, judged and acknowledged in one life, with no silence
 * longer than `longestMs` in it.
 */
function runsOfOneLife(
  samples: readonly ScriptedRecord[],
  longestMs = GAP_AFTER_MS,
): { fromMs: number; toMs: number }[] {
  const runs: { epoch: number; fromMs: number; toMs: number }[] = [];
  for (const sample of samples) {
    const { firstSentEpoch, acknowledgedEpoch } = sample.receipt!;
    if (firstSentEpoch !== acknowledgedEpoch) continue;
    const atMs = atOf(sample);
    const run = runs.at(-1);
    if (run?.epoch === acknowledgedEpoch && atMs - run.toMs < longestMs) run.toMs = atMs;
    else runs.push({ epoch: acknowledgedEpoch, fromMs: atMs, toMs: atMs });
  }
  return runs;
}

function isLongEnough({ samples }: Stretch): boolean {
  return atOf(samples.at(-1)!) - atOf(samples[0]!) >= HOLD_MS;
}

function occurredAt(body: SiemBody): number {
  return Date.parse(body.occurred_at);
}

function atOf({ record }: ScriptedRecord): number {
  return record.observedAtMs;
}
