// Where the programs are that the stack tests and the stack benchmark run against, and which of them this machine does not
// have.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What `install` builds: all that the tests need. */
export const PROGRAMS = ['otelcol', 'prometheus', 'promtool'] as const;
/** And what it builds when it is named. */
export const NAMED_PROGRAMS = ['alertmanager'] as const;
/** `node` is the one that runs this. */
export type ProgramName = (typeof PROGRAMS)[number] | (typeof NAMED_PROGRAMS)[number] | 'node';

/** As `install` names it: by the versions, and by how they are built. */
function folder(): string {
  const hash = createHash('sha256');
  for (const file of ['versions', 'install']) hash.update(readFileSync(join(import.meta.dirname, file)));
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(cache, 'webrtc-quality-bridge', 'stack', hash.digest('hex').slice(0, 12));
}

export function programPath(name: ProgramName): string {
  return name === 'node' ? process.execPath : join(folder(), name);
}

/** Those that are not here: of all that the tests need, or of others. */
export function leftOut(names: readonly ProgramName[] = PROGRAMS): ProgramName[] {
  return names.filter((name) => !existsSync(programPath(name)));
}

/** For the options of a suite: why it is left out, or false when all that it needs is there. */
export function without(...names: readonly ProgramName[]): string | false {
  const missing = leftOut(names);
  return missing.length > 0 && `left out: there is no ${missing.join(' and no ')}; run test/stack/install`;
}
