// The HTTP face of a queue: who may ask, and what a request gets when something goes wrong. Knows no path.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ListenAddress } from '../../collector/config/fields.ts';
import type { ServerAuthenticator } from '../../collector/extension/authenticator.ts';
import { HttpListener } from '../../collector/http-listener.ts';
import { BodyRefusedError } from '../../collector/json-body.ts';
import { refused, RequestRefused, sendAnswer, type Answer } from './http-answer.ts';
import { routeOf, type RouteParts } from './routes.ts';

const RETRY_AFTER = { 'retry-after': '5' };

export class QueueServer {
  readonly #logger: Logger;
  readonly #listener: HttpListener;
  #parts: RouteParts | undefined;
  #auth: ServerAuthenticator | undefined;

  constructor(endpoint: ListenAddress, logger: Logger) {
    this.#logger = logger;
    this.#listener = new HttpListener(endpoint.host, endpoint.port, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => this.#failed(error, request, response));
    });
  }

  get boundAddress(): string | undefined {
    return this.#listener.boundAddress;
  }

  /** Rejects when the address can't be bound. */
  async start(parts: RouteParts, auth: ServerAuthenticator | undefined): Promise<void> {
    this.#parts = parts;
    this.#auth = auth;
    await this.#listener.start();
  }

  /** Safe before `start` and twice. */
  close(): Promise<void> {
    return this.#listener.close();
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    sendAnswer(response, await this.#answer(message));
  }

  async #answer(message: IncomingMessage): Promise<Answer> {
    const { authorization } = message.headers;
    if (this.#auth !== undefined && !this.#auth.authenticate({ authorization })) {
      return refused(401, 'a valid credential is needed', { 'www-authenticate': 'Bearer' });
    }
    const [path = '/', search = ''] = (message.url ?? '/').split('?', 2);
    const found = routeOf(message.method ?? 'GET', path);
    if ('status' in found) return found;
    return found.route(this.#parts!, { message, search: new URLSearchParams(search), id: found.id });
  }

  #failed(error: unknown, { method }: IncomingMessage, response: ServerResponse): void {
    if (error instanceof RequestRefused) {
      sendAnswer(response, error.answer);
      return;
    }
    if (error instanceof BodyRefusedError) {
      sendAnswer(response, refused(error.status, error.message, error.headers));
      return;
    }
    this.#logger.error({ err: error }, 'a request to the queue failed');
    if (response.headersSent) return;
    const isRead = method === 'GET' || method === 'HEAD';
    sendAnswer(
      response,
      isRead
        ? refused(500, 'the alerts could not be read')
        : refused(503, 'the change could not be stored; try again', RETRY_AFTER),
    );
  }
}
