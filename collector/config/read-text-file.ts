// Reads one text file, within a limit, and tells in a user's words why it can't.
import { readFile, stat } from 'node:fs/promises';
import { describeReadFault } from '../read-fault.ts';

export type TextFile =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

const BYTES_PER_MIB = 1024 * 1024;

/** `reason` goes after the file's name and a colon. */
export async function readTextFile(path: string, maxMib: number): Promise<TextFile> {
  try {
    if ((await stat(path)).size > maxMib * BYTES_PER_MIB) {
      return { ok: false, reason: `larger than ${maxMib} MiB` };
    }
    return { ok: true, text: await readFile(path, 'utf8') };
  } catch (error) {
    return { ok: false, reason: describeReadFault(error) };
  }
}
