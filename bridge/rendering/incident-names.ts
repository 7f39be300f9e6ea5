// The names by which the world outside knows our incidents. They are a contract: rules at the other end match them.
import type { IncidentCategory } from '../transition/transition.ts';

/** Who speaks: `source`, `client` and the like. */
export const SOURCE_NAME = 'webrtc-quality-bridge';

/** The guide's `incident_type`. */
export const INCIDENT_TYPES: Readonly<Record<IncidentCategory, string>> = {
  quality: 'webrtc_degradation',
  connection: 'webrtc_disconnection',
  storm: 'webrtc_storm',
  pipeline: 'webrtc_pipeline',
};

/** The type of an event, dotted, as Standard Webhooks, CloudEvents and OpenTelemetry want it. All kinds share it. */
export const EVENT_NAMES: Readonly<Record<IncidentCategory, string>> = {
  quality: 'webrtc.video.degraded',
  connection: 'webrtc.video.disconnected',
  storm: 'webrtc.video.storm',
  pipeline: 'webrtc.pipeline.silent',
};
