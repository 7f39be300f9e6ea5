// Any records and any question about them, and the answer over the raw records themselves: nothing of it is shared with what
// it judges but the filter of a single record.
import fc from 'fast-check';
import { compileFilter } from '../../../receiver/filter-expression/compile.ts';
import type { QualitySample, SessionEvent } from '../../../receiver/sample.ts';
import { endedEvent, qualitySample } from '../../support/quality-sample.ts';

type QualityRecord = QualitySample | SessionEvent;

const INTERVAL_MS = 300_000;
export const RETENTION_MS = 6 * 3_600_000;
export const FUTURE_MS = 60_000;

/** The catalogue's bounds, in the units of the paths, written down once more. */
const MOS_BOUNDS = [1.5, 2, 2.5, 3, 3.2, 3.5, 3.8, 4, 4.2, 4.4, 4.6];
const LOSS_BOUNDS = [0, 0.1, 0.5, 1, 2, 3, 5, 10, 20, 50];

const METRICS: readonly (readonly [path: string, read: (sample: QualitySample) => number | undefined])[] = [
  ['metrics.mos', ({ mos }) => mos],
  ['metrics.packetLossPercent', ({ packetLossPercent }) => packetLossPercent],
  ['metrics.jitter.ms', ({ jitterMs }) => jitterMs],
  ['metrics.bitrate.kbps', ({ bitrateKbps }) => bitrateKbps],
  ['freezeRatio', ({ freezeRatio }) => freezeRatio],
  ['metrics.outage', ({ outage }) => (outage === undefined ? undefined : Number(outage))],
];

const STATISTICS: Readonly<Record<string, (sorted: readonly number[]) => number>> = {
  avg: (sorted) => sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
  min: (sorted) => sorted[0]!,
  max: (sorted) => sorted.at(-1)!,
  p50: (sorted) => sorted[Math.floor(0.5 * (sorted.length - 1))]!,
  p95: (sorted) => sorted[Math.floor(0.95 * (sorted.length - 1))]!,
  p99: (sorted) => sorted[Math.floor(0.99 * (sorted.length - 1))]!,
  count: (sorted) => sorted.length,
};

const GROUPS: Readonly<Record<string, (record: QualityRecord) => string | undefined>> = {
  type: ({ kind }) => (kind === 'sample' ? 'webrtc-video' : 'webrtc'),
  state: (record) => (record.kind === 'event' ? record.type : undefined),
  media: (record) => (record.kind === 'sample' ? record.media : undefined),
  direction: (record) => (record.kind === 'sample' ? record.direction : undefined),
  codec: (record) => (record.kind === 'sample' ? record.codec : undefined),
  site: ({ dimensions }) => dimensions.site,
  'event.edge': ({ dimensions }) => dimensions.edge,
  'metrics.mos.avg': (record) => (record.kind === 'sample' ? bandIn(MOS_BOUNDS, record.mos) : undefined),
  packet_loss_percent: (record) =>
    record.kind === 'sample' ? bandIn(LOSS_BOUNDS, record.packetLossPercent) : undefined,
};

function bandIn(bounds: readonly number[], value: number | undefined): string | undefined {
  if (value === undefined) return undefined;
  const bound = bounds.find((each) => value <= each);
  const below = bounds.findLast((each) => each < value);
  return `(${below ?? '-inf'},${bound === undefined ? 'inf)' : `${bound}]`}`;
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const numberIn = (min: number, max: number, ...special: number[]) =>
  maybe(fc.oneof(fc.constantFrom(...special, min, max), fc.double({ min, max, noNaN: true })));
const dimensions = fc.record(
  { site: fc.constantFrom('a', 'b'), edge: fc.constantFrom('e-1', 'e-2', 'e-3'), isp: fc.constant('unused') },
  { requiredKeys: [] },
);
/** From the present: mostly now, some of a while ago, and some that can't be. */
const age = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: RETENTION_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: -2 * FUTURE_MS, max: 0 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: RETENTION_MS - INTERVAL_MS, max: RETENTION_MS + 2 * INTERVAL_MS }),
  },
);
const sampleFields = fc.record({
  mos: numberIn(1, 5, 3.5, 4.6),
  packetLossPercent: numberIn(0, 100, 0.001, 1e-9, 1, 2),
  jitterMs: numberIn(0, 1e6, 0.0005, 20),
  bitrateKbps: numberIn(0, 1e7, 500),
  freezeRatio: numberIn(0, 1, 0.3),
  outage: maybe(fc.boolean()),
  codec: maybe(fc.constantFrom('VP8', 'H264')),
  media: fc.constantFrom('camera', 'screen', 'audio'),
  direction: fc.constantFrom('inbound', 'outbound'),
  dimensions,
});
const recordPlan = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('sample' as const), age, fields: sampleFields }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('event' as const),
      age,
      fields: fc.record({ type: fc.constantFrom('connected', 'disconnected', 'ended'), dimensions }),
    }),
  },
);

