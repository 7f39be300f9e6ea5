// A quarter of an hour of the whole process on a virtual clock, scraped as Prometheus would: recorded calls with an
// incident, a storm over an edge, an alert that the SIEM refuses, another that an operator acknowledges, and a silence.
import { acknowledge, DAY_SETTINGS, playDay, type Scrape, signOn, silence } from './played-day.ts';
import { qualitySample } from './quality-sample.ts';

export const SCRAPE_INTERVAL_MS = 15_000;
const CALL_COUNT = 12;

/** The dimensions of the calls that a storm comes over, every one that there is. */
const DIMENSIONS = {
  site: 'berlin',
  region: 'eu-central',
  edge: 'fra-3',
  isp: 'example-net',
  'network.type': 'wifi',
  'client.version': '1.2.3',
};

export function playFleet(): Promise<readonly Scrape[]> {
  return playDay({
    set: DAY_SETTINGS,
    endMs: 900_000,
    scrapeIntervalMs: SCRAPE_INTERVAL_MS,
    recordedFromMs: 0,
    callsAt: liveCalls,
    moments: [
      { atMs: 0, happen: (scenario) => signOn(scenario, 'ada') },
      // One notice that will never be taken as it is.
      { atMs: 0, happen: ({ siem }) => siem.answerNext(400) },
      { atMs: 60_000, happen: (scenario) => acknowledge(scenario, 'ada') },
      { atMs: 100_000, happen: (scenario) => silence(scenario, 'edge=ams-1', 'an edge is replaced') },
    ],
  });
}

/** Good, then all bad at once for four minutes, one of them silenced; one gets worse, and then black for a while. */
function liveCalls(atMs: number, observedAtMs: number) {
  return Array.from({ length: CALL_COUNT }, (_, index) => {
    const isBad = atMs >= 150_000 && (atMs < 390_000 || index === 0);
    return qualitySample({
      sessionId: `call-${index}`,
      agentId: 'agent-7',
      codec: 'video/VP8',
      mosSource: 'reported',
      dimensions: { ...DIMENSIONS, ...(index === 1 && { edge: 'ams-1' }) },
      observedAtMs,
      mos: isBad ? (index === 0 && atMs >= 240_000 ? 2.5 : 3.3) : 4.4,
      experience: isBad ? 2.5 : 4.6,
      packetLossPercent: isBad ? 4 : 0.1,
      jitterMs: 8,
      rttMs: 60,
      bitrateKbps: 1_500,
      framesPerSecond: 30,
      freezeRatio: 0,
      framesDroppedPercent: 0,
      outage: index === 0 && atMs >= 600_000 && atMs < 630_000,
    });
  });
}
