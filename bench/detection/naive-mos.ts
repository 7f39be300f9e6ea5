// Baseline: the threshold that everybody writes first. MOS below 3.5 is an alert, MOS above it is none. It sees the MOS that
// our own engine estimates, by the formula of the Genesys client.
import { timelineOf } from './call-timeline.ts';
import { AlertBook, type Detector } from './detector.ts';

const MOS_BELOW = 3.5;

export const naiveMos: Detector = {
  name: 'naive: MOS < 3.5',
  everySeconds: 5,
  watch: (call) => {
    const book = new AlertBook();
    for (const entry of timelineOf(call)) {
      const mos = entry.kind === 'sample' ? entry.sample.mos : undefined;
      if (mos === undefined) continue;
      if (mos < MOS_BELOW) book.raise('mos', entry.atMs);
      else book.clear('mos', entry.atMs);
    }
    return book.alerts;
  },
};
