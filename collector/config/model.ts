// The configuration after all its checks: what the graph is built from. Plain readonly data.
import type {
  ExporterFactory,
  ExtensionFactory,
  ProcessorFactory,
  ReceiverFactory,
  Signal,
} from '../component.ts';
import type { Duration } from './duration.ts';
import type { ListenAddress } from './fields.ts';

/** One configured component: its factory, and its section as the factory's schema parsed it. */
export interface Configured<F> {
  /** `type` or `type/name`. */
  readonly id: string;
  readonly factory: F;
  readonly config: unknown;
}

export interface PipelineConfig {
  /** `metrics`, `logs`, or one of them with `/name`. */
  readonly id: string;
  readonly signal: Signal;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface TelemetryConfig {
  /** Attributes of this process: `service.name` and the like. */
  readonly resource: Readonly<Record<string, string>>;
  readonly logs: { readonly level: LogLevel };
  readonly metrics: {
    readonly level: 'none' | 'basic' | 'normal' | 'detailed';
    readonly address: ListenAddress;
  };
}

/**
 * Ids in `service` and in `namedExporters` are known to exist in the maps; a component that nobody names is kept here, but
 * never built.
 */
export interface CollectorConfig {
  readonly receivers: ReadonlyMap<string, Configured<ReceiverFactory>>;
  readonly processors: ReadonlyMap<string, Configured<ProcessorFactory>>;
  readonly exporters: ReadonlyMap<string, Configured<ExporterFactory>>;
  /** By exporter: the other exporters that its section names. Who names none may be missing; absent: nobody does. */
  readonly namedExporters?: ReadonlyMap<string, readonly string[]>;
  readonly extensions: ReadonlyMap<string, Configured<ExtensionFactory>>;
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: readonly PipelineConfig[];
    readonly telemetry: TelemetryConfig;
    /** How long SIGTERM may drain before the process ends anyway. */
    readonly shutdownTimeout: Duration;
  };
}

/** One thing wrong with the configuration, where it stands and what would be right. */
export interface ConfigProblem {
  /** The Collector's path, such as `receivers::webrtcvideo::endpoint`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
  /** The nearest valid name, or what to write instead. */
  readonly hint?: string;
  /** Where it stands; absent when it stands in no file (`--set`, a missing section). Line and column count from 1. */
  readonly position?: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly text: string;
  };
}
