// What a filter keeps from the rules behind it. A rule on a metric needs every sample that has it: a filter that looks at
// one metric starves the rules on all others, and hides that a session has become well. Pure; knows no rule.
//
// Evaluated in three values: what a record says in a field that is not being looked at is unknown, and a sample
// counts as let through only where that can't matter.
import { ALIASES, type FieldName } from '../guide-event/alias-table.ts';
import { METRICS, type MetricBounds } from '../guide-event/metric-bounds.ts';
import { compareNumbers } from './compile.ts';
import { type Comparison, comparisonsOf, type Expression } from './expression.ts';
import { fieldNameOf, recordField, typeOf } from './record-field.ts';

export interface FilterReach {
  /** Every sample passes. */
  readonly allSamples: boolean;
  /** Every session event passes: connected, disconnected, ended and the others. */
  readonly allStates: boolean;
  /** Metrics of which some values let a sample pass, whatever else it says. Empty when all samples pass anyway. */
  readonly decisive: readonly FieldName[];
  /** Metrics of which no value does: a rule on them sees what happens to pass for another reason. */
  readonly starved: readonly FieldName[];
}

type Known = { readonly kind: 'sample' | 'event'; readonly metric?: FieldName; readonly value?: number };

const JUDGED = Object.values(METRICS).filter(({ field }) => field !== 'usualBitrateKbps');

export function reachOf(expression: Expression): FilterReach {
  const allSamples = isCertain(expression, { kind: 'sample' });
  const allStates = isCertain(expression, { kind: 'event' });
  if (allSamples) return { allSamples, allStates, decisive: [], starved: [] };
  const isDecisive = (bounds: MetricBounds) =>
    probesOf(expression, bounds).some((value) =>
      isCertain(expression, { kind: 'sample', metric: bounds.field, value }),
    );
  return {
    allSamples,
    allStates,
    decisive: JUDGED.filter(isDecisive).map(({ field }) => field),
    starved: JUDGED.filter((bounds) => !isDecisive(bounds)).map(({ field }) => field),
  };
}

/** What to tell who has configured such a filter; undefined when it keeps nothing from anybody. */
export function reachWarning({ allSamples, allStates, starved }: FilterReach): string | undefined {
  const parts: string[] = [];
  if (!allSamples) {
    if (starved.length > 0) {
      const paths = starved.map((name) => ALIASES[name][0]).join(', ');
      parts.push(`rules on ${paths} see a sample only when it passes for another reason`);
    }
    parts.push('a session that becomes well falls silent, which is a gap and no recovery');
  }
  if (!allStates) parts.push('not every disconnect or end of a session passes');
  return parts.length === 0 ? undefined : `the filter keeps events from the rules: ${parts.join('; ')}`;
}

function isCertain(expression: Expression, known: Known): boolean {
  return judge(expression, known) === true;
}

/** Kleene's three values; undefined is unknown. */
function judge(expression: Expression, known: Known): boolean | undefined {
  switch (expression.kind) {
    case 'comparison':
      return judgeComparison(expression, known);
    case 'not': {
      const operand = judge(expression.operand, known);
      return operand === undefined ? undefined : !operand;
    }
    case 'and':
      return judgeJoined(expression.operands, known, false);
    case 'or':
      return judgeJoined(expression.operands, known, true);
  }
}

/** One operand of the decisive value settles it; an unknown one leaves it open otherwise. */
function judgeJoined(operands: readonly Expression[], known: Known, decisive: boolean): boolean | undefined {
  const values = operands.map((operand) => judge(operand, known));
  if (values.includes(decisive)) return decisive;
  return values.includes(undefined) ? undefined : !decisive;
}

function judgeComparison({ path, operator, value }: Comparison, known: Known): boolean | undefined {
  const name = fieldNameOf(path);
  if (name === undefined) return undefined;
  if (name === 'type') return (typeOf(known) === value) === (operator === '==');
  if (name === known.metric && typeof value === 'number')
    return compareNumbers(known.value!, operator, value);
  // A session event has no metrics, and a sample no state: missing, and so false.
  const isMissing = known.kind === 'sample' ? name === 'state' : recordField(name).kind === 'number';
  return isMissing ? false : undefined;
}

/** One value of each stretch over which no comparison with the metric changes: the limits, what lies between, the ends. */
function probesOf(expression: Expression, { field, minimum, maximum }: MetricBounds): readonly number[] {
  const limits = comparisonsOf(expression)
    .filter(({ path }) => fieldNameOf(path) === field)
    .map(({ value }) => value)
    .filter((value) => typeof value === 'number' && value >= minimum && value <= maximum) as number[];
  const marks = [minimum, ...limits, maximum].sort((one, other) => one - other);
  return [...marks, ...marks.slice(1).map((mark, index) => (mark + marks[index]!) / 2)];
}
