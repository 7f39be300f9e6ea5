// All that is promised of a day. Nothing here asks the product what it believes to have done.
import { brokenDecisions } from './decision-promises.ts';
import { brokenDeliveries } from './delivery-promises.ts';
import { brokenTraffic } from './traffic-promises.ts';
import type { Observation } from './simulation.ts';

/** One sentence per promise that was broken. */
export function brokenPromises(day: Observation): string[] {
  return [
    ...brokenDecisions(day),
    ...brokenDeliveries(day, day.webhook),
    ...brokenDeliveries(day, day.chat),
    ...brokenTraffic(day.mail),
    ...brokenTraffic(day.sms),
  ];
}
