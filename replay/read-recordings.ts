// Files → recordings. A file that can't be read, or that nobody recognises, is told and left out; the others go on.
import { basename } from 'node:path';
import { parseCapture } from '../receiver/dialect/capture-text.ts';
import type { Dialect } from '../receiver/dialect/dialect.ts';
import { readCaptureFile } from './capture-file.ts';
import { recordingOf, type Recording } from './recording.ts';
import type { FileReport } from './report.ts';

export interface ReadRecording {
  readonly recording: Recording;
  readonly file: FileReport;
}

export interface ReadOptions {
  readonly dialect: Dialect | undefined;
  readonly intervalMs: number;
  readonly startAtMs: number;
  /** Not to be given to another recording: files of several folders may share a name. */
  readonly takenNames: Set<string>;
}

/** A string says why the file can't be used; it goes after the file's name and a colon. */
export async function readRecording(path: string, options: ReadOptions): Promise<ReadRecording | string> {
  const read = await readCaptureFile(path);
  if (!read.ok) return read.reason;
  const parsed = parseCapture(read.bytes);
  if (!parsed.ok) return parsed.reason;
  const sessionId = freeName(basename(path).replace(ENDINGS, ''), options.takenNames);
  const recording = recordingOf(parsed.body, { ...options, sessionId });
  if (recording === undefined) return 'is in no dialect that is known; choose one with --dialect';
  const { dialectName, entries, refusedCounts } = recording;
  if (entries.length === 0) {
    const [reason] = refusedCounts.keys();
    return `holds nothing that can be replayed${reason === undefined ? '' : `: ${reason}`}`;
  }
  const readingCount = entries.filter(({ kind }) => kind === 'reading').length;
  return {
    recording,
    file: {
      path,
      dialectName,
      readingCount,
      eventCount: entries.length - readingCount,
      refusedCounts,
      ...(parsed.cutOffLine !== undefined && { cutOffLine: parsed.cutOffLine }),
    },
  };
}

const ENDINGS = /(?:\.(?:json|ndjson|jsonl|txt|log|gz))+$/i;

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name}-${number}`;
  taken.add(free);
  return free;
}
