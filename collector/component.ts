// The contracts between the host and its components. Types only: no behaviour, nothing about video.
//
// The way of data: receivers hand batches to the pipelines that name them; a pipeline passes them through its
// processors, in order, and ends in the hub of its signal, which serves all exporters of that signal.
import type { Meter } from '@opentelemetry/api';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Clock } from './clock.ts';

/** The two signals that a pipeline can carry. */
export type Signal = 'metrics' | 'logs';

/** What a component tells about itself. `unhealthy` turns the health check to 503 for as long as it lasts. */
export type ComponentStatus =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ok' }
  | { readonly kind: 'unhealthy'; readonly reason: string }
  | { readonly kind: 'stopped' };

/** What the host supplies to a component; `config` is what the user wrote. */
export interface Settings {
  /** The component's id in the configuration: `type` or `type/name`. */
  readonly id: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** For the process's own telemetry, served at `service.telemetry.metrics.address`. */
  readonly meter: Meter;
  /** What all components recorded on their meters, for exporters that pass it on. */
  readonly telemetry: MetricProducer;
  /** Attributes of this process, for exporters: `service.name` and the like. */
  readonly resourceAttributes: Readonly<Record<string, string>>;
  /** Called on each change; safe at any time. */
  reportStatus(status: ComponentStatus): void;
  /** Named places at which tests end the process. Does nothing in production. */
  crashPoint(name: string): void;
}

/**
 * A part with a life. `create` of its factory does no I/O. `start` resolves when the part is ready to serve and
 * rejects when it can't; it is called at most once. `shutdown` stops intake, drains until `deadline` aborts, then
 * closes: it is safe before `start`, after a failed `start`, and twice.
 */
export interface Component {
  start(host: Host): Promise<void>;
  shutdown(deadline: AbortSignal): Promise<void>;
  /** Resolves when all that was taken before the call has been passed on or put away, as far as peers allow. */
  flush?(): Promise<void>;
  /** Where it listens, `host:port`, from `start` on: shown in the start-up log. Absent when it serves nobody. */
  readonly boundAddress?: string | undefined;
}

/** The running process as a component sees it from `start` on. */
export interface Host {
  /** The extension of that id, or undefined when `service.extensions` doesn't list it. */
  extension(id: string): Component | undefined;
  /** All started extensions, by id. */
  readonly extensions: ReadonlyMap<string, Component>;
  /** The hub of a signal, or undefined when no pipeline carries that signal. */
  hub(signal: Signal): Hub | undefined;
  /** How the process and its parts are, for extensions that tell others. */
  readonly health: HealthView;
}

/** `ok` only when everything has started and no component is anything but ok. */
export type ProcessStatus = 'starting' | 'ok' | 'unhealthy' | 'stopping';

export interface HealthReport {
  readonly status: ProcessStatus;
  /** When everything had started, milliseconds since the Unix epoch. Absent before that. */
  readonly upSinceMs?: number;
  /** By kind and id, such as `exporter:webhook/siem` and `processor:degradation@logs`. */
  readonly components: ReadonlyMap<string, ComponentStatus>;
}

export interface HealthView {
  /** The state of this moment. */
  report(): HealthReport;
}

/**
 * The next stage. `consume` resolves when the batch has taken effect and whatever it caused is durable; it rejects
 * with a `RefusedError` when the caller should offer the same batch again later.
 */
export interface Consumer<Batch> {
  consume(batch: Batch): Promise<void>;
}

/** A temporary refusal: nothing of the batch may be taken as done; offer it again after `retryAfterMs`. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** What flows between two stages; a pipeline in which neighbours disagree is refused when it is built. */
export type DataKind = 'quality' | 'transitions';

/**
 * Where all pipelines of one signal end. It takes a pipeline's data once, however many exporters read it: the metrics
 * hub is the table of live sessions, the logs hub is the outbox.
 */
export interface Hub extends Component {
  /** The end of one pipeline, whose data is meant for exactly these exporters. Called while the graph is built. */
  sink(pipelineId: string, exporters: readonly Component[]): Consumer<never>;
}

/** Something in a configuration that is right and may still not be what was meant. */
export interface ConfigWarning {
  /** The key in the component's section that it is about, such as `['realtime', 'filter']`. */
  readonly path: readonly (string | number)[];
  /** One sentence. It quotes nothing of what the user wrote. */
  readonly message: string;
}

interface Factory {
  /** The component's type in the configuration, snake case without dashes. */
  readonly type: string;
  /** One sentence for `components` and the reference. */
  readonly summary: string;
  /** Strict: unknown keys fail. Every optional key has a default and a description. `{}` or nothing must parse if possible. */
  readonly configSchema: z.ZodType;
  /** Of what `configSchema` parsed. Told by every command that reads the configuration; pure. Absent: there is never any. */
  warningsOf?(config: never): readonly ConfigWarning[];
}

export interface ReceiverFactory extends Factory {
  readonly kind: 'receiver';
  readonly produces: DataKind;
  create(settings: Settings, config: never, next: Consumer<never>): Component;
}

export interface ProcessorFactory extends Factory {
  readonly kind: 'processor';
  readonly consumes: DataKind;
  readonly produces: DataKind;
  create(settings: Settings, config: never, next: Consumer<never>): Component & Consumer<never>;
}

export interface ExporterFactory extends Factory {
  readonly kind: 'exporter';
  readonly signal: Signal;
  create(settings: Settings, config: never, hub: Hub): Component;
}

export interface ExtensionFactory extends Factory {
  readonly kind: 'extension';
  create(settings: Settings, config: never): Component;
}

export interface HubFactory {
  readonly consumes: DataKind;
  create(settings: Settings): Hub;
}

export type ComponentFactory = ReceiverFactory | ProcessorFactory | ExporterFactory | ExtensionFactory;

/** A further subcommand of the CLI that a component brings, such as `outbox`. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** Resolves to the exit code. `args` is what follows the command's name. */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

/** What every subcommand is run with. */
export interface CommandContext {
  readonly distribution: Distribution;
  readonly io: CommandIo;
}

/** What a command may touch of the outside: tests hand in collectors of text. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  out(text: string): void;
  err(text: string): void;
  /** Whether a person sees what is written to `err` as it comes. */
  readonly isTerminal: boolean;
}

/** All that this build can run: the one place that the host learns of components from. */
export interface Distribution {
  readonly factories: readonly ComponentFactory[];
  readonly hubs: Readonly<Record<Signal, HubFactory>>;
  readonly commands: readonly Command[];
}
