// The place of each field in the row of values that the readers fill and the decoder reads.
import { FIELD_NAMES, type FieldName } from './alias-table.ts';

export const FIELD = Object.fromEntries(FIELD_NAMES.map((name, index) => [name, index])) as Readonly<
  Record<FieldName, number>
>;
