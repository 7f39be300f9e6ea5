// Walks the OpenAPI document: has each documented answer of each operation given, over HTTP, and holds it against the
// document: status, type, headers, and the body by its schema. Fails when an answer is not documented, or when one that is
// was never given. The answers that all operations have it elicits by itself; the others a test asks for by `walk`.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNoopMeter } from '@opentelemetry/api';
import { apiInstruments } from '../../api/api-instruments.ts';
import { AccessTokens } from '../../api/access/access-token.ts';
import { Clients } from '../../api/access/clients.ts';
import { hashSecret } from '../../api/access/secret-hash.ts';
import { TokenEndpoint } from '../../api/access/token-endpoint.ts';
import { TokenGate } from '../../api/access/token-gate.ts';
import { apiDocument, type ApiDocument } from '../../api/document/openapi.ts';
import { createApiApp } from '../../api/http/app.ts';
import { OpenStreams } from '../../api/http/open-streams.ts';
import { RateLimit } from '../../api/http/rate-limit.ts';
import type { Operation } from '../../api/operation.ts';
import { SCOPES, type Scope } from '../../api/scope.ts';
import type { Clock } from '../../collector/clock.ts';
import { AnswerCheck, type GivenAnswer } from './answer-check.ts';
import { recordingLogger } from './log-lines.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A request to one operation. What is left out is empty. */
export interface WalkRequest {
  readonly path?: Readonly<Record<string, string>>;
  /** Without its question mark. */
  readonly query?: string;
  /** Sent as JSON when it is no text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  /** What the token carries; null: there is no token. All scopes by default. */
  readonly scopes?: readonly Scope[] | null;
  /** Of an endless answer: leaves as soon as this is true of what has come. */
  until?(text: string): boolean;
}

export interface WalkParts {
  readonly operations: readonly Operation[];
  /** By operation id: a request that is answered with 200, for operations that an empty one doesn't satisfy. */
  readonly samples?: Readonly<Record<string, WalkRequest>>;
  readonly clock?: Clock;
}

interface Variant {
  readonly operations?: readonly Operation[];
  readonly requestsPerMinute?: number;
  readonly isStopping?: boolean;
  readonly isFaulty?: boolean;
}

const TOKEN = 'createToken';
const SECRET = 'sesame';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const GRANT = `grant_type=client_credentials&client_id=walker&client_secret=${SECRET}`;
const UNLIMITED = 1_000_000;

export class DocumentWalk {
  readonly document: ApiDocument;
  readonly #parts: WalkParts;
  readonly #clock: Clock;
  readonly #check: AnswerCheck;
  readonly #clients: Clients;
  readonly #tokens: AccessTokens;
  readonly #servers: Server[] = [];
  #usual!: Server;

  private constructor(parts: WalkParts, clients: Clients) {
    this.#parts = parts;
    this.#clock = parts.clock ?? new VirtualClock();
    // As a reader gets it.
    this.document = JSON.parse(JSON.stringify(apiDocument(parts.operations, '0'))) as ApiDocument;
    this.#check = new AnswerCheck(this.document);
    this.#clients = clients;
    this.#tokens = new AccessTokens(undefined, 3_600_000, { clients, clock: this.#clock });
  }

