// A page for the client to run in: its globals are replaced for one test, and time moves when it is told to.
import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { TestContext } from 'node:test';
import type { FakeStat } from './fake-connection.ts';

/** A body in the dialect `getstats`. */
export interface Envelope {
  readonly session_id?: string;
  readonly conversation_id?: string;
  readonly agent_id?: string;
  readonly dimensions?: Record<string, string>;
  readonly sent_at_ms: number;
  readonly reports: readonly {
    readonly at_ms: number;
    readonly connection_id: string;
    readonly stats: readonly FakeStat[];
    readonly screen: readonly string[];
    readonly muted: readonly string[];
  }[];
  readonly events: readonly { readonly type: string; readonly at_ms: number }[];
}

export interface PagePost {
  readonly atMs: number;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly signal: AbortSignal;
}

/** A status, a whole answer, one that is still to come, or no network. */
export type PageAnswer = number | Response | Promise<Response> | 'offline';

export const START_MS = 1_800_000_000_000;
const STEP_MS = 50;

export class FakePage {
  readonly posts: PagePost[] = [];
  readonly beacons: { readonly url: string; readonly text: string }[] = [];
  answer: PageAnswer = 200;
  /** What the browser says to beacons: whether it takes one of this length. */
  takesBeacon: (length: number) => boolean = () => true;
  /** What Math.random gives. */
  random = 1;
  readonly #next: PageAnswer[] = [];
  readonly #window = new EventTarget();
  readonly #timers: TestContext['mock']['timers'];

  constructor(context: TestContext) {
    this.#timers = context.mock.timers;
    this.#timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: START_MS });
    context.mock.method(Math, 'random', () => this.random);
    const globals: Record<string, unknown> = {
      fetch: (url: string, init: RequestInit) => this.#fetch(url, init),
      navigator: {
        sendBeacon: (url: string, text: string) => {
          const isTaken = this.takesBeacon(text.length);
          if (isTaken) this.beacons.push({ url, text });
          return isTaken;
        },
      },
      performance: { timeOrigin: START_MS, now: () => this.nowMs - START_MS },
      addEventListener: this.#window.addEventListener.bind(this.#window),
    };
    for (const [name, value] of Object.entries(globals)) {
      const before = Object.getOwnPropertyDescriptor(globalThis, name);
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
      context.after(() => {
        if (before === undefined) Reflect.deleteProperty(globalThis, name);
        else Object.defineProperty(globalThis, name, before);
      });
    }
  }

  /** The answers to the next requests, in order; `answer` holds for those after them. */
  answerNext(...answers: PageAnswer[]): void {
    this.#next.push(...answers);
  }

  async advance(durationMs: number): Promise<void> {
    await setImmediate();
    for (let left = durationMs; left > 0; left -= STEP_MS) {
      this.#timers.tick(Math.min(left, STEP_MS));
      await setImmediate();
    }
  }

  /** The page is left; `persisted` when the browser keeps it in its back-forward cache. */
  hide({ persisted = false } = {}): void {
    this.#window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted }));
  }

  show({ persisted = true } = {}): void {
    this.#window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
  }

  /** By the clock that the tests move. */
  get nowMs(): number {
    return new Date().getTime();
  }

  get listenerCount(): number {
    return ['pagehide', 'pageshow'].flatMap((type) => getEventListeners(this.#window, type)).length;
  }

  get envelopes(): Envelope[] {
    return this.posts.map(({ text }) => JSON.parse(text) as Envelope);
  }

  /** The states that were told, in order, by posts and then by beacons. */
  get told(): string[] {
    return [...this.posts, ...this.beacons].flatMap(({ text }) =>
      (JSON.parse(text) as Envelope).events.map(({ type }) => type),
    );
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    const { headers, body, signal } = init;
    this.posts.push({
      atMs: this.nowMs - START_MS,
      url,
      headers: headers as Record<string, string>,
      text: body as string,
      signal: signal!,
    });
    const answer = this.#next.shift() ?? this.answer;
    if (answer === 'offline') return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve(typeof answer === 'number' ? new Response(null, { status: answer }) : answer);
  }
}
