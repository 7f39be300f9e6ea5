// A request to the API that is not done, with the answer that says why. Its JSON is that of the platform's errors, so that
// what reads them reads ours.
import { z } from 'zod';

export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 406 | 413 | 415 | 429 | 500 | 503;

/** The body of every answer that is not 2xx, but those of the token endpoint (RFC 6749, 5.2). */
export const errorSchema = z
  .strictObject({
    message: z.string().describe('For a person; quotes nothing of the request.'),
    code: z.string().describe('For a program: one word of a closed list.'),
    status: z.int().describe('The HTTP status.'),
  })
  .meta({ id: 'Error' });

export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: RefusalStatus;
  /** In the platform's way, such as `bad.request`. */
  readonly code: string;
  /** Response headers beside those of every answer. */
  readonly headers: Readonly<Record<string, string>>;

  /** `message` is for the caller: it quotes nothing of the request. A `cause` is a fault of ours, for the log. */
  constructor(
    status: RefusalStatus,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    options: ErrorOptions = {},
  ) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  get body(): z.output<typeof errorSchema> {
    return { message: this.message, code: this.code, status: this.status };
  }
}