  static async start(parts: WalkParts): Promise<DocumentWalk> {
    const secretHash = await hashSecret(SECRET, { ln: 14, r: 8, p: 1 });
    const walk = new DocumentWalk(
      parts,
      new Clients([{ id: 'walker', secretHash, scopes: new Set(SCOPES) }]),
    );
    walk.#usual = await walk.#serve({});
    return walk;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** Asks one operation, and holds the answer against the document. */
  walk(operationId: string, request: WalkRequest = {}): Promise<GivenAnswer> {
    return this.#walk(this.#usual, operationId, request);
  }

  /** Has all those answers given that every operation has, and those of the token endpoint. */
  async walkCommonAnswers(): Promise<void> {
    const { operations } = this.#parts;
    const fail = () => Promise.reject(new Error('as the walk wants it'));
    const faulty = await this.#serve({
      operations: operations.map((operation) => ({ ...operation, handle: fail })),
      isFaulty: true,
    });
    const stopping = await this.#serve({ isStopping: true });
    for (const operation of operations) {
      await this.#walkUsual(operation);
      await this.#expect(500, faulty, operation.operationId);
      await this.#expect(503, stopping, operation.operationId);
      const limited = await this.#serve({ requestsPerMinute: 1 });
      await this.#expect(400, limited, operation.operationId, { query: 'no.such.parameter=1' });
      await this.#expect(429, limited, operation.operationId);
    }
    await this.#walkToken(faulty, stopping);
  }

  /** Fails with all documented answers that were not given. */
  assertComplete(): void {
    this.#check.assertComplete();
  }

  async #walkUsual({ operationId, body }: Operation): Promise<void> {
    const expect = (status: number, request: WalkRequest) =>
      this.#expect(status, this.#usual, operationId, request);
    await expect(400, { query: 'no.such.parameter=1' });
    await expect(401, { scopes: null });
    await expect(403, { scopes: [] });
    await expect(405, { method: 'DELETE' });
    if (body === undefined) return;
    await expect(413, { body: ' '.repeat(1_024 * 1_024) });
    await expect(415, { headers: { 'content-type': 'text/plain' } });
  }

  async #walkToken(faulty: Server, stopping: Server): Promise<void> {
    const expect = (status: number, body: string, server = this.#usual, method = 'POST') =>
      this.#expect(status, server, TOKEN, { body, headers: FORM, method, scopes: null });
    await expect(200, GRANT);
    await expect(400, `${GRANT}&scope=no.such`);
    await expect(401, `${GRANT}x`);
    await expect(405, '', this.#usual, 'DELETE');
    await expect(413, ' '.repeat(8_192));
    await expect(500, GRANT, faulty);
    await expect(503, GRANT, stopping);
    const asked = { body: 'grant_type=password', headers: FORM, scopes: null };
    for (let count = 0; count < 1_000; count += 1) {
      if ((await this.#walk(faulty, TOKEN, asked)).status === 429) return;
    }
    assert.fail('the token endpoint has no limit');
  }

  /** Of the operation's sample, with these fields for its own. */
  async #expect(
    status: number,
    server: Server,
    operationId: string,
    request: WalkRequest = {},
  ): Promise<void> {
    const sample = this.#parts.samples?.[operationId] ?? {};
    const answer = await this.#walk(server, operationId, { ...sample, ...request });
    assert.equal(answer.status, status, `${operationId}: ${answer.text}`);
  }

  async #walk(server: Server, operationId: string, request: WalkRequest): Promise<GivenAnswer> {
    const { route, method } = this.#check.find(operationId);
    const { path = {}, query = '', body, headers = {}, scopes = SCOPES, until } = request;
    const target = route.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(path[name] ?? name),
    );
    const { port } = server.address() as AddressInfo;
    const leaving = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}${target}${query === '' ? '' : `?${query}`}`, {
      method: request.method ?? method.toUpperCase(),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(scopes !== null && { authorization: `Bearer ${await this.#mint(scopes)}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: leaving.signal,
    });
    let text = '';
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString('utf8');
      if (until?.(text) === true) break;
    }
    leaving.abort();
    const answer = { status: response.status, headers: response.headers, text };
    this.#check.hold(operationId, answer);
    return answer;
  }

  async #mint(scopes: readonly Scope[]): Promise<string> {
    return (await this.#tokens.mint({ clientId: 'walker', scopes: new Set(scopes) })).token;
  }

  async #serve({ operations = this.#parts.operations, ...variant }: Variant): Promise<Server> {
    const clock = this.#clock;
    const { logger } = recordingLogger();
    const limits = { clock, logger };
    const mint = () => Promise.reject(new Error('as the walk wants it'));
    const server = createServer(
      createApiApp({
        operations,
        clock,
        logger,
        instruments: apiInstruments(createNoopMeter(), 'api', () => 0),
        gate: new TokenGate({ tokens: this.#tokens, refused: () => {} }),
        rateLimit: new RateLimit('client', variant.requestsPerMinute ?? UNLIMITED, limits),
        streams: new OpenStreams(),
        tokenEndpoint: new TokenEndpoint({
          clients: this.#clients,
          tokens: variant.isFaulty === true ? { mint } : this.#tokens,
          ...limits,
        }),
        documents: [],
        isStopping: () => variant.isStopping === true,
      }),
    );
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }
}
