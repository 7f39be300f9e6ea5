// Reads one text file, within a limit, and tells in a user's words why it can't.
import { readFile, stat } from 'node:fs/promises';

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
    return { ok: false, reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  switch (code) {
    case 'ENOENT':
      return 'no such file';
    case 'EISDIR':
      return 'is a directory, not a file';
    case 'EACCES':
      return "can't be read: permission denied";
    default:
      return `can't be read: ${code}`;
  }
}
