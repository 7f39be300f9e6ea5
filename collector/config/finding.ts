// Something that a pass found wrong, before its line is looked up and its secrets are hidden.
import type { Place } from './source-file.ts';

export type Path = readonly (string | number)[];

export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
  readonly at?: Place;
}

/** Builds a finding without the parts that are absent. */
export function finding(path: Path, message: string, at: Place | undefined, hint?: string): Finding {
  return { path, message, ...(hint !== undefined && { hint }), ...(at !== undefined && { at }) };
}
