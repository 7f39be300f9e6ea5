// The scorecard as Markdown.
import type { Score } from './score.ts';

export interface Row {
  readonly detector: string;
  readonly score: Score;
}

const COLUMNS = [
  'detector',
  'found',
  'missed',
  'false',
  '… on blips',
  '… on nothing',
  'repeated',
  'of another kind',
  'to raise p50 / p95',
  'to clear p50 / p95',
  'quiet too early',
  'alerts per hour',
];

export function renderTable(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(COLUMNS),
    line(COLUMNS.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map((row) => line(cellsOf(row))),
  ].join('\n');
}

function cellsOf({ detector, score }: Row): string[] {
  const onBlips = score.falseAlerts.filter(({ blip }) => blip !== undefined).length;
  return [
    detector,
    `${score.foundCount} of ${score.incidentCount}`,
    String(score.missed.length),
    String(score.falseAlerts.length),
    String(onBlips),
    String(score.falseAlerts.length - onBlips),
    String(score.repeatedCount),
    String(score.otherKindCount),
    `${seconds(percentile(score.raiseMs, 0.5))} / ${seconds(percentile(score.raiseMs, 0.95))}`,
    `${seconds(percentile(score.clearMs, 0.5))} / ${seconds(percentile(score.clearMs, 0.95))}`,
    String(score.quietTooEarlyCount),
    ((score.alertCount * 3_600_000) / score.callMs).toFixed(1),
  ];
}

/** By nearest rank; undefined of nothing. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function seconds(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return ms === Infinity ? 'never' : `${Math.round(ms / 1_000)} s`;
}
