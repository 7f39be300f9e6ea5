// What flapping has to do with a step, in words: that it begins, what it holds back, and that it is over. Decides nothing.
import type { SuppressionCause } from './effects.ts';
import { secondsText } from './explain-reason.ts';
import { incidentOf, type SessionCategory, type SessionState } from './state.ts';
import type { Thresholds } from './thresholds.ts';

const CATEGORIES: readonly SessionCategory[] = ['quality', 'connection'];

export function explainFlapping(
  before: SessionState | undefined,
  after: SessionState | undefined,
  suppressed: readonly SuppressionCause[],
  { flapping: limits }: Thresholds,
): string[] {
  if (limits === undefined) return [];
  const { openingCount, withinMs, stableForMs } = limits;
  const lines: string[] = [];
  for (const category of CATEGORIES) {
    const did = flaps(before, category);
    const does = flaps(after, category);
    if (does && !did) {
      const often = `${openingCount} openings in ${secondsText(withinMs)}`;
      lines.push(
        `  ${category} flaps: ${often}, so its end is told when stable for ${secondsText(stableForMs)}`,
      );
    }
    if (did && !does && after !== undefined && after.endedAtMs === undefined) {
      lines.push(`  ${category} flaps no more: no opening for ${secondsText(stableForMs)}`);
    }
  }
  if (suppressed.includes('flapping')) lines.push('  held back: it flaps');
  return lines;
}

function flaps(state: SessionState | undefined, category: SessionCategory): boolean {
  return state !== undefined && incidentOf(state, category)?.flapping !== undefined;
}
