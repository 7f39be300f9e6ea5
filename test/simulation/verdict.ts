// What became of one seed, as it is passed from a worker to who asked: plain data.
import { brokenPromises } from './promises.ts';
import { simulateDay } from './simulation.ts';

export interface Verdict {
  readonly seed: number;
  /** One sentence per promise that was broken. */
  readonly broken: readonly string[];
  readonly digest: string;
  /** How often the process died where. */
  readonly died: Readonly<Record<string, number>>;
  /** Named places that were passed. */
  readonly passed: readonly string[];
  readonly recordCount: number;
  readonly transitionCount: number;
  readonly requestCount: number;
  readonly escalationCount: number;
}

export async function judgeDay(seed: number, trace?: (line: string) => void): Promise<Verdict> {
  // What nobody catches would end the process.
  const uncaught: unknown[] = [];
  const onUncaught = (error: unknown) => void uncaught.push(error);
  process.on('unhandledRejection', onUncaught);
  try {
    const day = await simulateDay(seed, trace);
    return {
      seed,
      broken: [...uncaught.map((error) => `nobody caught: ${String(error)}`), ...brokenPromises(day)],
      digest: day.digest,
      died: Object.fromEntries(day.died),
      passed: [...day.passed.keys()],
      recordCount: day.recordCount,
      transitionCount: day.promised.length,
      requestCount: day.requestCount,
      escalationCount: day.mail.standIn.effects.size + day.sms.standIn.effects.size,
    };
  } catch (error) {
    const broken = [`could not be lived through: ${(error as Error).stack}`];
    const nothing = { recordCount: 0, transitionCount: 0, requestCount: 0, escalationCount: 0 };
    return { seed, broken, digest: '', died: {}, passed: [], ...nothing };
  } finally {
    process.off('unhandledRejection', onUncaught);
  }
}

/** For a person: what is broken, and how to see it again. */
export function complaintOf({ seed, broken }: Verdict): string {
  const shown = broken.slice(0, 10).map((sentence) => `    ${sentence}`);
  const more = broken.length > shown.length ? [`    and ${broken.length - shown.length} more`] : [];
  return [
    `  seed ${seed}: ${broken.length} broken`,
    ...shown,
    ...more,
    `    again: npm run test:simulation -- --seed ${seed} --trace`,
  ].join('\n');
}
