// What the rules say of a session, in words and colours.
import { MappingType, type ValueMap } from '@grafana/grafana-foundation-sdk/dashboard';
import { SESSION_STATES } from '../../receiver/session-gauges/catalogue.ts';
import { COLOUR } from './thresholds.ts';

const LEVEL_COLOURS: Readonly<Record<(typeof SESSION_STATES)[number], string>> = {
  ok: COLOUR.good,
  candidate: COLOUR.watch,
  degraded: COLOUR.bad,
  critical: COLOUR.critical,
};

/** For lines that are called as the states are. */
export const LEVEL_LINES = SESSION_STATES.map((state) => ({
  pattern: `^${state}$`,
  color: LEVEL_COLOURS[state],
}));

/** Of the values of `webrtc.video.degraded`. */
export const LEVEL_MAPPING: ValueMap = valueMap(
  SESSION_STATES.map((state) => ({ text: state, color: LEVEL_COLOURS[state] })),
);

/** The level of a state, such as 2 for `degraded`. */
export function levelOf(state: (typeof SESSION_STATES)[number]): number {
  return SESSION_STATES.indexOf(state);
}

/** Words and colours for 0, 1, 2, … */
export function valueMap(meanings: readonly { readonly text: string; readonly color: string }[]): ValueMap {
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      meanings.map(({ text, color }, value) => [String(value), { text, color, index: value }]),
    ),
  };
}
