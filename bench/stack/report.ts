// The tables of bench/README.md. Pure.
import type { LatencyResult } from './latency-phase.ts';
import type { OutageResult } from './outage-phase.ts';
import type { OutagePlan } from './plan.ts';
import { quantileOf } from './quantile.ts';

const seconds = (valueMs: number) => `${(valueMs / 1_000).toFixed(1)} s`;
const cpu = (value: number) => `${value.toFixed(1)} s`;
const memory = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Both sides, and how many times as much theirs is. */
export function latencyTable(ours: LatencyResult, theirs: LatencyResult): string {
  const both = [ours, theirs];
  const row = (
    what: string,
    of: (result: LatencyResult) => number,
    show: (value: number) => string,
  ): string[] => {
    const [one, other] = both.map(of) as [number, number];
    return [what, show(one), show(other), `${(other / one).toFixed(1)}`];
  };
  const latency = (quantile: number) => (result: LatencyResult) =>
    quantileOf(result.told.latenciesMs, quantile);
  const each = (of: (program: LatencyResult['programs'][number]) => string) =>
    theirs.programs.map((program) => `${program.name} ${of(program)}`).join(', ');
  return table(
    ['', ours.title, theirs.title, 'theirs / ours'],
    [
      row('first bad sample to webhook, p50', latency(0.5), seconds),
      row('… p99', latency(0.99), seconds),
      row('… the longest', latency(1), seconds),
      [
        'degraded sessions that were told of',
        ...both.map(({ told, degradedCount }) => `${degradedCount - told.lostCount} of ${degradedCount}`),
        '',
      ],
      ['told of, and not degraded', ...both.map(({ told }) => String(told.falseCount)), ''],
      row(
        'CPU per million samples',
        ({ programs }) => sum(programs.map(({ cpuSecondsPerMillion }) => cpuSecondsPerMillion)),
        cpu,
      ),
      ['… of each program', '', each(({ cpuSecondsPerMillion }) => cpu(cpuSecondsPerMillion)), ''],
      row('RSS at its peak', ({ programs }) => sum(programs.map(({ peakBytes }) => peakBytes)), memory),
      ['… of each program', '', each(({ peakBytes }) => memory(peakBytes)), ''],
      row(
        'a request is answered within, p99',
        ({ answerP99Ms }) => answerP99Ms,
        (value) => `${value} ms`,
      ),
    ],
  );
}

export function outageTable(
  { schedule, backAtMs, firstLate }: OutagePlan,
  results: readonly OutageResult[],
): string {
  const { episodes } = schedule;
  const overFor = (wave: typeof episodes) =>
    `${Math.floor((backAtMs - Math.max(...wave.map(({ untilMs }) => untilMs))) / 1_000)} s or more`;
  const waves = [
    { overFor: overFor(episodes.slice(firstLate)), of: 'late' },
    { overFor: overFor(episodes.slice(0, firstLate)), of: 'early' },
  ] as const;
  const rows = results.flatMap((result) =>
    result.rows.flatMap(({ title, ...told }) =>
      waves.map(({ overFor, of }) => {
        const { latenciesMs, lostCount, onlyOverCount, bothCount } = told[of];
        return [
          title,
          overFor,
          `${lostCount} of ${latenciesMs.length + lostCount}`,
          String(onlyOverCount),
          String(bothCount),
        ];
      }),
    ),
  );
  return table(
    ['', 'degraded no longer for', 'lost', '… told only that it is over', 'told of both'],
    rows,
    2,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[], textColumns = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index < textColumns ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
