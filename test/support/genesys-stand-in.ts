// The platform of the guide as its text and what is known of Genesys Cloud describe it, not as our client would like it: a
// token endpoint, and GET /api/v2/analytics/events/realtime as a stream of server-sent events, NDJSON or plain JSON.
// It does the wrong that it is told to, and writes down what it says it has delivered. Knows no socket: see genesys-wire.ts.
import type { Clock } from '../../collector/clock.ts';
import { GenesysNotifications } from './genesys-notifications.ts';
import { GenesysPast, type PastAnswer } from './genesys-past.ts';

export interface StandInRequest {
  readonly method: string;
  readonly url: URL;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** The other end of one answer's body. */
export interface Pipe {
  write(text: string): void;
  end(): void;
  /** Without an end. */
  cut(): void;
}

export interface StandInAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  /** In place of a text: called when the head is out. The returned function is called when the client is gone. */
  readonly stream?: (pipe: Pipe) => () => void;
  /** No head ever comes. */
  readonly hangs?: true;
  /** The body comes so much later than the head. */
  readonly slowMs?: number;
}

/** The requests that are answered as a whole. */
export type PastPath = 'statistics' | 'query' | 'details';

export interface StandInEvent {
  readonly id: number;
  readonly atMs: number;
  /** What tells it from all others: session, instant and type. */
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface StandInOptions {
  readonly clock: Clock;
  readonly format?: 'sse' | 'ndjson' | 'json';
  readonly allowedPerMinute?: number;
  readonly tokenLifeS?: number;
  /** How long the token endpoint takes. */
  readonly tokenDelayMs?: number;
  /** How late history is. */
  readonly historyLagMs?: number;
  /** Of all tokens together, for questions about the past. */
  readonly historicalPerMinute?: number;
}

interface OpenStream {
  readonly pipe: Pipe;
  isStalled: boolean;
}

const CLIENT = { id: 'client', secret: 'client-secret' };
const WINDOW_MS = 60_000;
const STATISTICS = /^\/api\/v2\/telephony\/providers\/edges\/mediastatistics\/conversations\/([^/]+)$/;
/** How far back an id may lie. */
const REPLAYED_MS = 3_600_000;
/** What is sent again before what follows the last id: the guide promises no exactness. */
const REPEATED_ON_RESUME = 3;

export class GenesysStandIn {
  /** The keys of what was wholly written to a stream that was alive. */
  readonly delivered = new Set<string>();
  readonly requests: { readonly atMs: number; readonly request: StandInRequest }[] = [];
  readonly tokenRequests: StandInRequest[] = [];
  /** Answers to the next requests for the stream, and for a token. */
  readonly next: StandInAnswer[] = [];
  readonly nextTokens: StandInAnswer[] = [];
  /** What a request for a conversation is answered with, in place of the conversation. */
  onGet: (() => StandInAnswer | Promise<StandInAnswer>) | undefined;
  /** The same for what is answered as a whole. */
  readonly nextOf: Readonly<Record<PastPath, StandInAnswer[]>> = { statistics: [], query: [], details: [] };
  /** Conversations, and the past of them. */
  readonly past: GenesysPast;
  /** Requests beyond the quota of the tenant for the past. */
  historicalExcessCount = 0;
  /** Requests beyond the quota of a window. */
  excessCount = 0;
  mostTokenRequestsAtOnce = 0;
  tokenCount = 0;
  /** `retry:` of each stream. */
  retryMs: number | undefined;
  format: 'sse' | 'ndjson' | 'json';
  /** Channels, and the conversations that they tell of. */
  readonly notifications: GenesysNotifications;
  readonly #options: StandInOptions;
  readonly #streams = new Set<OpenStream>();
  readonly #tokens = new Map<string, number>();
  #log: StandInEvent[] = [];
  #lastId = 0;
  #polledId = 0;
  #tokenRequestsAtOnce = 0;
  #window = { startedAtMs: -Infinity, count: 0 };
  #historicalWindow = { startedAtMs: -Infinity, count: 0 };

