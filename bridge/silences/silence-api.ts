// The HTTP face of silences: which request gets which answer.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../collector/clock.ts';
import type { ServerAuthenticator } from '../../collector/extension/authenticator.ts';
import { BodyRefusedError, readJsonBody } from '../../collector/json-body.ts';
import type { AllSilences } from './all-silences.ts';
import { ApiRefusal, refuseFields, sendAnswer, sendRefusal, type ApiAnswer } from './api-answer.ts';
import { SILENCE_STATES, stateAt, type Silence, type SilenceState, type SilenceTerms } from './silence.ts';
import type { Refused } from './silence-book.ts';
import { silenceDocument } from './silence-document.ts';
import { parseTerms } from './silence-request.ts';

/** What changes silences. Each rejects when the disk does; then nothing has happened. */
export interface SilenceChanges {
  create(terms: SilenceTerms): Promise<Silence | Refused>;
  change(id: string, terms: SilenceTerms): Promise<Silence | Refused>;
  expire(id: string): Promise<Silence | Refused>;
}

export interface SilenceApiParts {
  readonly clock: Clock;
  readonly silences: AllSilences;
  readonly changes: SilenceChanges;
  readonly maxSilences: number;
  /** Absent: everybody may. */
  readonly authenticator: ServerAuthenticator | undefined;
  /** Told of what is a fault of ours; the caller learns only that there was one. */
  onFault(error: unknown): void;
}

const PATH = '/v1/silences';
/** Several times what the longest terms need. */
const MAX_BODY_BYTES = 32 * 1_024;
const RETRY_AFTER_FAULT_S = 5;

export class SilenceApi {
  readonly #parts: SilenceApiParts;

  constructor(parts: SilenceApiParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      sendAnswer(response, await this.#answer(request));
    } catch (error) {
      if (error instanceof ApiRefusal) return sendRefusal(response, error);
      if (error instanceof BodyRefusedError) {
        return sendRefusal(response, new ApiRefusal(error.status, error.message, error.headers));
      }
      this.#parts.onFault(error);
      const retryAfter = { 'retry-after': String(RETRY_AFTER_FAULT_S) };
      sendRefusal(response, new ApiRefusal(503, 'could not be stored; nothing has changed', retryAfter));
    }
  }

  async #answer(request: IncomingMessage): Promise<ApiAnswer> {
    const { authorization } = request.headers;
    if (this.#parts.authenticator?.authenticate({ authorization }) === false) {
      throw new ApiRefusal(401, 'a valid credential is needed', { 'www-authenticate': 'Bearer' });
    }
    const [path, search = ''] = (request.url ?? '/').split('?', 2);
    if (path === PATH) return this.#answerForAll(request, new URLSearchParams(search));
    if (path?.startsWith(`${PATH}/`) === true)
      return this.#answerForOne(request, path.slice(PATH.length + 1));
    throw new ApiRefusal(404, `not found; silences are at ${PATH}`);
  }

  async #answerForAll(request: IncomingMessage, parameters: URLSearchParams): Promise<ApiAnswer> {
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return this.#list(parameters.get('state') ?? undefined);
      case 'POST':
        return this.#create(request);
      default:
        throw new ApiRefusal(405, 'only GET and POST are served here', { allow: 'GET, HEAD, POST' });
    }
  }

  async #answerForOne(request: IncomingMessage, id: string): Promise<ApiAnswer> {
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return { status: 200, body: this.#document(this.#find(id)) };
      case 'PUT':
        return this.#change(request, this.#made(id));
      case 'DELETE':
        return this.#expire(this.#made(id));
      default:
        throw new ApiRefusal(405, 'only GET, PUT and DELETE are served here', {
          allow: 'GET, HEAD, PUT, DELETE',
        });
    }
  }

  #list(state: string | undefined): ApiAnswer {
    if (state !== undefined && !isState(state)) {
      throw refuseFields([{ field: 'state', message: `must be one of ${SILENCE_STATES.join(', ')}` }]);
    }
    const nowMs = this.#parts.clock.nowMs();
    const all = this.#parts.silences.all(nowMs);
    const listed = all.filter((silence) => state === undefined || stateAt(silence, nowMs) === state);
    return { status: 200, body: { silences: listed.map((silence) => this.#document(silence)) } };
  }

  async #create(request: IncomingMessage): Promise<ApiAnswer> {
    const silence = await this.#parts.changes.create(await this.#terms(request));
    if (typeof silence === 'string') throw this.#refusalOf(silence);
    const location = `${PATH}/${silence.id}`;
    return { status: 201, headers: { location }, body: this.#document(silence) };
  }

  /** What the body leaves out of its start stays; everything else is said anew. */
  async #change(request: IncomingMessage, { id, startsAtMs }: Silence): Promise<ApiAnswer> {
    const silence = await this.#parts.changes.change(id, await this.#terms(request, startsAtMs));
    if (typeof silence === 'string') throw this.#refusalOf(silence);
    return { status: 200, body: this.#document(silence) };
  }

  /** Asked for twice it says the same: what is over is over. */
  async #expire({ id }: Silence): Promise<ApiAnswer> {
    const silence = await this.#parts.changes.expire(id);
    if (typeof silence !== 'string') return { status: 200, body: this.#document(silence) };
    if (silence === 'expired') return { status: 200, body: this.#document(this.#find(id)) };
    throw this.#refusalOf(silence);
  }

  async #terms(request: IncomingMessage, startsAtMs?: number): Promise<SilenceTerms> {
    const body = await readJsonBody(request, MAX_BODY_BYTES);
    const nowMs = this.#parts.clock.nowMs();
    const result = parseTerms(body, nowMs, startsAtMs ?? nowMs);
    if (!result.ok) throw refuseFields(result.problems);
    return result.terms;
  }

  #find(id: string): Silence {
    const silence = this.#parts.silences.find(id, this.#parts.clock.nowMs());
    if (silence === undefined) throw this.#refusalOf('unknown');
    return silence;
  }

  /** The one of that id that was made here. */
  #made(id: string): Silence {
    const silence = this.#find(id);
    if (silence.origin === 'api') return silence;
    throw new ApiRefusal(409, 'is a maintenance window of the configuration; change it there');
  }

  #refusalOf(refused: Refused): ApiRefusal {
    switch (refused) {
      case 'full':
        return new ApiRefusal(
          409,
          `max_silences is ${this.#parts.maxSilences}, and none is expired; delete one`,
        );
      case 'unknown':
        return new ApiRefusal(404, 'there is no silence of this id');
      case 'expired':
        return new ApiRefusal(409, 'is expired; make a new one');
      case 'fixed_while_active': {
        const message = 'and starts_at are fixed while the silence is active; delete it and make another';
        return refuseFields([{ field: 'matchers', message }], 409);
      }
    }
  }

  #document(silence: Silence): object {
    const { silences, clock } = this.#parts;
    return silenceDocument(silence, silences.tallyOf(silence.id), clock.nowMs());
  }
}

function isState(text: string): text is SilenceState {
  return (SILENCE_STATES as readonly string[]).includes(text);
}