const comparison = fc.oneof(
  fc.constantFrom("edge == 'e-1'", "edge != 'e-1'", "site == 'b'", "codec != 'VP8'", "media == 'video'"),
  fc.constantFrom(
    "direction == 'inbound'",
    "type == 'webrtc'",
    "event.state == 'failed'",
    "state != 'ended'",
  ),
);
const { condition } = fc.letrec<{ condition: string; term: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    tie('term'),
    fc.tuple(tie('term'), tie('term')).map(([one, other]) => `${one} && ${other}`),
    fc.tuple(tie('term'), tie('term')).map(([one, other]) => `${one} || ${other}`),
  ),
  term: fc.oneof(
    { depthSize: 'small' },
    comparison,
    tie('condition').map((inner) => `(${inner})`),
    tie('condition').map((inner) => `!(${inner})`),
  ),
}));

const queryPlan = fc.record({
  eventTypes: fc.constantFrom(undefined, ['webrtc'], ['webrtc-video', 'webrtc']),
  interval: fc.constantFrom(undefined, 'PT5M', 'PT15M', 'PT35M', 'PT1H', 'P1D'),
  select: fc
    .tuple(
      fc.constant('count'),
      fc.subarray(METRICS.flatMap(([path]) => Object.keys(STATISTICS).map((name) => `${path}.${name}`))),
    )
    .map(([count, others]) => [count, ...others]),
  group: fc.subarray(Object.keys(GROUPS), { maxLength: 3 }),
  condition: maybe(condition),
  sinceMs: maybe(fc.integer({ min: 0, max: RETENTION_MS * 1.2 })),
  untilMs: maybe(fc.integer({ min: -FUTURE_MS, max: RETENTION_MS })),
});

export const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      plans: fc.array(recordPlan, { maxLength: 25 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.integer({ min: 1_000, max: 2 * INTERVAL_MS }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: RETENTION_MS }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('store' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail to store' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('ask' as const), query: queryPlan }) },
);

export interface Raw {
  readonly record: QualityRecord;
  isStored: boolean;
}

export function made(
  { kind, age: ageMs, fields }: typeof recordPlan extends fc.Arbitrary<infer T> ? T : never,
  nowMs: number,
) {
  const told = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const observedAtMs = nowMs - ageMs;
  return kind === 'sample' ? qualitySample({ ...told, observedAtMs }) : endedEvent({ ...told, observedAtMs });
}

const INTERVALS_MS: Readonly<Record<string, number>> = {
  PT5M: INTERVAL_MS,
  PT15M: 900_000,
  PT35M: 2_100_000,
  PT1H: 3_600_000,
  P1D: 86_400_000,
};

export const startOf = (timeMs: number, intervalMs = INTERVAL_MS) =>
  Math.floor(timeMs / intervalMs) * intervalMs;

/** The whole answer, but percentiles are those of the values themselves. */
export function bruteForce(
  raws: readonly Raw[],
  plan: typeof queryPlan extends fc.Arbitrary<infer T> ? T : never,
  nowMs: number,
) {
  const intervalMs = INTERVALS_MS[plan.interval ?? 'PT5M']!;
  let fromMs = startOf(nowMs - RETENTION_MS);
  let toMs = startOf(nowMs) + INTERVAL_MS;
  if (plan.sinceMs !== undefined) fromMs = Math.max(fromMs, startOf(nowMs - plan.sinceMs));
  if (plan.untilMs !== undefined) toMs = Math.min(toMs, startOf(nowMs - plan.untilMs) + INTERVAL_MS);
  const passes = plan.condition === undefined ? () => true : compileFilter(plan.condition);
  const found = new Map<string, { from: number; group: Record<string, string>; records: QualityRecord[] }>();
  for (const { record } of raws) {
    const { observedAtMs } = record;
    if (observedAtMs < fromMs || observedAtMs >= toMs || !passes(record)) continue;
    const eventTypes: readonly string[] = plan.eventTypes ?? ['webrtc-video'];
    if (!eventTypes.includes(GROUPS.type!(record)!)) continue;
    const values = plan.group
      .map((name) => [name, GROUPS[name]!(record)] as const)
      .filter(([, value]) => value !== undefined);
    const group = Object.fromEntries(values) as Record<string, string>;
    const from = startOf(observedAtMs, intervalMs);
    const key = JSON.stringify([from, group]);
    const entry = found.get(key) ?? { from, group, records: [] };
    entry.records.push(record);
    found.set(key, entry);
  }
  const results = [...found.values()].map(({ from, group, records }) => ({
    from: new Date(Math.max(from, fromMs)).toISOString(),
    to: new Date(Math.min(from + intervalMs, toMs)).toISOString(),
    group,
    data: Object.fromEntries(
      plan.select.flatMap((text) => {
        if (text === 'count') return [[text, records.length]];
        const [, path, statistic] = /^(.+)\.(\w+)$/.exec(text)!;
        const read = METRICS.find(([each]) => each === path)![1];
        const values = records.flatMap((record) => (record.kind === 'sample' ? (read(record) ?? []) : []));
        values.sort((one, other) => one - other);
        return values.length === 0 ? [] : [[text, STATISTICS[statistic!]!(values)]];
      }),
    ),
  }));
  return { fromMs, toMs, results };
}
