// A command's outside that keeps what was written.
import type { CommandIo } from '../../collector/component.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface CollectedIo extends CommandIo {
  readonly clock: VirtualClock;
  readonly written: { out: string; err: string };
}

export function collectedIo(env: Readonly<Record<string, string>> = {}): CollectedIo {
  const written = { out: '', err: '' };
  return {
    env,
    clock: new VirtualClock(),
    written,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    isTerminal: false,
  };
}
