// What the scorecard says beyond its table: how much the hold saves, and each failure by its cause, with a call that shows it.
import type { Call } from './call.ts';
import type { Score } from './score.ts';
import { percentile, type Row } from './table.ts';

/** The first of the rows is what the others are measured against. */
export function renderHoldTable(title: string, rows: readonly Row[]): string {
  const base = rows[0]!.score;
  const fewer = (count: number, before: number) => `${Math.round(100 * (1 - count / before))} %`;
  return [
    `| ${title} | false alerts | fewer by | alerts in all | fewer by | found | to raise p50 |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(({ detector, score }, index) => {
      const { falseAlerts, alertCount, foundCount, incidentCount, raiseMs } = score;
      const cells = [
        detector,
        falseAlerts.length,
        index === 0 ? '' : fewer(falseAlerts.length, base.falseAlerts.length),
        alertCount,
        index === 0 ? '' : fewer(alertCount, base.alertCount),
        `${foundCount} of ${incidentCount}`,
        `${Math.round((percentile(raiseMs, 0.5) ?? NaN) / 1_000)} s`,
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

const EXAMPLES = 3;

export function renderFailures({ falseAlerts, missed }: Score): string {
  const causes = new Map<string, string[]>();
  const note = (cause: string, { media }: Call, example: string) => {
    const key = `${cause} (${media})`;
    causes.set(key, [...(causes.get(key) ?? []), example]);
  };
  for (const { call, trouble } of missed)
    note(
      `missed: ${trouble.kind}`,
      call,
      `${call.name}, ${Math.round((trouble.endMs - trouble.startMs) / 1_000)} s`,
    );
  for (const { call, alert, blip, isSecondBlip } of falseAlerts) {
    const blips = isSecondBlip ? 'two blips within half a minute' : `a blip of ${blip?.kind}`;
    const where = blip === undefined ? 'nothing wrong' : blips;
    note(`false: ${where}`, call, `${call.name}, ${alert.why ?? alert.kind}`);
  }
  if (causes.size === 0) return 'Nothing.';
  return [
    '| what | times | for example |',
    '| --- | ---: | --- |',
    ...[...causes]
      .toSorted(([, left], [, right]) => right.length - left.length)
      .map(
        ([cause, examples]) =>
          `| ${cause} | ${examples.length} | ${examples.slice(0, EXAMPLES).join('; ')} |`,
      ),
  ].join('\n');
}
