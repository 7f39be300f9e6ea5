// One receiver, several pipelines: each gets the same batch, and the caller hears of the worst that happened.
import { type Consumer, RefusedError } from '../component.ts';

/**
 * Offers each batch to all `heads`: all are started, in order, before any is awaited, and all are awaited. What one
 * branch did stays done when another fails. A refusal outranks other errors, since it tells the caller to come again,
 * and the longest wait outranks shorter ones.
 */
export function fanOut<Batch>(heads: readonly Consumer<Batch>[]): Consumer<Batch> {
  if (heads.length === 1) return heads[0]!;
  return {
    async consume(batch) {
      // The async arrow turns a synchronous throw into a rejection, so that the later branches still start.
      const outcomes = await Promise.allSettled(heads.map(async (head) => head.consume(batch)));
      const errors = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      if (errors.length > 0) throw worstOf(errors);
    },
  };
}

function worstOf(errors: readonly unknown[]): unknown {
  if (errors.length === 1) return errors[0];
  const cause = new AggregateError(errors, `${errors.length} pipelines failed`);
  let longest: RefusedError | undefined;
  for (const error of errors) {
    if (!(error instanceof RefusedError)) continue;
    if (longest === undefined || error.retryAfterMs > longest.retryAfterMs) longest = error;
  }
  if (longest === undefined) return cause;
  return new RefusedError(longest.message, longest.retryAfterMs, { cause });
}
