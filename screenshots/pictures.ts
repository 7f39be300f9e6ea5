// What the three pictures show: which board, which stretch of the day, and which session.
import { JOB } from '../dashboards/prometheus/own-job.ts';
import type { PictureRequest } from './panel/request.ts';
import { RECORDED_FROM_MS, SCRAPE_INTERVAL_MS } from './day/day.ts';
import { minutes } from './day/minutes.ts';
import { START_MS } from '../test/support/timeline.ts';

export type PictureName = 'fleet' | 'session' | 'bridge';

/** By the names of the boards. Times of the day become times of the clock that it was played on. */
export const PICTURES: Readonly<Record<PictureName, PictureRequest>> = {
  // Until four minutes into the storm.
  fleet: picture('fleet', minutes(1), minutes(31)),
  // The recorded call over a link that was narrowed, until its bad phase is nearly over.
  session: picture('session', RECORDED_FROM_MS + 5_000, RECORDED_FROM_MS + 65_000, {
    session: 'call-narrow-link',
    find: '',
  }),
  bridge: picture('bridge', minutes(1), minutes(35), { own_job: JOB }),
};

function picture(board: string, fromMs: number, toMs: number, variables = {}): PictureRequest {
  return {
    board,
    fromMs: START_MS + fromMs,
    toMs: START_MS + toMs,
    scrapeIntervalS: SCRAPE_INTERVAL_MS / 1_000,
    areAllOpen: false,
    variables,
  };
}
