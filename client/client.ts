/*! webrtc-quality-bridge client. Apache-2.0 */
// What runs in a page: reads getStats() of peer connections and posts it to the receiver `browser`. One module without
// imports, and small, for it is served as it stands. It patches no global, and sends what FIELDS names and nothing else:
// no address, no candidate, no SDP, no device, no user agent. It judges nothing; that is done where it is sent to.

/** Where to report to, and with what. */
export interface Target {
  /** The receiver's address, such as `https://bridge.example/v1/rtc`. */
  readonly url: string;
  /** The session token, or what fetches one: asked before the first report, and again when the receiver refuses it. */
  readonly token?: string | (() => string | Promise<string>);
  /** Hears of a failure once, until a report gets through again. */
  readonly onError?: (error: Error) => void;
}

export interface MonitorOptions extends Target {
  readonly sessionId: string;
  readonly conversationId?: string;
  readonly agentId?: string;
  /** Of `site`, `region`, `edge`, `isp`, `network.type`, `client.version`. */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** How often getStats() is read: 5,000 by default, 1,000 at least. */
  readonly intervalMs?: number;
}

export interface Monitor {
  /** Watches one more connection of the session: a publisher's beside a subscriber's, or the next after a reconnect. */
  add(connection: WatchedConnection): void;
  /** The call is paused on purpose, or no longer. Tracks that are muted, disabled or removed are seen without it. */
  setMuted(isMuted: boolean): void;
  /** The call is over: sends what is left, and stops. The closing of all connections does the same, or of the page. */
  stop(): void;
}

export interface ReporterOptions extends Target {
  /** How the entries are written, such as `webrtc-stats-gatherer`. */
  readonly dialect: string;
  /** Needed where the receiver asks for no token. */
  readonly sessionId?: string;
}

export interface Reporter {
  /** Takes one entry of the dialect. Needs no `this`. */
  (entry: unknown): void;
  /** The call is over: sends what is left, and stops. The closing of the page does the same. */
  stop(): void;
}

/** What waits to be sent, as JSON. */
interface Item {
  readonly json: string;
  readonly isEvent?: boolean;
}

interface Post {
  /** What is added to the address. */
  readonly query: string;
  readonly body: string;
}

interface Outbox {
  add(item: Item): void;
  fail(error: unknown): void;
  /** Hands what is left to the browser, which sends it whatever becomes of the page, and `last` after it. */
  flush(last?: Post): void;
  /** Nothing is sent any more. */
  close(): void;
}

/** Five minutes of one connection at the usual interval. Older ones are dropped. */
const MAX_PENDING_COUNT = 60;
/** Of what the page leaves behind the browser takes 64 KiB at once (Fetch, section 4.6). The receiver takes more. */
const MAX_BODY_LENGTH = 60_000;
/** What is told within this time shares a request. */
const GATHER_MS = 200;
const MIN_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 60_000;
const MAX_RETRY_AFTER_MS = 3_600_000;
const REQUEST_TIMEOUT_MS = 30_000;
const DEFAULT_INTERVAL_MS = 5_000;
const MIN_INTERVAL_MS = 1_000;
/** What may pass when it is tried again: no credential, a timeout, too early, too many, and every fault of a server. */
const RETRIED_STATUS = /^(401|408|425|429|5..)$/;

const OF_STREAMS = ' kind ssrc mid codecId remoteId contentType framesPerSecond frameWidth frameHeight';
const OF_REMOTE_REPORTS =
  'kind ssrc localId packetsLost fractionLost jitter roundTripTime totalRoundTripTime roundTripTimeMeasurements';
/** All that is ever sent of a stats object, by its type; beside these its id, type and timestamp. */
const FIELDS: Readonly<Record<string, string>> = {
  'inbound-rtp':
    'packetsReceived packetsLost bytesReceived jitter framesReceived framesDecoded framesDropped totalDecodeTime ' +
    'decoderImplementation freezeCount totalFreezesDuration pauseCount totalPausesDuration totalSamplesReceived ' +
    'concealedSamples silentConcealedSamples' +
    OF_STREAMS,
  'outbound-rtp':
    'packetsSent bytesSent framesEncoded totalEncodeTime encoderImplementation active rid' + OF_STREAMS,
  'remote-inbound-rtp': OF_REMOTE_REPORTS,
  'remote-outbound-rtp': OF_REMOTE_REPORTS,
  codec: 'mimeType sdpFmtpLine',
  transport: 'selectedCandidatePairId iceLocalUsernameFragment',
  'candidate-pair':
    'nominated selected state localCandidateId lastPacketReceivedTimestamp bytesReceived currentRoundTripTime ' +
    'totalRoundTripTime responsesReceived',
  'local-candidate': 'candidateType networkType protocol',
};

