// The bytes of a capture, from its file: within a bound, and unpacked when they are gzip. The only file of replay that
// touches the disk.
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, gunzip } from 'node:zlib';
import { codeOf, describeReadFault } from '../collector/read-fault.ts';

export type CaptureBytes =
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** `reason` goes after the file's name and a colon. */
  | { readonly ok: false; readonly reason: string };

/** Of the file, and of what is packed in it: an hour of a large conference is about a tenth of that. */
const MAX_BYTES = 512 * 1024 * 1024;
const TOO_LARGE = 'is larger than 512 MiB';

const unpack = promisify<Uint8Array, { maxOutputLength: number; finishFlush: number }, Uint8Array>(gunzip);

export async function readCaptureFile(path: string): Promise<CaptureBytes> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) return { ok: false, reason: TOO_LARGE };
    const bytes = await readFile(path);
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { ok: true, bytes };
    // A download that broke off is unpacked as far as it goes: its last line is then one that was cut off.
    const options = { maxOutputLength: MAX_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
    return { ok: true, bytes: await unpack(bytes, options) };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ERR_BUFFER_TOO_LARGE') return TOO_LARGE;
  return code.startsWith('Z_') ? 'is broken gzip' : describeReadFault(error);
}
