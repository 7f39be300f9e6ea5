// The first phase: how soon each degraded session is told of, and what the side's programs cost meanwhile.
import { accountOf, problemsOf } from './account.ts';
import { runPhase } from './bench-run.ts';
import type { LatencyPlan } from './plan.ts';
import { processCost, type ProcessCost } from './process-cost.ts';
import { quantileOf } from './quantile.ts';
import type { Program, Side } from './side.ts';
import { tellTold, type Told } from './told.ts';

const PATH = 'told';
/** Alertmanager's default; what is told first does not wait for it. */
const GROUP_INTERVAL = '5m';

export interface ProgramCost {
  readonly name: string;
  readonly cpuSecondsPerMillion: number;
  readonly peakBytes: number;
}

export interface LatencyResult {
  readonly title: string;
  readonly degradedCount: number;
  readonly told: Told;
  readonly programs: readonly ProgramCost[];
  readonly answerP99Ms: number;
  readonly maxLagMs: number;
  readonly sampleCount: number;
  readonly problems: readonly string[];
}

export function measureLatency(side: Side, plan: LatencyPlan, sessionCount: number): Promise<LatencyResult> {
  const { schedule, costFromMs, endMs } = plan;
  return runPhase(side, schedule, sessionCount, { [PATH]: GROUP_INTERVAL }, async (run) => {
    const { load, receiver, side: running } = run;
    await load.reaches(costFromMs);
    const before = await costsOf(running.programs);
    const countBefore = load.sampleCount;
    await load.reaches(endMs);
    const after = await costsOf(running.programs);
    const sampleCount = load.sampleCount - countBefore;
    await load.stop();
    const account = await accountOf(load, running, receiver);
    return {
      title: side.title,
      degradedCount: schedule.episodes.length,
      told: tellTold(load.firstBadAtMs, receiver.notices(PATH)),
      programs: running.programs.map(({ name }, index) => ({
        name,
        cpuSecondsPerMillion:
          ((after[index]!.cpuSeconds - before[index]!.cpuSeconds) / sampleCount) * 1_000_000,
        peakBytes: after[index]!.peakBytes,
      })),
      answerP99Ms: quantileOf(load.answersMs, 0.99),
      maxLagMs: account.maxLagMs,
      sampleCount: account.sampleCount,
      problems: problemsOf(account),
    };
  });
}

function costsOf(programs: readonly Program[]): Promise<ProcessCost[]> {
  return Promise.all(programs.map(({ pid }) => processCost(pid)));
}