/** Keys of addresses, descriptions and devices in the entries of other libraries. The receiver drops them as well. */
const PERSONAL_KEY =
  /^(.*sdp|ip|.*address|(local|remote|related)?port|url|candidate|.*certificates?|fingerprint|label|.*deviceid|groupid|useragent)$/i;

/** What `monitor` reads of a connection: libraries that hide theirs can hand in something that stands for it. */
export type WatchedConnection = Pick<RTCPeerConnection, 'getStats' | 'connectionState' | 'addEventListener'> &
  Partial<Pick<RTCPeerConnection, 'getTransceivers'>>;

/** Reports the connections of one session until they are all closed, the page is closed, or `stop` is called. */
export function monitor(
  connections: WatchedConnection | readonly WatchedConnection[],
  options: MonitorOptions,
): Monitor {
  const listening = new AbortController();
  const outbox = createOutbox(options, (items) => ({ query: '', body: envelopeOf(options, items) }));
  let watched: { connection: WatchedConnection; id: string; isReading: boolean }[] = [];
  let watchedCount = 0;
  let state = '';
  let isPaused = false;

  const tell = (type: string) => outbox.add(eventOf(type));

  // Also at each tick: a connection that the page closes by itself fires no event.
  const checkState = () => {
    const openCount = watched.length;
    watched = watched.filter(({ connection }) => connection.connectionState !== 'closed');
    if (openCount > 0 && watched.length === 0) return stop();
    const isAny = (...states: string[]) =>
      watched.some(({ connection }) => states.includes(connection.connectionState));
    const isUp = isAny('connected') && !isAny('connecting');
    const next = isAny('disconnected', 'failed') ? 'disconnected' : isUp ? 'connected' : state;
    if (next !== state) tell((state = next));
  };

  const read = async (entry: (typeof watched)[number]) => {
    // One that hangs is waited for as long as it takes, and the others go on.
    if (entry.isReading) return;
    entry.isReading = true;
    try {
      const stats = await entry.connection.getStats();
      outbox.add({ json: JSON.stringify(reportOf(entry.id, entry.connection, stats, isPaused)) });
    } catch (error) {
      outbox.fail(error);
    }
    entry.isReading = false;
  };

  const tick = () => {
    checkState();
    for (const entry of watched) void read(entry);
  };

  const add = (connection: WatchedConnection) => {
    if (watched.some((entry) => entry.connection === connection)) return;
    watched.push({ connection, id: String(watchedCount++), isReading: false });
    connection.addEventListener('connectionstatechange', checkState, { signal: listening.signal });
  };

  const stop = () => {
    if (listening.signal.aborted) return;
    listening.abort();
    clearInterval(timer);
    tell('ended');
    outbox.flush();
    outbox.close();
  };

  const timer = setInterval(tick, Math.max(MIN_INTERVAL_MS, options.intervalMs ?? DEFAULT_INTERVAL_MS));
  onPageHide(listening.signal, stop, outbox.flush);
  // Back out of the back-forward cache, in which timers stand still.
  addEventListener('pageshow', ({ persisted }) => persisted && tick(), { signal: listening.signal });
  for (const connection of [connections].flat<unknown>() as WatchedConnection[]) add(connection);
  tick();
  const setMuted = (isMuted: boolean) => {
    isPaused = isMuted;
    tell(isMuted ? 'muted' : 'unmuted');
  };
  return { add, setMuted, stop };
}

/** Hands on what another library measures, in its own dialect: `gatherer.on('stats', reporter({ … }))`. */
export function reporter(options: ReporterOptions): Reporter {
  const listening = new AbortController();
  const { dialect, sessionId } = options;
  const queryOf = (name: string) =>
    `dialect=${encodeURIComponent(name)}` +
    (sessionId === undefined ? '' : `&session_id=${encodeURIComponent(sessionId)}`);
  const outbox = createOutbox(options, (items) => ({
    query: queryOf(dialect),
    body: `[${items.map(({ json }) => json).join()}]`,
  }));
  const report = (entry: unknown) => {
    try {
      const json = JSON.stringify(entry, (key, value: unknown) =>
        PERSONAL_KEY.test(key) ? undefined : value,
      );
      outbox.add({ json });
    } catch (error) {
      outbox.fail(error);
    }
  };
  const stop = () => {
    if (listening.signal.aborted) return;
    listening.abort();
    // Other dialects have no word for the end of a session: it is told in our own.
    outbox.flush({ query: queryOf('getstats'), body: envelopeOf({ sessionId }, [eventOf('ended')]) });
    outbox.close();
  };
  onPageHide(listening.signal, stop, outbox.flush);
  return Object.assign(report, { stop });
}

