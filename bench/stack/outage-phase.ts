// The second phase: the webhook receiver is down from before the first degradation until after the last recovery. Which
// sessions is it told of when it is back, and which never?
import { accountOf, problemsOf } from './account.ts';
import { runPhase, type GroupIntervals, type PhaseRun } from './bench-run.ts';
import type { OutagePlan } from './plan.ts';
import { sessionId } from './sessions.ts';
import type { Side } from './side.ts';
import { ofSessions, tellTold, type Told } from './told.ts';

const POLL_MS = 1_000;

export interface OutageRow {
  readonly title: string;
  /** Of the sessions whose notices had waited for longer than the longest `group_interval` when the receiver was back. */
  readonly early: Told;
  readonly late: Told;
}

export interface OutageResult {
  readonly title: string;
  readonly rows: readonly OutageRow[];
  readonly maxLagMs: number;
  readonly problems: readonly string[];
}

/** `isGrouped`: by `group_interval`, of which one row each is measured. */
export function measureOutage(
  side: Side,
  plan: OutagePlan,
  sessionCount: number,
  isGrouped: boolean,
): Promise<OutageResult> {
  const { schedule, backAtMs, endMs } = plan;
  const intervals = isGrouped ? plan.groupIntervals : plan.groupIntervals.slice(0, 1);
  const paths: GroupIntervals = Object.fromEntries(
    intervals.map((interval) => [`group-${interval}`, interval]),
  );
  return runPhase(side, schedule, sessionCount, paths, async (run) => {
    const { load, receiver } = run;
    // Nothing is degraded yet.
    await receiver.down();
    await load.reaches(backAtMs);
    const unexpected = Object.keys(paths).flatMap((path) => receiver.notices(path));
    await receiver.up();
    await allTold(run, Object.keys(paths), endMs - backAtMs);
    await load.stop();
    const account = await accountOf(load, run.side, receiver);
    return {
      title: side.title,
      rows: Object.entries(paths).map(([path, interval]) =>
        rowOf(run, plan, path, isGrouped ? interval : ''),
      ),
      maxLagMs: account.maxLagMs,
      problems: [
        ...(unexpected.length === 0 ? [] : ['the receiver was told something while it was down']),
        ...problemsOf(account),
      ],
    };

    function rowOf({ load, receiver }: PhaseRun, { firstLate }: OutagePlan, path: string, interval: string) {
      const ids = schedule.episodes.map(({ session }) => sessionId(session));
      const told = (some: readonly string[]) =>
        ofSessions(new Set(some), load.firstBadAtMs, receiver.notices(path));
      return {
        title: interval === '' ? side.title : `${side.title}, group_interval ${interval}`,
        early: told(ids.slice(0, firstLate)),
        late: told(ids.slice(firstLate)),
      };
    }
  });
}

/** Resolves when both has been told of all, everywhere, or when the time is over. */
async function allTold({ load, receiver }: PhaseRun, paths: readonly string[], withinMs: number) {
  const deadlineMs = Date.now() + withinMs;
  const isDone = () =>
    paths.every(
      (path) => tellTold(load.firstBadAtMs, receiver.notices(path)).bothCount === load.firstBadAtMs.size,
    );
  while (!isDone() && Date.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
