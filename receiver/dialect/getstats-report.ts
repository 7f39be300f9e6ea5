// The forms in which the report of one getStats() call is written as JSON: an array of its objects, a map of them by id,
// or pairs of id and object, as which a Map is spread.
import { isObject } from './stat-fields.ts';

/** Whether the value is a report in any of the forms; what else stands among the objects is refused later. */
export function isReport(value: unknown): value is object {
  if (Array.isArray(value)) return value.some((element) => isStats(element) || isPair(element));
  return isObject(value) && (isStats(value) || Object.values(value).some(isStats));
}

/** The objects of a report in their order. */
export function objectsOf(report: object): readonly unknown[] {
  if (Array.isArray(report)) {
    return report.map((element: unknown) => (isPair(element) ? element[1] : element));
  }
  return isStats(report) ? [report] : Object.values(report);
}

function isPair(value: unknown): value is readonly [string, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isStats(value[1]);
}

function isStats(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.type === 'string' &&
    value.timestamp !== undefined
  );
}
