// Keeps the process up: starts it, starts it again when it has died or could not start, and has it die where the plan
// says.
import { Seeded } from '../kill/seeded.ts';
import { downtimeOf, type Interval, type PlannedDeath } from './day-plan.ts';
import { Life } from './life.ts';
import type { Serving } from './sender.ts';
import { createProcess, type ProcessParts, type SimulatedProcess } from './simulated-process.ts';
import type { VirtualDay } from './virtual-day.ts';

/** Before a process that could not start is started again. */
const RESTART_MS = 20_000;

export interface SupervisorOptions {
  readonly seed: number;
  readonly parts: ProcessParts;
  trace(line: string): void;
  /** Somebody serves again. */
  onUp(): void;
}

export class Supervisor {
  /** When nobody served. */
  readonly downtimes: Interval[] = [];
  /** Passings of each place. */
  readonly passed = new Map<string, number>();
  /** Deaths at each place. */
  readonly died = new Map<string, number>();
  readonly #day: VirtualDay;
  readonly #options: SupervisorOptions;
  readonly #random: Seeded;
  readonly #armed: { readonly death: PlannedDeath; countdown: number }[] = [];
  #lifeCount = 0;
  #life: Life | undefined;
  #process: SimulatedProcess | undefined;
  #serving: Serving | undefined;
  #downSinceMs: number;

  constructor(day: VirtualDay, options: SupervisorOptions) {
    this.#day = day;
    this.#options = options;
    this.#random = new Seeded(options.seed, 'supervisor');
    this.#downSinceMs = day.nowMs();
    this.#start();
  }

  get serving(): Serving | undefined {
    return this.#serving;
  }

  /** The death waits for its place from now on. */
  arm(death: PlannedDeath): void {
    if (death.place === undefined) {
      if (this.#life !== undefined) this.#die(this.#life, 'by the clock', death.downMs);
    } else {
      this.#armed.push({ death, countdown: death.countdown });
    }
  }

  /** No more deaths. */
  disarm(): void {
    this.#armed.length = 0;
  }

  /** As an upgrade does it: it may drain, and then comes up again. */
  restart(): void {
    const [life, process] = [this.#life, this.#process];
    if (life === undefined || process === undefined || this.#serving === undefined) return;
    this.#options.trace('shutting down');
    this.#stopServing();
    const downMs = this.#random.whole(500, 5_000);
    const gone = () => this.#die(life, 'shut down', downMs);
    process.collector.shutdown().then(gone, gone);
  }

  #start(): void {
    this.#lifeCount += 1;
    const random = new Seeded(this.#options.seed, `life ${this.#lifeCount}`);
    const life = new Life(this.#day, random, (place, passing) => this.#pass(place, passing));
    const { parts, onUp, trace } = this.#options;
    const process = createProcess(life, parts);
    this.#life = life;
    this.#process = process;
    process.collector.start().then(
      () => {
        if (life.isDead) return;
        trace(`life ${this.#lifeCount} serves`);
        this.#serving = { life, intake: process.intake };
        this.downtimes.push({ fromMs: this.#downSinceMs, toMs: this.#day.nowMs() });
        onUp();
      },
      () => {
        if (!life.isDead) this.#die(life, 'could not start', RESTART_MS);
      },
    );
  }

  #pass(place: string, life: Life): void {
    this.passed.set(place, (this.passed.get(place) ?? 0) + 1);
    const index = this.#armed.findIndex(({ death }) => death.place === place);
    const armed = this.#armed[index];
    if (armed === undefined) return;
    armed.countdown -= 1;
    if (armed.countdown > 0) return;
    this.#armed.splice(index, 1);
    this.#die(life, place, downtimeOf(this.#random));
  }

  #die(life: Life, place: string, downMs: number): void {
    if (life !== this.#life) return;
    this.#options.trace(`dies: ${place}; down for ${downMs} ms`);
    this.died.set(place, (this.died.get(place) ?? 0) + 1);
    life.clock.die();
    this.#stopServing();
    this.#life = undefined;
    this.#process = undefined;
    this.#day.after(downMs, () => this.#start());
  }

  #stopServing(): void {
    if (this.#serving !== undefined) this.#downSinceMs = this.#day.nowMs();
    this.#serving = undefined;
  }
}