  constructor(options: StandInOptions) {
    this.#options = options;
    this.format = options.format ?? 'sse';
    this.notifications = new GenesysNotifications(options.clock);
    this.past = new GenesysPast(options.clock, options.historyLagMs ?? 20 * 60_000);
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  async answer(request: StandInRequest): Promise<StandInAnswer> {
    if (request.url.pathname === '/oauth/token') return this.#answerToken(request);
    const { method, body } = request;
    const { pathname } = request.url;
    const conversationId = STATISTICS.exec(pathname)?.[1];
    if (method === 'GET' && conversationId !== undefined) {
      return this.#answerPast(request, 'statistics', () => this.past.statistics(conversationId));
    }
    if (method === 'POST' && pathname === '/api/v2/analytics/query') {
      return this.#answerPast(request, 'query', () => this.past.query(body));
    }
    if (method === 'POST' && pathname === '/api/v2/analytics/conversations/details/query') {
      return this.#answerPast(request, 'details', () => this.past.details(body));
    }
    if (/^\/api\/v2\/(?:notifications\/channels|conversations\/[^/]+$)/.test(pathname)) {
      return this.#answerNotifications(request);
    }
    if (pathname !== '/api/v2/analytics/events/realtime') return { status: 404 };
    return this.#answerEvents(request);
  }

  /** One event of a session, in the guide's shape; it goes out with the next `flush`. */
  happen(sessionId: string, fields: Readonly<Record<string, unknown>>): StandInEvent {
    const atMs = this.#options.clock.nowMs();
    const body = { ...fields, session: { id: sessionId }, timestamp: new Date(atMs).toISOString() };
    const key = `${sessionId} ${atMs} ${String(fields.type)}`;
    const event = { id: (this.#lastId += 1), atMs, key, body };
    this.#log.push(event);
    this.past.happen(event);
    return event;
  }

  /** Writes events to all open streams. */
  send(events: readonly StandInEvent[]): void {
    for (const stream of this.#streams) for (const event of events) this.#write(stream, event);
    this.#log = this.#log.filter(({ atMs }) => atMs > this.#options.clock.nowMs() - REPLAYED_MS);
  }

  /** Writes anything, such as a heartbeat, or what is no event at all. */
  sendText(text: string): void {
    for (const { pipe, isStalled } of this.#streams) if (!isStalled) pipe.write(text);
  }

  heartbeat(): void {
    this.sendText(this.format === 'sse' ? ': heartbeat\n\n' : '\n');
  }

  /** The newest events that had been delivered, once more. */
  repeat(count: number): void {
    this.send(this.#log.filter(({ key }) => this.delivered.has(key)).slice(-count));
  }

  /** The first part of the newest event, and then nothing of this connection any more. */
  cutMidEvent(): void {
    const event = this.#log.at(-1);
    if (event !== undefined) this.sendText(this.#frame(event).slice(0, 20));
    this.cut();
  }

  cut(): void {
    for (const { pipe } of this.#streams) pipe.cut();
    this.#streams.clear();
  }

  end(): void {
    for (const { pipe } of this.#streams) pipe.end();
    this.#streams.clear();
  }

  /** Half-open: the connections stay, and nothing comes over them any more. */
  stall(): void {
    for (const stream of this.#streams) stream.isStalled = true;
  }

  revokeTokens(): void {
    this.#tokens.clear();
  }

  async #answerToken(request: StandInRequest): Promise<StandInAnswer> {
    const { clock, tokenDelayMs = 0, tokenLifeS = 900 } = this.#options;
    this.tokenRequests.push(request);
    this.#tokenRequestsAtOnce += 1;
    this.mostTokenRequestsAtOnce = Math.max(this.mostTokenRequestsAtOnce, this.#tokenRequestsAtOnce);
    if (tokenDelayMs > 0) await new Promise<void>((resolve) => void clock.after(tokenDelayMs, resolve));
    this.#tokenRequestsAtOnce -= 1;
    const scripted = this.nextTokens.shift();
    if (scripted !== undefined) return scripted;
    if (!isOurClient(request)) return json(401, { error: 'invalid_client' });
    const token = `token-${(this.tokenCount += 1)}`;
    this.#tokens.set(token, clock.nowMs() + tokenLifeS * 1_000);
    return json(200, { access_token: token, token_type: 'bearer', expires_in: tokenLifeS });
  }

  /** Counts the request; what it is refused with, or undefined when it may be answered with these headers. */
  #admit(request: StandInRequest, script: StandInAnswer[]) {
    const nowMs = this.#options.clock.nowMs();
    this.requests.push({ atMs: nowMs, request });
    const limits = this.#count(nowMs);
    const scripted = script.shift();
    if (scripted !== undefined) {
      return { limits, refusal: { ...scripted, headers: { ...limits, ...scripted.headers } } };
    }
    if (this.#window.count > this.#allowed) {
      this.excessCount += 1;
      return { limits, refusal: { status: 429, headers: limits } };
    }
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const isKnown = (this.#tokens.get(token) ?? 0) > nowMs;
    return { limits, refusal: isKnown ? undefined : { status: 401, headers: limits } };
  }

  async #answerNotifications(request: StandInRequest): Promise<StandInAnswer> {
    const { limits, refusal } = this.#admit(request, this.next);
    if (refusal !== undefined) return refusal;
    const answer = (request.method === 'GET' && (await this.onGet?.())) || this.notifications.answer(request);
    return { ...answer, headers: { ...limits, ...answer.headers } };
  }

  #answerPast(request: StandInRequest, path: PastPath, answer: () => PastAnswer): StandInAnswer {
    const { limits, refusal } = this.#admit(request, this.nextOf[path]);
    const isExcess = path !== 'statistics' && !this.#hasHistoricalRoom();
    if (refusal !== undefined) return refusal;
    if (isExcess) {
      this.historicalExcessCount += 1;
      return { status: 429, headers: { ...limits, 'retry-after': '60' } };
    }
    const { status, body } = answer();
    const told = json(status, body ?? {});
    return { ...told, headers: { ...told.headers, ...limits } };
  }

  #hasHistoricalRoom(): boolean {
    const nowMs = this.#options.clock.nowMs();
    const window = this.#historicalWindow;
    if (nowMs >= window.startedAtMs + WINDOW_MS) this.#historicalWindow = { startedAtMs: nowMs, count: 0 };
    this.#historicalWindow.count += 1;
    return this.#historicalWindow.count <= (this.#options.historicalPerMinute ?? 100);
  }

  #answerEvents(request: StandInRequest): StandInAnswer {
    const { limits, refusal } = this.#admit(request, this.next);
    if (refusal !== undefined) return refusal;
    if (this.format === 'json') return this.#answerNow(limits);
    const type = this.format === 'sse' ? 'text/event-stream; charset=utf-8' : 'application/x-ndjson';
    return {
      status: 200,
      headers: { ...limits, 'content-type': type },
      stream: (pipe) => this.#open(pipe, request),
    };
  }

  /** Plain JSON: what has happened since it was last asked. */
  #answerNow(limits: Readonly<Record<string, string>>): StandInAnswer {
    const events = this.#log.filter(({ id }) => id > this.#polledId);
    this.#polledId = this.#lastId;
    for (const { key } of events) this.delivered.add(key);
    const answer = json(200, { entities: events.map(({ body }) => body) });
    return { ...answer, headers: { ...answer.headers, ...limits } };
  }

  #open(pipe: Pipe, { headers }: StandInRequest): () => void {
    const stream = { pipe, isStalled: false };
    this.#streams.add(stream);
    if (this.format === 'sse' && this.retryMs !== undefined) pipe.write(`retry: ${this.retryMs}\n\n`);
    const lastId = Number(headers['last-event-id']);
    const isResumed = this.format === 'sse' && lastId > 0;
    for (const event of isResumed ? this.#log : []) {
      if (event.id > lastId - REPEATED_ON_RESUME) this.#write(stream, event);
    }
    return () => void this.#streams.delete(stream);
  }

  #write({ pipe, isStalled }: OpenStream, event: StandInEvent): void {
    if (isStalled) return;
    pipe.write(this.#frame(event));
    this.delivered.add(event.key);
  }

  #frame({ id, body }: StandInEvent): string {
    if (this.format !== 'sse') return `${JSON.stringify(body)}\n`;
    // Over several lines, as a printer of JSON writes it; with another end of line for each third event.
    const end = ['\n', '\r\n', '\r'][id % 3]!;
    const data = JSON.stringify(body, undefined, id % 2).split('\n');
    return [`id: ${id}`, 'event: webrtc', ...data.map((line) => `data: ${line}`), '', ''].join(end);
  }

  /** Counts in windows of a minute that follow one another. */
  #count(nowMs: number): Readonly<Record<string, string>> {
    if (nowMs >= this.#window.startedAtMs + WINDOW_MS) this.#window = { startedAtMs: nowMs, count: 0 };
    this.#window.count += 1;
    const resetMs = this.#window.startedAtMs + WINDOW_MS - nowMs;
    return {
      'inin-ratelimit-count': String(this.#window.count),
      'inin-ratelimit-allowed': String(this.#allowed),
      'inin-ratelimit-reset': String(Math.ceil(resetMs / 1_000)),
      'inin-correlation-id': `correlation-${this.requests.length}`,
    };
  }

  get #allowed(): number {
    return this.#options.allowedPerMinute ?? 300;
  }
}

/** In the Authorization header, encoded as RFC 6749, 2.3.1, asks for it, or in the body, as the guide has it. */
function isOurClient({ method, headers, body }: StandInRequest): boolean {
  const form = new URLSearchParams(body);
  if (method !== 'POST' || form.get('grant_type') !== 'client_credentials') return false;
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) {
    return form.get('client_id') === CLIENT.id && form.get('client_secret') === CLIENT.secret;
  }
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
  return id === CLIENT.id && secret === CLIENT.secret;
}

function json(status: number, body: unknown): StandInAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    text: JSON.stringify(body),
  };
}
