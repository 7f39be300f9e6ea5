// Everything that a picture needs, running: the played day in the real Prometheus, the page's server, and Chromium.
import { JOB } from '../dashboards/prometheus/own-job.ts';
import type { Stack } from '../test/stack/stack.ts';
import { Chromium } from '../test/support/chromium.ts';
import { playDay, type Scrape } from '../test/support/played-day.ts';
import { START_MS } from '../test/support/timeline.ts';
import { picturedDay, SCRAPE_INTERVAL_MS } from './day/day.ts';
import { PageServer } from './page-server.ts';
import type { Report } from './panel/report.ts';
import { type PictureRequest, toQuery } from './panel/request.ts';
import { startBackfilled } from './prometheus/backfilled-prometheus.ts';
import { openMetrics } from './prometheus/openmetrics.ts';
import { smallerPng } from './smaller-png.ts';

const WIDTH_PX = 1_600;

export interface Picture {
  readonly png: Buffer;
  readonly report: Report;
}

export class Studio {
  /** What was seen of the day. */
  readonly scrapes: readonly Scrape[];
  readonly #server: PageServer;
  readonly #chromium: Chromium;

  private constructor(scrapes: readonly Scrape[], server: PageServer, chromium: Chromium) {
    this.scrapes = scrapes;
    this.#server = server;
    this.#chromium = chromium;
  }

  /** What it starts ends with the stack. */
  static async open(stack: Stack): Promise<Studio> {
    const scrapes = await playDay(picturedDay());
    const prometheusUrl = await startBackfilled(stack, {
      text: openMetrics(scrapes, START_MS, JOB),
      scrapeIntervalMs: SCRAPE_INTERVAL_MS,
    });
    const server = await PageServer.start(prometheusUrl);
    stack.onClose(() => server.close());
    const chromium = await Chromium.launch();
    stack.onClose(() => chromium.close());
    return new Studio(scrapes, server, chromium);
  }

  /** Rejects when the page itself fails; a panel that fails is shown, and told in the report. */
  async take(request: PictureRequest): Promise<Picture> {
    const tab = await this.#chromium.context.newPage();
    try {
      await tab.setViewportSize({ width: WIDTH_PX, height: 1_000 });
      await tab.goto(`${this.#server.origin}/?${toQuery(request)}`);
      const report = await tab.evaluate<Report>('drawn');
      const png = smallerPng(await tab.screenshot({ fullPage: true }));
      return { png, report };
    } finally {
      await tab.close();
    }
  }
}
