// The objects of one getStats() report by type and id, so that each finds those that it refers to.
import { type FieldRefusal, isObject, StatFields } from './stat-fields.ts';

/** Empty for a type that the report doesn't have. */
export type ObjectsByType = (type: string) => ReadonlyMap<string, StatFields>;

/** Far above what a call of fifty participants needs. */
const MAX_OBJECTS = 512;
const NONE: ReadonlyMap<string, StatFields> = new Map();

/** Refuses what is no stats object with its path, as `pathOf` names the position. */
export function sortByType(
  objects: readonly unknown[],
  pathOf: (position: number) => string,
  refusals: FieldRefusal[],
): ObjectsByType {
  const byType = new Map<string, Map<string, StatFields>>();
  for (const [position, object] of objects.entries()) {
    const path = pathOf(position);
    if (position === MAX_OBJECTS) {
      refusals.push({ path, reason: `is one too many: at most ${MAX_OBJECTS} objects of a report are read` });
      break;
    }
    if (!isObject(object) || typeof object.id !== 'string' || typeof object.type !== 'string') {
      refusals.push({ path, reason: 'must be an object with id and type' });
      continue;
    }
    const ofType = byType.get(object.type) ?? new Map<string, StatFields>();
    byType.set(object.type, ofType);
    if (ofType.has(object.id)) refusals.push({ path, reason: 'has the id of an earlier object' });
    else ofType.set(object.id, new StatFields(object, path, refusals));
  }
  return (type) => byType.get(type) ?? NONE;
}
