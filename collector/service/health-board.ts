// Keeps what each component last said of itself, and judges the whole process by it.
import type { ComponentStatus, HealthReport, HealthView, ProcessStatus } from '../component.ts';
import type { Clock } from '../clock.ts';

/** Where the process is in its life; the components' own words count only while it runs. */
type Phase = 'starting' | 'running' | 'stopping';

export class HealthBoard implements HealthView {
  readonly #clock: Clock;
  readonly #components = new Map<string, ComponentStatus>();
  #phase: Phase = 'starting';
  #upSinceMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns what was known of `key` before. */
  set(key: string, status: ComponentStatus): ComponentStatus | undefined {
    const previous = this.#components.get(key);
    this.#components.set(key, status);
    return previous;
  }

  /** Its `start` has resolved: it is ok, unless it has said otherwise meanwhile. */
  markStarted(key: string): void {
    if (this.#components.get(key)?.kind === 'starting') this.#components.set(key, { kind: 'ok' });
  }

  /** Everything has started. */
  markRunning(): void {
    this.#phase = 'running';
    this.#upSinceMs = this.#clock.nowMs();
  }

  /** Shutdown has begun, and there is no way back. */
  markStopping(): void {
    this.#phase = 'stopping';
  }

  report(): HealthReport {
    return {
      status: this.#status(),
      ...(this.#upSinceMs !== undefined && { upSinceMs: this.#upSinceMs }),
      components: new Map(this.#components),
    };
  }

  #status(): ProcessStatus {
    if (this.#phase !== 'running') return this.#phase;
    const kinds = new Set(Array.from(this.#components.values(), (status) => status.kind));
    // A part that has stopped while the process runs is a fault too.
    if (kinds.has('unhealthy') || kinds.has('stopped')) return 'unhealthy';
    return kinds.has('starting') ? 'starting' : 'ok';
  }
}
