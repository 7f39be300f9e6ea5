// What one operation of the API is: its request and its answers as schemas, who may call it, and what it does. The routes,
// the checks of scope and parameters and the OpenAPI document are all made from this, so none of them can say otherwise.
import type { z } from 'zod';
import type { Caller, Scope } from './scope.ts';

export interface AnswerDefinition {
  /** One sentence. */
  readonly description: string;
  /**
   * By media type: of `application/json` the body, of `application/x-ndjson` a line, of `text/event-stream` the data of an
   * event, both as JSON. Absent: no body, and of a refusal (4xx, 5xx) the Error.
   */
  readonly content?: Readonly<Record<string, z.ZodType>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request, checked: parameters and body are as the schemas have them, and the caller may do this. */
export interface Call<Path, Query, Body> {
  readonly caller: Caller;
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  /** A request header by its lower-case name. */
  header(name: string): string | undefined;
  /** Aborts when the client is gone. That of an endless answer aborts when the process begins to stop, too. */
  readonly signal: AbortSignal;
}

/** Where an endless answer is written. `write` resolves when more may follow; after the signal of the call aborted, at once. */
export interface AnswerWriter {
  write(text: string): Promise<void>;
}

export type OperationAnswer =
  /** Sent as JSON. */
  | { readonly status: 200; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  /**
   * Ends when `stream` resolves, which must be soon after the signal of the call aborted. For a HEAD, and
   * when the client has gone meanwhile, it is called with the signal aborted already, so that what `handle` has opened is
   * closed. When it rejects, the answer breaks off.
   */
  | {
      readonly status: 200;
      readonly contentType: string;
      readonly headers?: Readonly<Record<string, string>>;
      stream(writer: AnswerWriter): Promise<void>;
    };

export interface OperationDefinition<
  Path extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  readonly method: 'get' | 'post';
  /** With parameters in braces: `/api/v1/sessions/{id}`. */
  readonly route: string;
  /** Unique; what generated clients call it. */
  readonly operationId: string;
  readonly summary: string;
  /** What the caller's token must carry. */
  readonly scope: Scope;
  /** Strict objects of texts: a parameter that is not known is refused. Absent: there are none. */
  readonly path?: Path;
  readonly query?: Query;
  /** JSON. Absent: none is read. */
  readonly body?: Body;
  /** The answers of its own, by status; those of every operation (400, 401, 403, 405, 429, 500, 503) are added, and of a body 413 and 415. */
  readonly answers: Readonly<Record<number, AnswerDefinition>>;
  /** Throws an ApiRefusal. */
  handle(call: Call<z.output<Path>, z.output<Query>, z.output<Body>>): Promise<OperationAnswer>;
}

/** An operation whose types are forgotten: what calls it has checked the request by its own schemas. */
export type Operation = Omit<OperationDefinition, 'handle'> & {
  handle(call: Call<never, never, never>): Promise<OperationAnswer>;
};

export function defineOperation<
  Path extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(definition: OperationDefinition<Path, Query, Body>): Operation {
  return definition;
}
