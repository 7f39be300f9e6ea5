// The day that is pictured, 35 minutes of it: the recorded calls, a bad link, a SIEM that refuses one notice for good and is
// then away for six minutes, operators who acknowledge, a silence, and a storm.
import { acknowledge, type Day, DAY_SETTINGS, signOn, silence } from '../../test/support/played-day.ts';
import type { Scenario } from '../../test/support/scenario.ts';
import { dayCalls } from './calls.ts';
import { minutes } from './minutes.ts';

/** As often as sessions report, so that no sample is missing from a picture of one call. */
export const SCRAPE_INTERVAL_MS = 5_000;

/** When the recorded calls begin. */
export const RECORDED_FROM_MS = minutes(3);

export function picturedDay(): Day {
  return {
    set: DAY_SETTINGS,
    endMs: minutes(35),
    scrapeIntervalMs: SCRAPE_INTERVAL_MS,
    recordedFromMs: RECORDED_FROM_MS,
    callsAt: dayCalls(),
    moments: [
      at(0, (scenario) => signOn(scenario, 'ada')),
      at(4, (scenario) => acknowledge(scenario, 'ada')),
      at(9, (scenario) => acknowledge(scenario, 'ada')),
      // One notice that will never be taken as it is: that of the next call that goes bad.
      at(10.5, ({ siem }) => siem.answerNext(400)),
      at(15, ({ siem }) => void (siem.answer = 503)),
      at(18, (scenario) => acknowledge(scenario, 'ada')),
      at(21, ({ siem }) => void (siem.answer = 200)),
      at(23, (scenario) => silence(scenario, 'edge=par-2', 'work on the edge')),
      at(28, (scenario) => signOn(scenario, 'kim')),
      at(30, (scenario) => acknowledge(scenario, 'kim')),
    ],
  };
}

function at(minute: number, happen: (scenario: Scenario) => void | Promise<void>) {
  return { atMs: minutes(minute), happen };
}
