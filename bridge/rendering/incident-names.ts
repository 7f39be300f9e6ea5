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
  delivery: 'webrtc_delivery',
};

/** What a transition's `subject` is, where fields have names of their own. */
export const SUBJECT_NAMES: Readonly<Record<IncidentCategory, string>> = {
  quality: 'session_id',
  connection: 'session_id',
  storm: 'group',
  pipeline: 'source',
  delivery: 'exporter',
};

/** The type of an event, dotted, as Standard Webhooks, CloudEvents and OpenTelemetry want it. All kinds share it. */
export const EVENT_NAMES: Readonly<Record<IncidentCategory, string>> = {
  quality: 'webrtc.video.degraded',
  connection: 'webrtc.video.disconnected',
  storm: 'webrtc.video.storm',
  pipeline: 'webrtc.pipeline.silent',
  delivery: 'webrtc.alert.undelivered',
};
