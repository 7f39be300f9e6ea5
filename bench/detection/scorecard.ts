// Which detectors are compared, and how a set of calls is scored by all of them.
import { readEvery, type Call } from './call.ts';
import type { Detector } from './detector.ts';
import { issueDetector } from './issue-detector.ts';
import { naiveMos } from './naive-mos.ts';
import { ours } from './ours.ts';
import { addScores, scoreCall, type Score } from './score.ts';
import type { Row } from './table.ts';
import { twilioWarnings } from './twilio-warnings.ts';

/** What is sent to everybody. */
export const OURS = ours({ name: 'ours', categories: ['quality'] });
/** What the queue shows as well: gaps, outages and disconnects, at once and without a hold. */
export const WITH_WARNINGS = ours({ name: 'ours, and its warnings', categories: ['quality', 'connection'] });
/** Without what is usual: the guide's limit for every camera, as its own events are judged. */
export const GUIDE_BITRATE = ours({
  name: 'ours, 500 kbit/s for all',
  categories: ['quality'],
  config: { bitrate_kbps: { floor: 500 } },
});
/** Less afraid of a sender that turns its bitrate down on purpose. */
export const HALF_OF_USUAL = ours({
  name: 'ours, half of the usual bitrate',
  categories: ['quality'],
  config: { bitrate_kbps: { of_usual: 0.5 } },
});

export const BASELINES: readonly Detector[] = [
  naiveMos,
  twilioWarnings('Twilio, every 5 s', 5),
  twilioWarnings('Twilio, every second', 1),
  issueDetector('webrtc-issue-detector, each issue', 'each'),
  issueDetector('webrtc-issue-detector, grouped', 'grouped'),
];

/** The same rules with and without the guide's wait. */
export const HOLDS: readonly Detector[] = [
  ours({ name: 'no hold', categories: ['quality'], withoutHold: true }),
  ours({
    name: 'hold 30 s, then the last sample (the guide)',
    categories: ['quality'],
    config: { confirm: 'latest' },
  }),
  ours({ name: 'hold 30 s, then half of the samples (ours)', categories: ['quality'] }),
];

/** One row for each detector, over all calls. */
export async function scoreAll(calls: Iterable<Call>, detectors: readonly Detector[]): Promise<Row[]> {
  const scores = detectors.map((): Score[] => []);
  for (const call of calls) {
    const paces = new Map<number, Call>();
    for (const [index, detector] of detectors.entries()) {
      const { everySeconds } = detector;
      const paced = paces.get(everySeconds) ?? readEvery(everySeconds, call);
      paces.set(everySeconds, paced);
      scores[index]!.push(scoreCall(paced, await detector.watch(paced)));
    }
  }
  return detectors.map(({ name }, index) => ({ detector: name, score: addScores(scores[index]!) }));
}
