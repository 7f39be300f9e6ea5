// How a field of a panel is shown: the defaults, what an override says of it by its name, and from these the text and the
// colour of a value.
import type { FieldConfig, Override, Panel, ThresholdStep } from './board.ts';
import { colourNamed } from './colours.ts';
import { formatValue } from './units.ts';

export interface Shown {
  readonly text: string;
  /** As CSS; undefined where neither a mapping nor thresholds say one. */
  readonly colour: string | undefined;
}

/** The configuration of the field of that name. Throws on an override that chooses fields in another way. */
export function fieldConfigOf({ fieldConfig }: Panel, name: string): FieldConfig {
  const config: Record<string, unknown> = { ...fieldConfig?.defaults };
  for (const { matcher, properties } of fieldConfig?.overrides ?? []) {
    if (!isMeant(matcher, name)) continue;
    for (const { id, value } of properties) {
      const [group, inner] = id.split('.');
      config[group!] = inner === undefined ? value : { ...(config[group!] as object), [inner]: value };
    }
  }
  return config;
}

function isMeant({ id, options }: Override['matcher'], name: string): boolean {
  if (id === 'byName') return options === name;
  if (id === 'byRegexp') return new RegExp(options.replace(/^\/(.*)\/$/, '$1')).test(name);
  throw new Error(`an override by ${id}`);
}

/** The step that a value is in. */
function colourOf(value: number, steps: readonly ThresholdStep[]): string | undefined {
  const step = steps.findLast((each) => each.value === null || value >= each.value);
  return step && colourNamed(step.color);
}

/** A mapped value is shown by its word, another one by its number. */
export function shown(value: number, config: FieldConfig): Shown {
  for (const { options } of config.mappings ?? []) {
    const meaning = options[String(value)];
    if (meaning !== undefined) return { text: meaning.text, colour: colourNamed(meaning.color) };
  }
  return {
    text: formatValue(value, config.unit ?? 'none', config.decimals),
    colour: config.thresholds && colourOf(value, config.thresholds.steps),
  };
}
