// The limits of what is judged over all sessions together, as the pure files read them. The schema in fleet-config.ts gives
// the defaults.

export interface StormLimits {
  /** Without it no storm opens and nothing joins one; those that are open come to their end. */
  readonly enabled: boolean;
  readonly minIncidentCount: number;
  /** Event time within which openings are counted, both ends included. */
  readonly windowMs: number;
  /** In the order of preference; `codec` is that of the last sample. */
  readonly dimensions: readonly string[];
  /** Of the active sessions, 0–1. */
  readonly degradedRatio: number;
  readonly updateIntervalMs: number;
  readonly cooldownMs: number;
}

export interface SilenceLimits {
  readonly enabled: boolean;
  /** So many sessions must have been talking for their common silence to be the pipeline's. */
  readonly minSessionCount: number;
}

export interface FleetLimits {
  readonly storm: StormLimits;
  readonly silence: SilenceLimits;
}
