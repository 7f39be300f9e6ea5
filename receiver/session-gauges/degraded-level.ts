// How the processor tells the table of live sessions what it thinks of one. A leaf file: both sides import it.

/** The value of the gauge `webrtc.video.degraded`: 0 ok, 1 candidate, 2 degraded, 3 critical. */
export type DegradedLevel = 0 | 1 | 2 | 3;

export interface DegradedLevels {
  /** Unknown sessions are ignored: only what has been sampled has a row. */
  setDegradedLevel(sessionId: string, level: DegradedLevel): void;
}

export function acceptsDegradedLevels(hub: object | undefined): hub is DegradedLevels {
  return hub !== undefined && 'setDegradedLevel' in hub;
}
