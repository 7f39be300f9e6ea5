// Starts a program that listens on ports which it has to be told, and waits until it serves.
import { type ChildName, ChildProgram } from './child-program.ts';
import { freePorts } from './free-ports.ts';
import type { Stack } from './stack.ts';
import { until } from './until.ts';

/** A machine that is busy with other things takes its time. */
const START_MS = 60_000;
/** Somebody else may take a port in the moment between choosing it and listening on it. */
const MAX_TRIES = 3;
const PORT_TAKEN = /address already in use/;

export interface Launch {
  readonly name: ChildName;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Answered with 200 when the program serves. */
  readonly readyUrl: string;
}

/** Chooses ports, and others when one of them was taken meanwhile. `launch` writes what the program is told into files. */
export async function startOnFreePorts(
  stack: Stack,
  portCount: number,
  launch: (ports: readonly number[]) => Promise<Launch>,
): Promise<{ readonly child: ChildProgram; readonly ports: readonly number[] }> {
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(portCount);
    const child = start(stack, await launch(ports));
    try {
      return { child: await child, ports };
    } catch (error) {
      if (attempt === MAX_TRIES || !(error instanceof Error) || !PORT_TAKEN.test(error.message)) throw error;
    }
  }
}

/** Resolves when the program serves; rejects with its log when it ends before that, or takes too long. */
export async function start(stack: Stack, { name, args, env, readyUrl }: Launch): Promise<ChildProgram> {
  const child = stack.own(new ChildProgram(name, args, env));
  const ready = await until(`${name} serves`, START_MS, async () => {
    if (child.ending !== undefined) return false;
    const answer = await fetch(readyUrl, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok ? true : undefined;
  });
  if (!ready) throw new Error(`${name} has ended (${child.ending}):\n${child.log}`);
  return child;
}
