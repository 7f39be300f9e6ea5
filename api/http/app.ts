// The HTTP face of the API, made from its operations: which request goes where, and what is answered when something is
// thrown on the way. Knows no operation of its own but the giving of tokens and the documents.
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Clock } from '../../collector/clock.ts';
import type { ApiInstruments, StatusClass } from '../api-instruments.ts';
import { ApiRefusal } from '../api-refusal.ts';
import { asTokenRefusal, TOKEN_ROUTE, type TokenEndpoint } from '../access/token-endpoint.ts';
import type { Operation } from '../operation.ts';
import { RequestCheck } from './checked-request.ts';
import { asRefusal, methodRefusal, stoppingRefusal } from './refusal.ts';
import { sendJson, setCommonHeaders } from './send.ts';
import { serveOperation, type ServingParts } from './serve-operation.ts';

export interface AppParts extends ServingParts {
  readonly operations: readonly Operation[];
  readonly tokenEndpoint: Pick<TokenEndpoint, 'serve'>;
  readonly documents: readonly ServedDocument[];
  readonly instruments: Pick<ApiInstruments, 'answered'>;
}

/** What is read by GET without a token. */
export interface ServedDocument {
  readonly route: string;
  /** What its requests are counted as. */
  readonly name: string;
  serve(request: Request, response: Response): Promise<void>;
}

/** For how long a reader may take over an answer that is complete. */
const LONGEST_TAKING_MS = 60_000;

type Serve = (request: Request, response: Response) => Promise<void>;

/** What one method of a route does, and what its requests are counted as. */
interface Served {
  readonly name: string;
  readonly serve: Serve;
}

/** `response.locals`, by which requests are counted. */
interface Locals {
  operation?: string;
}

export function createApiApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.use((_request, response: Response<unknown, Locals>, next) => {
    setCommonHeaders(response);
    cutWhenNotTaken(response, parts.clock);
    response.once('close', () => {
      parts.instruments.answered(response.locals.operation ?? 'none', statusClassOf(response));
    });
    next();
  });
  for (const [route, methods] of routesOf(parts)) {
    app.all(expressPath(route), (request, response: Response<unknown, Locals>) => {
      // HEAD is GET without the body, which node leaves out.
      const served = methods.get(request.method === 'HEAD' ? 'GET' : request.method);
      response.locals.operation = (served ?? [...methods.values()][0])?.name ?? 'none';
      if (parts.isStopping()) throw stoppingRefusal();
      if (served === undefined) throw methodRefusal(allowed(methods));
      return served.serve(request, response);
    });
  }
  app.use(() => {
    throw new ApiRefusal(404, 'not.found', 'there is nothing here; /openapi.json tells what there is');
  });
  // Express knows an error handler by its four parameters.
  app.use((thrown: unknown, _request: Request, response: Response<unknown, Locals>, next: NextFunction) => {
    void next;
    answerThrown(parts, thrown, response);
  });
  return app;
}

/** An answer that has come to its end is in memory until its reader takes it. */
function cutWhenNotTaken(response: Response, clock: Clock): void {
  response.once('prefinish', () => {
    const late = clock.after(LONGEST_TAKING_MS, () => response.destroy());
    response.once('close', () => late.cancel());
  });
}

/** By route, and of each by method. */
function routesOf(parts: AppParts): ReadonlyMap<string, ReadonlyMap<string, Served>> {
  const routes = new Map<string, Map<string, Served>>();
  const add = (route: string, method: string, served: Served) => {
    const methods = routes.get(route) ?? new Map<string, Served>();
    if (methods.has(method)) throw new Error(`${method} ${route} is served twice`);
    routes.set(route, methods.set(method, served));
  };
  const { tokenEndpoint } = parts;
  add(TOKEN_ROUTE, 'POST', { name: 'token', serve: (...exchange) => tokenEndpoint.serve(...exchange) });
  for (const { route, name, serve } of parts.documents) add(route, 'GET', { name, serve });
  for (const operation of parts.operations) {
    const check = new RequestCheck(operation);
    add(operation.route, operation.method.toUpperCase(), {
      name: operation.operationId,
      serve: (request, response) => serveOperation(operation, check, parts, request, response),
    });
  }
  return routes;
}

function allowed(methods: ReadonlyMap<string, Served>): readonly string[] {
  return [...methods.keys()].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

/** `/api/v1/sessions/{id}` as express writes it. */
function expressPath(route: string): string {
  return route.replaceAll(/\{(\w+)\}/g, ':$1');
}

function answerThrown(
  { logger, isStopping }: AppParts,
  thrown: unknown,
  response: Response<unknown, Locals>,
): void {
  const { operation = 'none' } = response.locals;
  const refusal = operation === 'token' ? asTokenRefusal(thrown) : asRefusal(thrown);
  const { status, headers, body, cause } = refusal;
  // Whoever went away gets no answer, and what broke off because of that is no fault.
  if (response.destroyed) return;
  if (cause !== undefined) logger.error({ err: cause, operation, status }, 'could not answer a request');
  if (response.headersSent) {
    // An answer that breaks off must not look like one that has come to its end.
    response.destroy();
    return;
  }
  if (isStopping()) response.set('connection', 'close');
  sendJson(response, { status, headers, body });
}

function statusClassOf(response: Response): StatusClass {
  if (!response.headersSent) return 'aborted';
  if (response.statusCode >= 500) return '5xx';
  return response.statusCode >= 400 ? '4xx' : '2xx';
}
