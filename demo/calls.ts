// The calls that the demo plays: captures of real browsers, and what was done to them.
import { readFile } from 'node:fs/promises';
import { parseSeriesCapture, samplesOfSeries } from '../receiver/get-stats/series-capture.ts';
import type { QualitySample, SessionEvent } from '../receiver/sample.ts';

export interface DemoCall {
  readonly sessionId: string;
  /** What was done to the call, and what a viewer would say. */
  readonly story: string;
  /** The samples of the call, and its end. */
  readonly records: readonly (QualitySample | SessionEvent)[];
}

const CALLS = [
  {
    capture: 'netns-both-1',
    sessionId: 'call-narrow-link',
    story: '10 % loss on 300 kbit/s from 0:20 to 0:50: the picture freezes and blurs',
  },
  {
    capture: 'relay-outage-1',
    sessionId: 'call-outage',
    story: 'nothing arrives from 0:10 to 0:18: black, while loss, jitter and RTT look perfect',
  },
  {
    capture: 'relay-delayjit-1',
    sessionId: 'call-delay',
    story: '100 ms of delay that varies by 60 ms: one can watch it',
  },
] as const;

export async function readDemoCalls(startAtMs: number): Promise<readonly DemoCall[]> {
  return Promise.all(
    CALLS.map(async ({ capture, sessionId, story }) => {
      const path = new URL(`../test/fixtures/captures/series-${capture}.json`, import.meta.url);
      const series = parseSeriesCapture(JSON.parse(await readFile(path, 'utf8')));
      const dimensions = { edge: 'fra-3', region: 'eu-central' };
      const samples = samplesOfSeries(series, { sessionId, agentId: 'agent-7', dimensions, startAtMs });
      const endedAtMs = samples.at(-1)!.observedAtMs + 1_000;
      const end: SessionEvent = {
        kind: 'event',
        type: 'ended',
        sessionId,
        observedAtMs: endedAtMs,
        receivedAtMs: endedAtMs,
        dimensions,
      };
      return { sessionId, story, records: [...samples, end] };
    }),
  );
}
