// Which topics the platform does not tell us of, said once and again when it is another reason.
import type { Logger } from 'pino';
import type { RejectedTopic } from './topics.ts';

/** So many are named; the rest are counted. */
const MAX_NAMED = 20;

export class RejectedTopics {
  readonly #logger: Logger;
  #reasons: ReadonlyMap<string, string> = new Map();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get count(): number {
    return this.#reasons.size;
  }

  /** All that are rejected now. */
  tell(rejected: readonly RejectedTopic[]): void {
    const news = rejected.filter(({ topic, reason }) => this.#reasons.get(topic) !== reason);
    this.#reasons = new Map(rejected.map(({ topic, reason }) => [topic, reason]));
    for (const { topic, reason } of news.slice(0, MAX_NAMED)) {
      this.#logger.warn(
        { source: 'notifications', topic, reason },
        'the platform rejects a topic; the others go on',
      );
    }
    const unnamedCount = news.length - MAX_NAMED;
    if (unnamedCount > 0) {
      this.#logger.warn(
        { source: 'notifications', topics: unnamedCount },
        'the platform rejects further topics',
      );
    }
  }
}
