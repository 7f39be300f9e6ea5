// The limits of the degradation rules in the units of the gauges, and the times that were promised: for thresholds in
// panels and alerts. The numbers are the defaults of the components' schemas.
import { DELIVERY_SLA_MS } from '../bridge/delivery/sla.ts';
import { queueFactory } from '../bridge/queue/factory.ts';
import { configSchema, thresholdsOf } from '../processor/degradation/factory.ts';
import { fleetLimitsOf } from '../processor/degradation/fleet/fleet-config.ts';
import { samplingIntervalMs } from '../processor/degradation/thresholds.ts';
import type { QualitySample } from '../receiver/sample.ts';
import { GAUGES, readGauges } from '../receiver/session-gauges/catalogue.ts';

/** What a rule says of a gauge, in the gauge's unit. */
export interface GaugeLimit {
  /** The side of the limit that is bad. */
  readonly badSide: 'below' | 'above';
  readonly bad: number;
  /** Of a MOS below it, for a whole hold, the incident is critical. */
  readonly critical?: number;
}

const config = configSchema.parse({});
const thresholds = thresholdsOf(config);
const { camera } = thresholds.rules;

/** Of all sessions together: the processor's defaults. */
export const FLEET_LIMITS = fleetLimitsOf(config);

/** How far apart the samples of a session are taken to be. */
export const SAMPLING_INTERVAL_S = samplingIntervalMs(thresholds) / 1_000;

/** How long a transition may take until a destination has it. */
export const DELIVERY_SLA_S = DELIVERY_SLA_MS / 1_000;

/** The last fifth of it is for whoever is told second. */
export const NEAR_SLA_S = DELIVERY_SLA_S * 0.8;

/** How long an alert may wait in the queue to be acknowledged. */
export const QUEUE_MAX_HOLD_S = queueDefaults().max_hold.ms / 1_000;

/** The defaults for a camera, by the name of the gauge. A gauge that no rule judges has none. */
export const GAUGE_LIMITS: ReadonlyMap<string, GaugeLimit> = gaugeLimits();

/** The limit of a gauge that must be judged. */
export function limitOf(otelName: string): GaugeLimit {
  const limit = GAUGE_LIMITS.get(otelName);
  if (limit === undefined) throw new Error(`no rule judges ${otelName}`);
  return limit;
}

function queueDefaults() {
  return queueFactory.configSchema.parse({}) as { readonly max_hold: { readonly ms: number } };
}

function gaugeLimits(): Map<string, GaugeLimit> {
  // Samples that lie exactly on the limits, so that units are converted as those of every other sample.
  const bad = readLimits({
    mos: camera.mos?.below,
    packetLossPercent: camera.packetLossAbovePercent,
    bitrateKbps: camera.bitrate?.belowKbps,
    freezeRatio: camera.freezeFromRatio,
    experience: camera.experience?.below,
    outage: camera.judgesOutage ? true : undefined,
  });
  const critical = readLimits({ mos: camera.mos?.criticalBelow });
  const worseAbove = new Set(readLimits({ packetLossPercent: 1, freezeRatio: 1, outage: true }).keys());
  return new Map(
    Array.from(bad, ([name, limit]) => {
      const badSide = worseAbove.has(name) ? 'above' : 'below';
      const worst = critical.get(name);
      return [name, { badSide, bad: limit, ...(worst !== undefined && { critical: worst }) }];
    }),
  );
}

type Limits = { readonly [Key in keyof QualitySample]?: QualitySample[Key] | undefined };

/** By the gauges' names; what is undefined is left out. */
function readLimits(limits: Limits): Map<string, number> {
  const values = new Float64Array(GAUGES.length);
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  readGauges(Object.fromEntries(given) as unknown as QualitySample, values);
  return new Map(
    GAUGES.flatMap(({ name }, index) => (Number.isNaN(values[index]!) ? [] : [[name, values[index]!]])),
  );
}