/** A page in the back-forward cache may come back: it has not ended. */
function onPageHide(signal: AbortSignal, ended: () => void, suspended: () => void): void {
  addEventListener('pagehide', ({ persisted }) => (persisted ? suspended() : ended()), { signal });
}

/** Milliseconds since the Unix epoch by the page's monotonic clock, as the stats objects are stamped. */
function nowMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

function eventOf(type: string): Item {
  return { json: JSON.stringify({ type, at_ms: nowMs() }), isEvent: true };
}

/** A body in the receiver's own dialect, `getstats`. */
function envelopeOf(
  session: Partial<Omit<MonitorOptions, 'sessionId'>> & { readonly sessionId?: string | undefined },
  items: readonly Item[],
): string {
  const listOf = (areEvents: boolean) =>
    items
      .filter(({ isEvent = false }) => isEvent === areEvents)
      .map(({ json }) => json)
      .join();
  const head = JSON.stringify({
    session_id: session.sessionId,
    conversation_id: session.conversationId,
    agent_id: session.agentId,
    dimensions: session.dimensions,
    sent_at_ms: nowMs(),
  });
  return `${head.slice(0, -1)},"reports":[${listOf(false)}],"events":[${listOf(true)}]}`;
}

type Stat = RTCStats & Readonly<Record<string, unknown>>;

function reportOf(
  connectionId: string,
  connection: WatchedConnection,
  stats: RTCStatsReport,
  isPaused: boolean,
) {
  const all: Stat[] = [];
  stats.forEach((stat: Stat) => all.push(stat));
  const idsOf = (stats: readonly Stat[], field: string) => stats.map((stat) => stat[field]).filter(Boolean);
  const selectedIds = idsOf(all, 'selectedCandidatePairId');
  const isPair = ({ type }: Stat) => type === 'candidate-pair';
  const isSelected = ({ id, selected, nominated, state }: Stat) =>
    selectedIds.length > 0 ? selectedIds.includes(id) : selected || (nominated && state === 'succeeded');
  const pairs = all.filter((stat) => isPair(stat) && isSelected(stat));
  const localIds = idsOf(pairs, 'localCandidateId');
  const sent = all
    .filter((stat) => !isPair(stat) || pairs.includes(stat))
    .filter(({ type, id }) => type !== 'local-candidate' || localIds.includes(id))
    .flatMap(allowedOf);
  return {
    at_ms: nowMs(),
    connection_id: connectionId,
    stats: sent,
    ...hintsOf(connection),
    ...(isPaused && { muted: sent.map(({ trackIdentifier }) => trackIdentifier).filter(Boolean) }),
  };
}

/** The object with the fields that may be sent; nothing of a type that is not listed. */
function allowedOf(stat: Stat): Record<string, unknown>[] {
  const fields = Object.hasOwn(FIELDS, stat.type) ? FIELDS[stat.type] : undefined;
  if (fields === undefined) return [];
  const allowed: Record<string, unknown> = { id: stat.id, type: stat.type, timestamp: stat.timestamp };
  for (const field of fields.split(' ')) {
    if (typeof stat[field] !== 'object') allowed[field] = stat[field];
  }
  const { type, mid, qualityLimitationDurations } = stat;
  // The track is called by its transceiver and direction: its own identifier is that of a device.
  if (mid !== undefined) allowed.trackIdentifier = trackName(type === 'inbound-rtp' ? 'in' : 'out', mid);
  if (qualityLimitationDurations) {
    const { cpu, bandwidth } = qualityLimitationDurations as Record<string, unknown>;
    allowed.qualityLimitationDurations = { cpu, bandwidth };
  }
  return [allowed];
}

function trackName(direction: 'in' | 'out', mid: unknown): string {
  return `${direction}:${String(mid)}`;
}

