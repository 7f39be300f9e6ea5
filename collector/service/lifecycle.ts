// Starts the parts of the process in order and stops them in the opposite one. It knows no topology: it is handed
// stages, each a list of parts, downstream first.
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Host } from '../component.ts';
import { joinErrors, messageOf } from '../errors.ts';
import { describeNode, type GraphNode, nodeKey } from '../graph/node.ts';
import { CLOSE_GRACE_MS, deadlineIn, settlesInTime } from './deadline.ts';
import type { HealthBoard } from './health-board.ts';

export interface LifecycleSettings {
  /** What starts first comes first. The parts of one stage start one after the other and stop together. */
  readonly stages: readonly (readonly GraphNode[])[];
  readonly health: HealthBoard;
  readonly logger: Logger;
  readonly clock: Clock;
  /** How long all parts together may drain. */
  readonly shutdownTimeoutMs: number;
  /** Called after each part that has started. */
  onStarted(node: GraphNode): void;
}

export class Lifecycle {
  readonly #settings: LifecycleSettings;
  /** The parts whose `start` was called, by stage. */
  readonly #begun: GraphNode[][] = [];
  #startUp: Promise<void> | undefined;
  #started: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(settings: LifecycleSettings) {
    this.#settings = settings;
    for (const { name } of settings.stages.flat()) settings.health.set(nodeKey(name), { kind: 'starting' });
  }

  /**
   * Resolves when every part has started. When one can't, logs why, stops those that had, and rejects. Rejects too when
   * `shutdown` comes first. Safe twice.
   */
  start(host: Host): Promise<void> {
    this.#startUp ??= this.#startStages(host);
    this.#started ??= this.#startUp.catch((error: unknown) => this.#unwind(error));
    return this.#started;
  }

  /** Stops what has begun to start. Goes on after an error, and rejects with all of them. Safe twice and before `start`. */
  shutdown(): Promise<void> {
    this.#stopped ??= this.#stopStages();
    return this.#stopped;
  }

  async #startStages(host: Host): Promise<void> {
    const { stages, health, logger, onStarted } = this.#settings;
    for (const stage of stages) {
      const begun: GraphNode[] = [];
      this.#begun.push(begun);
      for (const node of stage) {
        if (this.#stopped !== undefined) throw new Error('shut down before everything had started');
        const { name, component } = node;
        begun.push(node);
        try {
          await component.start(host);
        } catch (cause) {
          throw new Error(`failed to start ${describeNode(name)}: ${messageOf(cause)}`, { cause });
        }
        health.markStarted(nodeKey(name));
        onStarted(node);
      }
    }
    // The last part may have been starting when shutdown was called.
    if (this.#stopped !== undefined) throw new Error('shut down before everything had started');
    health.markRunning();
    logger.info({ addresses: boundAddresses(stages.flat()) }, 'started');
  }

  async #unwind(error: unknown): Promise<never> {
    const { logger } = this.#settings;
    // Logged before the others are stopped, which may take a while. A start that was called off needs no explanation.
    if (this.#stopped === undefined) logger.error({ err: error }, messageOf(error));
    await this.shutdown().catch((err: unknown) => {
      logger.error({ err }, 'could not stop everything after the failed start');
    });
    throw error;
  }

  async #stopStages(): Promise<void> {
    const { health, logger, clock, shutdownTimeoutMs } = this.#settings;
    health.markStopping();
    const deadline = deadlineIn(clock, shutdownTimeoutMs);
    try {
      const errors: Error[] = [];
      // A part that is just starting gets the time to finish, so that it never starts and stops at once.
      const startUp = this.#startUp?.catch(() => {}) ?? Promise.resolve();
      await settlesInTime(clock, deadline.signal, 0, startUp);
      for (const stage of this.#begun.toReversed()) {
        const outcomes = stage.toReversed().map((node) => this.#stopPart(node, deadline.signal));
        for (const error of await Promise.all(outcomes)) if (error !== undefined) errors.push(error);
      }
      if (this.#begun.length > 0) logger.info('stopped');
      if (errors.length > 0) throw joinErrors(errors);
    } finally {
      deadline.cancel();
    }
  }

  /** Resolves to what went wrong; never rejects. */
  async #stopPart({ name, component }: GraphNode, deadline: AbortSignal): Promise<Error | undefined> {
    const { clock, health, logger } = this.#settings;
    const label = describeNode(name);
    try {
      const work = component.shutdown(deadline);
      if (await settlesInTime(clock, deadline, CLOSE_GRACE_MS, work)) return undefined;
      logger.error({ component: name.id, kind: name.kind }, `abandoned ${label}: it did not stop in time`);
      return new Error(`${label} did not stop in time`);
    } catch (cause) {
      return new Error(`failed to stop ${label}: ${messageOf(cause)}`, { cause });
    } finally {
      health.set(nodeKey(name), { kind: 'stopped' });
    }
  }
}

/** Who listens where, by key. */
function boundAddresses(nodes: readonly GraphNode[]): Record<string, string> {
  const addresses: Record<string, string> = {};
  for (const { name, component } of nodes) {
    if (component.boundAddress !== undefined) addresses[nodeKey(name)] = component.boundAddress;
  }
  return addresses;
}
