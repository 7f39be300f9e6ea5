// A condition on the fields of a group, judged in three values: of a group in the overflow nothing but its type is known, and
// what follows from that is still certain.
import type { GroupField } from '../rollup/group-fields.ts';

export const UNKNOWN_VALUE = Symbol('unknown');

/** What a group has in a field: undefined where it has nothing. */
export type FieldValue = string | undefined | typeof UNKNOWN_VALUE;

export type Condition =
  | { readonly kind: 'field'; readonly field: GroupField; judge(value: FieldValue): boolean | undefined }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] };

/** Undefined when it can't be told. */
export function judge(condition: Condition, valueOf: (field: GroupField) => FieldValue): boolean | undefined {
  switch (condition.kind) {
    case 'field':
      return condition.judge(valueOf(condition.field));
    case 'not': {
      const operand = judge(condition.operand, valueOf);
      return operand === undefined ? undefined : !operand;
    }
    case 'and':
    case 'or': {
      // One operand of the decisive value settles it.
      const decisive = condition.kind === 'or';
      const values = condition.operands.map((operand) => judge(operand, valueOf));
      if (values.includes(decisive)) return decisive;
      return values.includes(undefined) ? undefined : !decisive;
    }
  }
}

export function fieldsOf(condition: Condition): readonly GroupField[] {
  switch (condition.kind) {
    case 'field':
      return [condition.field];
    case 'not':
      return fieldsOf(condition.operand);
    case 'and':
    case 'or':
      return condition.operands.flatMap(fieldsOf);
  }
}
