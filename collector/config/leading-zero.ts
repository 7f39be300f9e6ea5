// Numbers that begin with a zero. `010` is 8 to the Collector's YAML and 10 to ours, so that none of the two is right:
// whoever wrote it is asked.
import { finding, type Finding, type Path } from './finding.ts';
import type { Place } from './source-file.ts';

/** `0.5`, `0x10` and `0o10` are the same to everybody. */
export function hasLeadingZero(value: unknown, text: string): boolean {
  return typeof value === 'number' && /^[-+]?0\d/.test(text);
}

export function leadingZeroFinding(path: Path, at: Place | undefined): Finding {
  const message = 'a number that begins with 0 is octal to some readers, and decimal to others';
  return finding(path, message, at, 'leave out the 0, or put the value in quotes to make it text');
}
