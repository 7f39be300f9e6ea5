// A collector that is up again after each kill: one child runs, another has loaded everything and waits to take its
// place on the same directory.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { CollectorChild, type ChildOptions } from './collector-child.ts';

/** Defaults of the product but for retries, which are quick, and warnings, which the SIEM is sent too. */
const OVERRIDES = [
  'exporters.webhook.retry={initial_interval: 20ms, max_interval: 100ms}',
  'exporters.webhook.timeout=300ms',
  'exporters.webhook.min_severity=warning',
  // Promises are judged session by session here. What is told of many, or held back, is judged by the simulation.
  'processors.degradation.storm={enabled: false}',
  'processors.degradation.flapping={enabled: false}',
  'processors.degradation.pipeline_silence={enabled: false}',
];

/** One life, from its order to start until its end. */
export interface Life {
  /** 1, 2, … */
  readonly epoch: number;
  /** `host:port` */
  readonly receiver: string;
  /** `host:port` */
  readonly queue: string;
}

interface Events {
  died: [];
  /** A named point was passed. */
  point: [name: string];
}

export class MortalCollector {
  readonly events = new EventEmitter<Events>();
  /** Where the present life has got to: the last point it passed, or what came before any. */
  underWay = 'loading';
  readonly #options: Omit<ChildOptions, 'onPoint'>;
  #overrides: readonly string[] = OVERRIDES;
  #epoch = 0;
  #running: CollectorChild | undefined;
  #spare: CollectorChild | undefined;
  #launched = Promise.withResolvers<void>();
  #up = Promise.withResolvers<Life>();
  #isUp = false;
  #isEnding = false;

  constructor(options: Omit<ChildOptions, 'onPoint'>) {
    this.#options = options;
    this.events.setMaxListeners(0);
    this.#live();
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Resolves when the present life has been told to start. */
  launched(): Promise<void> {
    return this.#launched.promise;
  }

  /** Resolves when a life serves; rejects when one has ended by itself. */
  up(): Promise<Life> {
    return this.#up.promise;
  }

  /** The present life dies at the `call`-th time from now on that it passes the point. */
  arm(point: string, call: number): void {
    this.#running?.arm(point, call);
  }

  /** kill -9 */
  kill(): void {
    this.#running?.kill();
  }

  /** Kills it, and lives on with further overrides in the notation of `--set`. */
  async restartWith(overrides: readonly string[]): Promise<void> {
    this.#overrides = [...OVERRIDES, ...overrides];
    const { epoch } = await this.up();
    this.kill();
    while ((await this.up()).epoch === epoch) await this.#died();
  }

  /** Ends what was started here, and resolves when it has ended. Whoever still waits for a life is told. */
  async end(): Promise<void> {
    this.#isEnding = true;
    const children = [this.#running, this.#spare].filter((child) => child !== undefined);
    for (const child of children) child.kill();
    await Promise.all(children.map((child) => child.ended));
    if (this.#isUp) this.#up = Promise.withResolvers<Life>();
    this.#giveUp(new Error('the collector was ended by its test'));
  }

  #died(): Promise<void> {
    return new Promise((resolve) => this.events.once('died', resolve));
  }

  #spawn(): CollectorChild {
    const child: CollectorChild = new CollectorChild({
      ...this.#options,
      onPoint: (name) => {
        if (child !== this.#running || this.#isEnding) return;
        this.underWay = name;
        this.events.emit('point', name);
      },
    });
    return child;
  }

  #live(): void {
    const child = this.#spare ?? this.#spawn();
    this.#spare = undefined;
    this.#running = child;
    this.#epoch += 1;
    this.underWay = 'loading';
    void child.ended.then((ending) => this.#onEnd(child, ending));
    void this.#launch(child, this.#epoch);
  }

  async #launch(child: CollectorChild, epoch: number): Promise<void> {
    await child.warm;
    this.underWay = 'starting';
    this.#launched.resolve();
    const addresses = await child.start(this.#overrides);
    if (child !== this.#running || this.#isEnding) return;
    this.underWay = 'up, nothing taken yet';
    this.#isUp = true;
    const { 'receiver:webrtcvideo': receiver, 'exporter:queue': queue } = addresses;
    assert.ok(receiver !== undefined && queue !== undefined, 'its log names its addresses');
    this.#up.resolve({ epoch, receiver, queue });
    this.#spare ??= this.#spawn();
  }

  #onEnd(child: CollectorChild, ending: string): void {
    if (this.#isEnding) return;
    this.#running = undefined;
    // Whoever waited for this life to be up waits for the next one.
    if (this.#isUp) this.#up = Promise.withResolvers<Life>();
    this.#isUp = false;
    this.#launched = Promise.withResolvers<void>();
    if (ending === 'SIGKILL') {
      this.#live();
    } else {
      this.#giveUp(new Error(`the collector ended by itself (${ending}):\n${child.log}`));
    }
    this.events.emit('died');
  }

  /** There will be no further life. */
  #giveUp(reason: Error): void {
    // Nobody may be waiting just now.
    this.#up.promise.catch(() => {});
    this.#up.reject(reason);
  }
}
