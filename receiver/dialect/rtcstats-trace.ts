// A trace of rtcstats, in whichever of its formats: what each line says → readings and session events. Of all that is
// traced only stats, connection states and screen shares are looked at: never SDP, candidates, devices or user agents.
import type { CaptureOutput } from './capture-output.ts';
import { isObject, type JsonObject } from './stat-fields.ts';

/** A line of the trace, in words that the formats share. */
export interface TraceLine {
  readonly index: number;
  readonly says: 'stats' | 'connection-state' | 'ice-state' | 'closed' | 'screen-tracks' | 'video-type';
  /** Null for what concerns the page as a whole. */
  readonly connection: string | null;
  readonly value: unknown;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
}

/** The objects of a report by id. */
export type Report = ReadonlyMap<string, JsonObject>;

/** A report out of the one before and what was written down of the difference. */
export type ExpandReport = (before: Report | undefined, difference: JsonObject) => Report;

export function playTrace(lines: readonly TraceLine[], expand: ExpandReport, output: CaptureOutput): void {
  const reports = new Map<string, Report>();
  const screens = new Screens();
  // Where a browser tells both, the state of the whole connection counts, and not that of ICE alone.
  const telling = new Set(
    lines.filter(({ says }) => says === 'connection-state').map(({ connection }) => connection),
  );
  for (const { index, says, connection, value, atMs } of lines) {
    if (says === 'screen-tracks') screens.addTracks(value);
    else if (says === 'video-type') screens.setVideoType(value);
    else if (connection === null) continue;
    else if (says === 'connection-state') output.state(index, connection, value, atMs);
    else if (says === 'closed') output.state(index, connection, 'closed', atMs);
    else if (says === 'ice-state') {
      if (!telling.has(connection)) output.state(index, connection, value, atMs);
    } else if (!isObject(value)) output.refuse(index, '[2]', 'must be an object');
    else {
      const report = expand(reports.get(connection), value);
      reports.set(connection, report);
      const objects = [...report].map(([id, object]) => ({ ...object, id }));
      output.report({ index, connection, atMs, objects, ...screens.hints() });
    }
  }
}

/** What the page has said of its screen shares so far. */
class Screens {
  readonly #trackIds: string[] = [];
  #ssrcs: ReadonlySet<number> = new Set();

  /** What getDisplayMedia() gave: `{tracks: [{id}]}`, or `[[kind, id]]`. */
  addTracks(value: unknown): void {
    const tracks: unknown = isObject(value) ? value.tracks : value;
    if (!Array.isArray(tracks)) return;
    for (const track of tracks as unknown[]) {
      const id: unknown = Array.isArray(track) ? track[1] : isObject(track) ? track.id : undefined;
      if (typeof id === 'string') this.#trackIds.push(id);
    }
  }

  /** Jitsi's `{ssrc, videoType}`. */
  setVideoType(value: unknown): void {
    if (!isObject(value) || typeof value.ssrc !== 'number') return;
    const ssrcs = new Set(this.#ssrcs);
    if (value.videoType === 'desktop') ssrcs.add(value.ssrc);
    else ssrcs.delete(value.ssrc);
    this.#ssrcs = ssrcs;
  }

  hints() {
    return { hints: { screenTrackIds: this.#trackIds }, screenSsrcs: this.#ssrcs };
  }
}
