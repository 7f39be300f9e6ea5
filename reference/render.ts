// The reference as Markdown. Pure: what the schemas and catalogues say, nothing of its own.
import { z } from 'zod';
import { API_INSTRUMENTS } from '../api/api-instruments.ts';
import { API_EVENT_INSTRUMENTS } from '../api/events/instruments.ts';
import { ROLLUP_INSTRUMENTS } from '../api/rollup/rollup-instruments.ts';
import { DELIVERY_INSTRUMENTS } from '../bridge/delivery/delivery-instruments.ts';
import { outcomeOfStatus, type Outcome } from '../bridge/delivery/outcome.ts';
import { OUTBOX_INSTRUMENTS } from '../bridge/outbox/outbox-instruments.ts';
import { QUEUE_INSTRUMENTS } from '../bridge/queue/queue-instruments.ts';
import type { ComponentFactory } from '../collector/component.ts';
import { distribution } from '../collector/registry.ts';
import { SILENCE_INSTRUMENTS } from '../bridge/silences/silence-instruments.ts';
import { INSTRUMENTS } from '../collector/telemetry/names.ts';
import { DEGRADATION_INSTRUMENTS } from '../processor/degradation/instruments.ts';
import { GENESYS_INSTRUMENTS } from '../receiver/genesyscloud/instruments.ts';
import { RECEIVER_INSTRUMENTS } from '../receiver/http/telemetry.ts';
import { POLLED_INSTRUMENTS } from '../receiver/genesyscloud/polled-instruments.ts';
import { CATALOGUE } from '../receiver/session-gauges/catalogue.ts';

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Formats of strings that say more than that they are strings. */
const NOTATIONS: ReadonlySet<string> = new Set(['duration', 'secret', 'host:port']);

const KINDS = ['receiver', 'processor', 'exporter', 'extension'] as const;

export function renderReference(): string {
  return [
    '# Reference',
    'Made from the schemas and catalogues in the code by `npm run reference`; do not edit it by hand.',
    '## Components',
    ...KINDS.flatMap((kind) =>
      distribution.factories.filter((factory) => factory.kind === kind).flatMap(component),
    ),
    '## What an answer of a webhook means',
    'A network fault, a timeout and a redirect (which is not followed) count as `retry`.',
    table(['status', 'means'], statusRows()),
    '## Metrics',
    'Gauges and histograms that the exporters of a metrics pipeline give out:',
    table(
      ['name', 'unit', 'in Prometheus', 'meaning'],
      CATALOGUE.map(({ name, unit, prometheusName, description }) => [
        code(name),
        unit === '' ? '' : code(unit),
        code(prometheusName),
        description,
      ]),
    ),
    'Counters and gauges beside them, without session ids:',
    table(
      ['name', 'unit', 'meaning'],
      [
        ...Object.values(DEGRADATION_INSTRUMENTS),
        ...Object.values(DELIVERY_INSTRUMENTS),
        ...Object.values(OUTBOX_INSTRUMENTS),
        ...Object.values(SILENCE_INSTRUMENTS),
        ...Object.values(QUEUE_INSTRUMENTS),
        ...Object.values(RECEIVER_INSTRUMENTS),
        ...Object.values(GENESYS_INSTRUMENTS),
        ...Object.values(API_INSTRUMENTS),
        ...Object.values(API_EVENT_INSTRUMENTS),
        ...Object.values(ROLLUP_INSTRUMENTS),
        ...Object.values(POLLED_INSTRUMENTS),
      ].map(instrumentRow),
    ),
    "The process's own telemetry, at `service.telemetry.metrics.address`, in the Collector's names:",
    table(['name', 'unit', 'meaning'], Object.values(INSTRUMENTS).map(instrumentRow)),
  ].join('\n\n');
}

function component(factory: ComponentFactory): string[] {
  const schema = z.toJSONSchema(factory.configSchema, { io: 'input', unrepresentable: 'any' }) as Schema;
  const rows = options(schema, '');
  return [
    `### ${factory.kind} \`${factory.type}\``,
    factory.summary,
    rows.length === 0 ? 'It has no options.' : table(['key', 'value', 'default', 'meaning'], rows),
  ];
}

function options(schema: Schema, prefix: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const nested = options(value, `${path}.`);
    const own = [code(path), valueOf(value), defaultOf(value), value.description ?? ''];
    return nested.length === 0 ? [own] : [[code(path), 'section', '', value.description ?? ''], ...nested];
  });
}

function valueOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.type === 'array')
    return `list of ${schema.items === undefined ? 'values' : valueOf(schema.items)}`;
  if (schema.type === 'object') return 'map';
  const isNotation = schema.format !== undefined && NOTATIONS.has(schema.format);
  return (isNotation ? schema.format : schema.type) ?? 'value';
}

function defaultOf(schema: Schema): string {
  if (schema.default === undefined) return '';
  return code(typeof schema.default === 'string' ? schema.default || '""' : JSON.stringify(schema.default));
}

/** Runs of statuses that mean the same. */
function statusRows(): string[][] {
  const runs: { from: number; to: number; kind: Outcome['kind'] }[] = [];
  for (let status = 200; status < 600; status += 1) {
    const { kind } = outcomeOfStatus(status, undefined);
    const last = runs.at(-1);
    if (last?.kind === kind) last.to = status;
    else runs.push({ from: status, to: status, kind });
  }
  return runs.map(({ from, to, kind }) => [from === to ? String(from) : `${from}–${to}`, code(kind)]);
}

function instrumentRow({
  name,
  unit,
  description,
}: {
  name: string;
  unit: string;
  description: string;
}): string[] {
  return [code(name), unit === '' ? '' : code(unit), description];
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
