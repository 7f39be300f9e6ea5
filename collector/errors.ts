// Small things about thrown values that several parts of the host need.

/** What to tell a person about a thrown value; anything can be thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** One error for many: itself when there is one, else an AggregateError whose message holds all of theirs. */
export function joinErrors(errors: readonly unknown[]): unknown {
  return errors.length === 1 ? errors[0] : new AggregateError(errors, errors.map(messageOf).join('; '));
}
