// The configuration as it is in effect, as plain data in the file's own layout: for `print-config`. Values that print
// themselves, secrets above all, are printed as they wish.
import type { CollectorConfig, Configured } from './model.ts';

export function resolvedConfig(config: CollectorConfig): Record<string, unknown> {
  const { extensions, pipelines, telemetry, shutdownTimeout } = config.service;
  const byId = pipelines.map(({ id, receivers, processors, exporters }) => [
    id,
    { receivers, processors, exporters },
  ]);
  return printable({
    receivers: section(config.receivers),
    processors: section(config.processors),
    exporters: section(config.exporters),
    extensions: section(config.extensions),
    service: {
      extensions,
      pipelines: Object.fromEntries(byId) as unknown,
      telemetry,
      shutdown_timeout: shutdownTimeout,
    },
  }) as Record<string, unknown>;
}

function section(components: ReadonlyMap<string, Configured<unknown>>): Map<string, unknown> {
  return new Map([...components.values()].map(({ id, config }) => [id, config]));
}

/** Follows `toJSON` like JSON does, but keeps what JSON can't say: maps, and numbers without an end. */
function printable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (printsItself(value)) return printable(value.toJSON());
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, printable);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const shown = entries.map(([key, below]) => [String(key), printable(below)] as const);
  return Object.fromEntries(shown.filter(([, below]) => below !== undefined));
}

function printsItself(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
