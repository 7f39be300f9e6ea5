// The configuration key `filter`, the same at every receiver: what may be written there, and what to tell who writes a
// filter that keeps events from the rules.
import { z } from 'zod';
import type { ConfigWarning } from '../../collector/component.ts';
import { compileFilter } from './compile.ts';
import { FilterError } from './expression.ts';
import { parseFilter } from './parse.ts';
import { reachOf, reachWarning } from './reach.ts';

/** Which records a receiver takes, of all of its sources. */
export function recordFilter() {
  return filterText(compileFilter)
    .optional()
    .describe(
      "Which samples and events are taken, in the guide's notation. What one does not say makes a comparison false.",
    );
}

/** A filter that is applied elsewhere, where more may be known of an event than is kept here. */
export function foreignFilter() {
  return filterText(parseFilter);
}

/** For a factory's `warningsOf`: nothing when there is no filter, or one that every event passes. */
export function filterWarnings(path: ConfigWarning['path'], filter: string | undefined): ConfigWarning[] {
  const message = filter === undefined ? undefined : reachWarning(reachOf(parseFilter(filter)));
  return message === undefined ? [] : [{ path, message }];
}

/** A text that `read` takes; its FilterError is what the user sees. */
function filterText(read: (text: string) => unknown) {
  return z.string().superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });
}
