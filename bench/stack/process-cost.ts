// What a process has cost so far, as the kernel counts it: the time of all its threads in user and kernel mode, and the
// most memory that it ever had resident.
import { readFile } from 'node:fs/promises';

/** The kernel's unit for /proc, on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface ProcessCost {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Rejects when there is no such process. */
export async function processCost(pid: number): Promise<ProcessCost> {
  const [stat, status] = await Promise.all(
    ['stat', 'status'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
  );
  return { cpuSeconds: cpuSecondsOf(stat!), peakBytes: peakBytesOf(status!) };
}

/** Of the text of /proc/<pid>/stat: fields 14 and 15. The program's name is the second, and may hold anything. */
export function cpuSecondsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Of the text of /proc/<pid>/status. Throws when it does not tell, as a process that has ended does not. */
export function peakBytesOf(status: string): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kibibytes === undefined) throw new Error('the process has ended');
  return Number(kibibytes) * 1_024;
}
