// What a recording rule has written down beside what its expression gives when it is asked for the same instants later.
import assert from 'node:assert/strict';
import type { JudgedRule, Line, RealPrometheus, Span } from './real-prometheus.ts';

/**
 * A scrape that was under way at the moment of an evaluation counts later and did not count then: one more among the
 * forty or more of the second half of the run.
 */
const TOLERANCE = 0.05;
/** It makes more of a difference where something has just changed. */
const WITHIN_TOLERANCE = 0.9;

/** Rejects when nothing was recorded, for other series than the expression has, or at other values. */
export async function assertRecorded(prometheus: RealPrometheus, rule: JudgedRule, run: Span): Promise<void> {
  const matchers = Object.entries(rule.labels ?? {}).map(([label, value]) => `${label}="${value}"`);
  const selector = `${rule.name}{${matchers.join()}}`;
  const secondHalf = { fromMs: (run.fromMs + run.toMs) / 2, toMs: run.toMs };
  const times = (await prometheus.sampleTimes(selector))
    .map((time) => Math.round(time))
    .filter((time) => time >= secondHalf.fromMs && time <= secondHalf.toMs);
  assert.ok(times.length > 0, `${selector} was recorded`);
  // From an evaluation on, second by second: so the others are met too.
  const asked = { fromMs: Math.min(...times), toMs: secondHalf.toMs };
  const recorded = byLabels(await prometheus.range(selector, asked), rule);
  const expressed = byLabels(await prometheus.range(rule.query, asked), rule);
  assert.deepEqual([...recorded.keys()].toSorted(), [...expressed.keys()].toSorted(), selector);
  for (const [labels, line] of expressed) {
    const values = new Map(recorded.get(labels)!.points.map(({ atMs, value }) => [atMs, value]));
    const compared = line.points.filter(({ atMs }) => times.includes(atMs));
    const equal = compared.filter(({ atMs, value }) => isClose(values.get(atMs), value));
    assert.ok(
      compared.length > 0 && equal.length >= WITHIN_TOLERANCE * compared.length,
      `${selector} ${labels}: ${equal.length} of ${compared.length} have the value of ${rule.query}`,
    );
  }
}

function isClose(recorded: number | undefined, expressed: number): boolean {
  if (recorded === undefined) return false;
  return Object.is(recorded, expressed) || Math.abs(recorded - expressed) <= TOLERANCE * Math.abs(expressed);
}

/** By the labels that both have: a name and the rule's own labels are the recorded one's alone. */
function byLabels(lines: readonly Line[], rule: JudgedRule): Map<string, Line> {
  return new Map(
    lines.map((line) => {
      const { __name__: _, ...labels }: Record<string, string> = { ...line.labels, ...rule.labels };
      return [JSON.stringify(Object.entries(labels).toSorted()), line];
    }),
  );
}
