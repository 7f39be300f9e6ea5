// The entries of a body: one object, an array of them, or `{events: […]}` with what is said of all of them beside it.
import { isObject, type JsonObject } from './stat-fields.ts';

export interface BodyEntries {
  readonly entries: readonly unknown[];
  /** What stands beside `events`; empty in the other two forms. */
  readonly wrapper: JsonObject;
}

export function entriesOf(body: unknown): BodyEntries {
  if (Array.isArray(body)) return { entries: body as unknown[], wrapper: {} };
  if (isObject(body) && Array.isArray(body.events)) {
    return { entries: body.events as unknown[], wrapper: body };
  }
  return { entries: [body], wrapper: {} };
}

/** The first entry that is an object, by which a dialect recognises a body. */
export function firstEntry(body: unknown): JsonObject | undefined {
  return entriesOf(body).entries.find(isObject);
}
