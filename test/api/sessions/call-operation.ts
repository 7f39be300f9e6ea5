// Calls an operation as the HTTP shell does: the parameters go through its schemas, and what it answers must be what its
// schemas say.
import assert from 'node:assert/strict';
import type { z } from 'zod';
import type { AnswerWriter, Call, Operation, OperationAnswer } from '../../../api/operation.ts';
import type { Scope } from '../../../api/scope.ts';

export interface CallOptions {
  readonly scopes?: readonly Scope[];
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Rejects with the ApiRefusal of the operation, or with a ZodError where the shell answers 400. */
export async function callOperation(
  operation: Operation,
  { scopes = [operation.scope], path = {}, query = {}, headers = {}, signal }: CallOptions = {},
): Promise<OperationAnswer> {
  assert.ok(scopes.includes(operation.scope), 'the shell lets nobody in without the scope of the operation');
  const call: Call<unknown, unknown, unknown> = {
    caller: { clientId: 'test', scopes: new Set(scopes) },
    path: operation.path?.parse(path),
    query: operation.query?.parse(query),
    body: undefined,
    header: (name) => headers[name],
    signal: signal ?? new AbortController().signal,
  };
  return operation.handle(call as Call<never, never, never>);
}

/** The body of a JSON answer as a client reads it, after a check against the schema of the operation. */
export async function jsonOf<Body>(operation: Operation, options: CallOptions = {}): Promise<Body> {
  const answer = await callOperation(operation, options);
  assert.ok('body' in answer, 'is an answer of JSON');
  const body = JSON.parse(JSON.stringify(answer.body)) as Body;
  const schema = operation.answers[200]!.content!['application/json'] as z.ZodType;
  const { error } = schema.safeParse(body);
  assert.equal(error?.message, undefined);
  return body;
}

/** The status, code and message of a refusal. */
export async function refusalOf(operation: Operation, options: CallOptions = {}): Promise<string> {
  try {
    await callOperation(operation, options);
  } catch (error) {
    if (error instanceof Error && 'status' in error && 'code' in error) {
      return `${String(error.status)} ${String(error.code)}: ${error.message}`;
    }
    throw error;
  }
  return 'not refused';
}

/** A client of an endless answer, as fast as it is told to be. */
export class ReadingClient implements AnswerWriter {
  text = '';
  writeCount = 0;
  /** While true, nothing more may be written than what is under way. */
  isSlow = false;
  #waiting: (() => void)[] = [];

  write(text: string): Promise<void> {
    this.text += text;
    this.writeCount += 1;
    if (!this.isSlow) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The client reads what has been written, and then as fast as it can. */
  catchUp(): void {
    this.isSlow = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** What was written since the last call. */
  taken(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}
