// How the members of a group divide, as flat fields: the values with the most members by name, the others counted.
import type { GroupBreakdown } from '../transition/transition.ts';

/** Values of a dimension that are named. */
const NAMED_VALUES = 5;

type TextDetails = Readonly<Record<string, string | undefined>>;

/** `members_by_severity`, `members_by_reason` and one for each dimension; undefined where nothing was counted. */
export function breakdownDetails({ bySeverity, byReason, byDimension }: GroupBreakdown): TextDetails {
  return {
    members_by_severity: countsText(bySeverity),
    members_by_reason: countsText(byReason),
    ...Object.fromEntries(
      Object.entries(byDimension).map(([dimension, counts]) => [
        `members_by_${dimension}`,
        countsText(counts),
      ]),
    ),
  };
}

/** `fra-3 37, fra-4 2, 3 more values`. */
function countsText(counts: Readonly<Record<string, number | undefined>>): string | undefined {
  const entries = Object.entries(counts)
    .filter((entry): entry is [string, number] => entry[1] !== undefined)
    .sort((a, b) => b[1] - a[1]);
  const texts = entries.slice(0, NAMED_VALUES).map(([value, count]) => `${value} ${count}`);
  if (entries.length > NAMED_VALUES) texts.push(`${entries.length - NAMED_VALUES} more values`);
  return texts.join(', ') || undefined;
}
