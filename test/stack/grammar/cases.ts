// Configurations for both: what is allowed, what is refused, and what a value comes to.
import type { GrammarCase } from './grammar-case.ts';
import { SOURCE_CASES } from './source-cases.ts';
import { STRUCTURE_CASES } from './structure-cases.ts';
import { VALUE_CASES } from './value-cases.ts';

export const CASES: readonly GrammarCase[] = [...STRUCTURE_CASES, ...VALUE_CASES, ...SOURCE_CASES];
