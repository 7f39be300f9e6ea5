// Latency and cost against what a user would build instead, in one run: our process, then Collector, Prometheus and
// Alertmanager, under the same load; then each while nobody takes its webhooks. `npm run bench:stack`, with `-- --quick` for
// trying. Exits with 1 when a program is missing, or when the run may not be believed.
import { parseArgs } from 'node:util';
import { leftOut } from '../test/stack/programs.ts';
import { measureLatency, type LatencyResult } from './stack/latency-phase.ts';
import { measureOutage, type OutageResult } from './stack/outage-phase.ts';
import { ourSide } from './stack/our-side.ts';
import { latencyPlan, outagePlan, type Options } from './stack/plan.ts';
import { latencyTable, outageTable } from './stack/report.ts';
import { theirSide } from './stack/their-side.ts';

const NEEDED = ['otelcol', 'prometheus', 'alertmanager'] as const;

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '10000' },
    degraded: { type: 'string' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const options: Options = {
  sessionCount: wholeNumber(
    'sessions',
    values.quick && values.sessions === '10000' ? '500' : values.sessions,
  ),
  degradedCount: wholeNumber('degraded', values.degraded ?? (values.quick ? '20' : '300')),
  seed: wholeNumber('seed', values.seed),
  isQuick: values.quick,
};
if (values.only !== undefined && values.only !== 'latency' && values.only !== 'outage')
  throw new Error('--only takes latency or outage');

const print = (...lines: readonly string[]) => process.stdout.write(`${lines.join('\n\n')}\n\n`);
const say = (line: string) => process.stderr.write(`${line}\n`);

const missing = leftOut(NEEDED);
if (missing.length > 0) {
  say(`there is no ${missing.join(' and no ')}: test/stack/install alertmanager builds all that is needed`);
  process.exit(1);
}

const { sessionCount, degradedCount, seed } = options;
const problems: string[] = [];
print(`${sessionCount.toLocaleString('en')} sessions, ${degradedCount} of them degraded, seed ${seed}:`);
if (values.only !== 'outage') await compareLatency();
if (values.only !== 'latency') await compareOutage();
for (const problem of problems) say(`not to be believed: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** One after the other: each has the machine for itself. */
async function compareLatency(): Promise<void> {
  const plan = latencyPlan(options);
  const measure = async (side: typeof ourSide) => {
    say(`${side.title}: ${plan.endMs / 1_000} s …`);
    return noting(await measureLatency(side, plan, sessionCount));
  };
  const ours = await measure(ourSide);
  const theirs = await measure(theirSide);
  print(
    latencyTable(ours, theirs),
    `${[ours, theirs].map(({ sampleCount }) => sampleCount.toLocaleString('en')).join(' and ')} samples were sent, each within ${Math.max(ours.maxLagMs, theirs.maxLagMs)} ms of when it was due.`,
  );
}

async function compareOutage(): Promise<void> {
  const plan = outagePlan(options);
  const measure = async (side: typeof ourSide, isGrouped: boolean) => {
    say(`${side.title}, with the receiver down: at most ${plan.endMs / 1_000} s …`);
    return noting(await measureOutage(side, plan, sessionCount, isGrouped));
  };
  const results = [await measure(ourSide, false), await measure(theirSide, true)];
  print(`The receiver was down for ${plan.backAtMs / 1_000} s:`, outageTable(plan, results));
}

function noting<Result extends LatencyResult | OutageResult>(result: Result): Result {
  problems.push(...result.problems.map((problem) => `${result.title}: ${problem}`));
  return result;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1 on`);
  return value;
}
