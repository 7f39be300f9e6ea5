// A caller's filter: the guide's grammar, within what the caller may know. To ask whether an id is this or that is to be
// told the id, so who may not see a field may not filter by it either.
import { compileFilter, type RecordFilter } from '../../receiver/filter-expression/compile.ts';
import { comparisonsOf, FilterError } from '../../receiver/filter-expression/expression.ts';
import { parseFilter } from '../../receiver/filter-expression/parse.ts';
import { fieldNameOf } from '../../receiver/filter-expression/record-field.ts';
import { ApiRefusal } from '../api-refusal.ts';
import type { Caller } from '../scope.ts';

/** Throws a 400 for a text that is no filter, or asks for agents; a 403 where a scope is missing. */
export function compileAllowedFilter(text: string, { scopes }: Pick<Caller, 'scopes'>): RecordFilter {
  try {
    const names = comparisonsOf(parseFilter(text)).map(({ path, column = 1 }) => ({
      name: fieldNameOf(path),
      column,
    }));
    for (const { name, column } of names) {
      if (name === 'agentId') throw new FilterError(column, 'agents are not shown, and not asked for');
      if (!scopes.has('sessions:read') && (name === 'sessionId' || name === 'conversationId')) {
        throw new ApiRefusal(
          403,
          'missing.scope',
          `filter: column ${column}: ids are compared with the scope sessions:read only`,
        );
      }
    }
    return compileFilter(text);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new ApiRefusal(400, 'bad.filter', `filter: ${error.message}`);
  }
}
