// The OpenTelemetry Collector: takes OTLP over HTTP, writes what arrived into a file, and gives it to any exporters.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJson } from '../support/otlp-json.ts';
import type { DecodedRequest } from '../support/otlp-request.ts';
import type { ChildProgram } from './child-program.ts';
import type { Stack } from './stack.ts';
import { type Launch, start, startOnFreePorts } from './started-program.ts';

export interface RealCollectorOptions {
  /** Further keys of the HTTP side of the receiver `otlp`. */
  readonly http?: Readonly<Record<string, unknown>>;
  /** Exporters of both signals beside those that write files, given a free port. */
  readonly exporters?: (port: number) => Readonly<Record<string, unknown>>;
  /** Exporters that take metrics only, given the same port. */
  readonly metricsExporters?: (port: number) => Readonly<Record<string, unknown>>;
  /** Of both signals. */
  readonly processors?: Readonly<Record<string, unknown>>;
}

/** What it takes is in the file this soon. */
const FLUSH_INTERVAL = '100ms';
const METRICS_FILE = 'received-metrics.ndjson';
const LOGS_FILE = 'received-logs.ndjson';

export class RealCollector {
  /** `http://127.0.0.1:…`, without a path. */
  readonly otlpUrl: string;
  /** Its own metrics. */
  readonly telemetryUrl: string;
  /** The port that its further exporters were given. */
  readonly exporterPort: number;
  readonly #stack: Stack;
  readonly #launch: Launch;
  #child: ChildProgram;

  private constructor(stack: Stack, launch: Launch, child: ChildProgram, ports: readonly number[]) {
    const [otlp, telemetry, , exporter] = ports;
    this.otlpUrl = `http://127.0.0.1:${otlp}`;
    this.telemetryUrl = `http://127.0.0.1:${telemetry}/metrics`;
    this.exporterPort = exporter!;
    this.#stack = stack;
    this.#launch = launch;
    this.#child = child;
  }

  static async start(stack: Stack, options: RealCollectorOptions = {}): Promise<RealCollector> {
    let launch: Launch | undefined;
    const { child, ports } = await startOnFreePorts(stack, 4, async (chosen) => {
      const path = join(stack.folder, 'otelcol.yaml');
      await writeFile(path, JSON.stringify(configuration(chosen, stack.folder, options)));
      return (launch = {
        name: 'otelcol',
        args: ['--config', path],
        readyUrl: `http://127.0.0.1:${chosen[2]}/`,
      });
    });
    return new RealCollector(stack, launch!, child, ports);
  }

  /** kill -9 */
  async kill(): Promise<void> {
    await this.#child.end();
  }

  /** The same again, on the same ports, with the same file. */
  async restart(): Promise<void> {
    this.#child = await start(this.#stack, this.#launch);
  }

  /** Every metrics request that it took, in order, as its own exporter wrote it down. */
  async received(): Promise<DecodedRequest[]> {
    return (await this.#lines(METRICS_FILE)).map(decodeJson);
  }

  /** The same of log requests, in OTLP/JSON. */
  async receivedLogs(): Promise<unknown[]> {
    return (await this.#lines(LOGS_FILE)).map((line) => JSON.parse(line) as unknown);
  }

  async #lines(file: string): Promise<string[]> {
    const text = await readFile(join(this.#stack.folder, file), 'utf8').catch(() => '');
    // What stands after the last line break is still being written.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    return whole.split('\n').filter((line) => line !== '');
  }

  /** The sessions of each gauge per session, by its name. */
  async sessionIds(): Promise<Map<string, Set<string>>> {
    const sessions = new Map<string, Set<string>>();
    for (const { metrics } of await this.received()) {
      for (const { name, points } of metrics) {
        for (const { attributes } of points) {
          const id = attributes['session.id'];
          if (id === undefined) continue;
          const ids = sessions.get(name) ?? new Set();
          sessions.set(name, ids.add(String(id)));
        }
      }
    }
    return sessions;
  }

  /** The sum over all series of one of its own metrics. */
  async ownMetric(name: string): Promise<number> {
    const text = await (await fetch(this.telemetryUrl)).text();
    const values = text.matchAll(new RegExp(`^${name}(?:\\{[^\\n]*\\})? (\\S+)$`, 'gm'));
    return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
  }
}

function configuration(
  [otlp, telemetry, health, exporter]: readonly number[],
  folder: string,
  options: RealCollectorOptions,
): object {
  const { http, processors = {} } = options;
  const both = options.exporters?.(exporter!) ?? {};
  const ofMetrics = options.metricsExporters?.(exporter!) ?? {};
  const at = (port: number | undefined) => `127.0.0.1:${port}`;
  const file = (name: string) => ({ path: join(folder, name), append: true, flush_interval: FLUSH_INTERVAL });
  const pipeline = (...exporters: readonly string[]) => ({
    receivers: ['otlp'],
    processors: Object.keys(processors),
    exporters: [...exporters, ...Object.keys(both)],
  });
  return {
    receivers: { otlp: { protocols: { http: { endpoint: at(otlp), ...http } } } },
    processors,
    exporters: { 'file/metrics': file(METRICS_FILE), 'file/logs': file(LOGS_FILE), ...ofMetrics, ...both },
    extensions: { health_check: { endpoint: at(health) } },
    service: {
      extensions: ['health_check'],
      pipelines: {
        metrics: pipeline('file/metrics', ...Object.keys(ofMetrics)),
        logs: pipeline('file/logs'),
      },
      telemetry: {
        logs: { disable_stacktrace: true, disable_caller: true },
        metrics: {
          readers: [{ pull: { exporter: { prometheus: { host: '127.0.0.1', port: telemetry } } } }],
        },
      },
    },
  };
}