/** What no counter tells: which tracks show a screen, and which stand still on purpose. */
function hintsOf(connection: WatchedConnection) {
  const screen: string[] = [];
  const muted: string[] = [];
  const transceivers = connection.getTransceivers?.() ?? [];
  // What stands for a connection may have none, and then nothing is known.
  if (transceivers.length === 0) return {};
  for (const { mid, currentDirection, sender } of transceivers) {
    // Not negotiated yet: nothing is known.
    if (mid === null || !currentDirection) continue;
    const { track } = sender;
    const [inbound, outbound] = [trackName('in', mid), trackName('out', mid)];
    // Not by the receiver's track: Firefox calls it muted as well when the peer's reports stay away, as in an outage.
    if (!currentDirection.includes('recv')) muted.push(inbound);
    if (!currentDirection.includes('send') || !track?.enabled || track.muted || track.readyState === 'ended')
      muted.push(outbound);
    if (track?.getSettings().displaySurface !== undefined) screen.push(outbound);
  }
  return { screen, muted };
}

/** Sends in order, one request at a time, whatever the network does. */
function createOutbox({ url, token, onError }: Target, postOf: (items: readonly Item[]) => Post): Outbox {
  let pending: Item[] = [];
  let credential: string | undefined;
  let isSending = false;
  let isClosed = false;
  let hasFailed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const fail = (error: unknown) => {
    if (hasFailed || isClosed) return;
    hasFailed = true;
    try {
      onError?.(error instanceof Error ? error : new Error(String(error)));
    } catch {
      // What the page does with it must not stop the reports.
    }
  };

  const addressOf = (...parameters: string[]) =>
    parameters
      .filter(Boolean)
      .reduce((address, parameter) => address + (address.includes('?') ? '&' : '?') + parameter, url);

  const request = async ({ query, body }: Post) => {
    credential ??= typeof token === 'function' ? await token() : token;
    return fetch(addressOf(query), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      },
      body,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  };

  /** How long to wait before the next try of the same items; undefined when they are done with. */
  const attempt = async (items: readonly Item[]): Promise<number | undefined> => {
    try {
      const post = postOf(items);
      let response = await request(post);
      if (response.status === 401 && typeof token === 'function') {
        credential = undefined;
        response = await request(post);
      }
      if (response.ok) {
        hasFailed = false;
        return undefined;
      }
      fail(new Error(`the receiver answered ${response.status}`));
      return RETRIED_STATUS.test(String(response.status)) ? retryAfterMs(response) : undefined;
    } catch (error) {
      fail(error);
      return 0;
    }
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    let waitMs = GATHER_MS;
    let failureCount = 0;
    while (pending.length > 0) {
      await new Promise<void>((resolve) => (timer = setTimeout(resolve, waitMs)));
      const batch = fitting(pending);
      // A beacon has taken them meanwhile.
      if (batch.length === 0) break;
      const askedMs = await attempt(batch);
      if (askedMs === undefined) {
        pending = pending.filter((item) => !batch.includes(item));
        [waitMs, failureCount] = [0, 0];
      } else {
        const ceilingMs = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** failureCount++);
        waitMs = Math.max(askedMs, Math.random() * ceilingMs);
      }
    }
    isSending = false;
  };

  const beacon = ({ query, body }: Post) =>
    navigator.sendBeacon(
      addressOf(query, credential === undefined ? '' : `access_token=${encodeURIComponent(credential)}`),
      body,
    );

  return {
    fail,
    add(item) {
      if (isClosed) return;
      pending = [...pending, item].slice(-MAX_PENDING_COUNT);
      void send();
    },
    flush(last) {
      const rest = fitting(pending.reverse()).reverse();
      pending = [];
      // A beacon may be refused for what others have under way; the newest, then, which tells of the end.
      if (rest.length > 0 && !beacon(postOf(rest))) beacon(postOf(rest.slice(-1)));
      if (last !== undefined) beacon(last);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** As many of the first as one body holds; one at least. */
function fitting(items: readonly Item[]): Item[] {
  let length = 0;
  return items.filter(({ json }, index) => (length += json.length + 1) <= MAX_BODY_LENGTH || index === 0);
}

/** `Retry-After` in seconds or as a date; 0 when the answer doesn't say. */
function retryAfterMs(response: Response): number {
  const text = response.headers.get('retry-after') ?? '';
  const waitMs = Number(text) * 1_000 || Date.parse(text) - Date.now();
  return waitMs > 0 ? Math.min(waitMs, MAX_RETRY_AFTER_MS) : 0;
}
