// Scrapes a page each interval as Prometheus does, and throws away what it gets.
import { get } from 'node:http';
import { SAMPLE_INTERVAL_MS } from './schedule.ts';

const HEADERS = { accept: 'text/plain;version=0.0.4' };

export class Scrapes {
  readonly #url: string;
  readonly #timer: NodeJS.Timeout;
  #failedCount = 0;
  #byteCount = 0;
  #isUnderWay = false;

  constructor(url: string) {
    this.#url = url;
    this.#timer = setInterval(() => void this.#scrape(), SAMPLE_INTERVAL_MS);
  }

  troubles(): string[] {
    if (this.#failedCount > 0) return [`${this.#failedCount} scrapes failed, or took longer than 5 s`];
    return this.#byteCount > 0 ? [] : ['nothing was scraped'];
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  async #scrape(): Promise<void> {
    if (this.#isUnderWay) {
      this.#failedCount += 1;
      return;
    }
    this.#isUnderWay = true;
    try {
      await this.#drain();
    } catch {
      this.#failedCount += 1;
    }
    this.#isUnderWay = false;
  }

  #drain(): Promise<void> {
    return new Promise((resolve, reject) => {
      // A connection each: one that is kept would be idle for just as long as a server keeps it.
      const request = get(this.#url, { headers: HEADERS, agent: false }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
        response.on('data', ({ length }: Buffer) => (this.#byteCount += length));
        response.on('end', resolve).on('error', reject);
      });
      request.on('error', reject);
    });
  }
}
