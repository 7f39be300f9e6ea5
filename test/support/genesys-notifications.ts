// The notification service of Genesys Cloud as it is known to be, not as our client would like it: channels that expire, of
// which the oldest goes for the 21st, subscriptions judged topic by topic, a WebSocket for each channel, and conversations.
// It does the wrong that it is told to, and writes down what it says it has told. Knows no socket: see genesys-wire.ts.
import type { Clock } from '../../collector/clock.ts';
import type { StandInAnswer, StandInRequest } from './genesys-stand-in.ts';
import { type Conversation, GenesysConversations } from './genesys-conversations.ts';

/** The client's end of a WebSocket. */
export interface SocketPeer {
  send(text: string): void;
  close(code: number): void;
  /** Without a close. */
  cut(): void;
}

/** What the service does with its own end; an answer other than 101 is one in place of a WebSocket. */
export type Accepted =
  | { readonly status: 101; message(text: string): void; closing(): boolean; gone(): void }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

interface Channel {
  readonly id: string;
  readonly expiresAtMs: number;
  topics: string[];
  usedAtMs: number;
  socket: OpenSocket | undefined;
}

interface OpenSocket {
  readonly peer: SocketPeer;
  isStalled: boolean;
}

const CHANNEL_LIFE_MS = 24 * 3_600_000;
const MAX_CHANNELS = 20;
const HEARTBEAT_MS = 30_000;
const CLOSING_WARNING_MS = 60_000;

export class GenesysNotifications {
  /** Where channels are heard. */
  streamingUrl = 'wss://streaming.mypurecloud.com';
  /** In the answer to the next channels, in place of what would stand there. */
  readonly nextChannels: Readonly<Record<string, unknown>>[] = [];
  /** Answers to the next requests for a WebSocket. */
  readonly nextSockets: Exclude<Accepted, { message: unknown }>[] = [];
  /** Why topics are rejected, by topic. */
  readonly rejections = new Map<string, Readonly<Record<string, unknown>>>();
  readonly conversations: GenesysConversations;
  /** Whether the platform numbers its notifications. */
  numbers = true;
  /** Whether connections stay open although the client has closed them, until it cuts them. */
  lingers = false;
  pingCount = 0;
  socketCount = 0;
  readonly #clock: Clock;
  readonly #channels = new Map<string, Channel>();
  /** The newest frames that were told. */
  #recent: { readonly topic: string; readonly text: string }[] = [];
  #channelCount = 0;
  #frameCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.conversations = new GenesysConversations(clock);
  }

  get openSocketCount(): number {
    return this.#sockets.length;
  }

  /** Whether anything that is told now reaches anybody. */
  get isHeard(): boolean {
    return this.#sockets.some(({ isStalled }) => !isStalled);
  }

  get channelIds(): readonly string[] {
    return [...this.#channels.keys()];
  }

  topicsOf(channelId: string): readonly string[] {
    return this.#channels.get(channelId)?.topics ?? [];
  }

  /** The platform's heartbeat: each 30 s for as long as the clock runs. */
  beat(): void {
    this.#clock.every(HEARTBEAT_MS, () => this.sendText(metadata('WebSocket Heartbeat')));
  }

  answer({ method, url, body }: StandInRequest): StandInAnswer {
    const [, , , area, first, second, third] = url.pathname.split('/');
    if (area === 'conversations') return this.#answerConversation(first ?? '');
    if (first !== 'channels') return { status: 404 };
    if (second === undefined) return method === 'POST' ? this.#create() : { status: 405 };
    const channel = this.#living(second);
    if (channel === undefined) return { status: 404 };
    if (third === undefined) return method === 'HEAD' ? { status: 200 } : { status: 405 };
    if (third !== 'subscriptions' || (method !== 'PUT' && method !== 'POST')) return { status: 404 };
    const ids = (JSON.parse(body) as { id: string }[]).map(({ id }) => id);
    return this.#subscribe(channel, method === 'PUT' ? [] : channel.topics, ids, url);
  }

  /** Somebody opens a WebSocket at this path. */
  connect(path: string, peer: SocketPeer): Accepted {
    const scripted = this.nextSockets.shift();
    if (scripted !== undefined) return scripted;
    const channel = this.#living(path.replace(/^\/channels\//, ''));
    if (channel === undefined) return { status: 404 };
    // One live socket per channel.
    channel.socket?.peer.close(1_000);
    const socket = { peer, isStalled: false };
    channel.socket = socket;
    channel.usedAtMs = this.#clock.nowMs();
    this.socketCount += 1;
    return {
      status: 101,
      message: (text) => {
        if (!/"message":\s*"ping"/.test(text)) return;
        this.pingCount += 1;
        if (!socket.isStalled) peer.send(metadata('pong'));
      },
      // Whether the close is answered.
      closing: () => !this.lingers,
      gone: () => {
        if (channel.socket === socket) channel.socket = undefined;
      },
    };
  }

  /** Tells of a conversation as it is now, on all channels that have asked for it. */
  tell(conversation: Conversation): void {
    const topics = new Set([...this.#channels.values()].flatMap((channel) => channel.topics));
    const delivered = this.conversations
      .bodiesByTopic(conversation)
      .filter(({ topic }) => topics.has(topic))
      .map(({ topic, body }) => ({ topic, text: this.frame(topic, body) }))
      .filter(({ topic, text }) => this.deliver(topic, text, conversation));
    this.#recent = [...this.#recent, ...delivered].slice(-50);
  }

  /** A frame as the platform writes it. */
  frame(topicName: string, eventBody: unknown): string {
    this.#frameCount += 1;
    const number = { metadata: { CorrelationId: `correlation-${this.#frameCount}` } };
    return JSON.stringify({ topicName, version: '2', eventBody, ...(this.numbers && number) });
  }

  /** What reaches a living socket is told. Whether it was. */
  deliver(topic: string, text: string, conversation?: Conversation): boolean {
    let isTold = false;
    for (const { topics, socket } of this.#channels.values()) {
      if (socket === undefined || socket.isStalled || !topics.includes(topic)) continue;
      socket.peer.send(text);
      isTold = true;
    }
    if (isTold && conversation !== undefined) this.conversations.told(conversation, topic);
    return isTold;
  }

  /** Writes anything to all sockets that are alive. */
  sendText(text: string): void {
    for (const { peer, isStalled } of this.#sockets) if (!isStalled) peer.send(text);
  }

  /** The newest notifications once more, in any order. */
  repeat(count: number): void {
    for (const { topic, text } of this.#recent.slice(-count).reverse()) this.deliver(topic, text);
  }

  /** All connections break. */
  cut(): void {
    this.#endSockets((peer) => peer.cut());
  }

  /** All connections are closed, by the book. */
  close(code = 1_001): void {
    this.#endSockets((peer) => peer.close(code));
  }

  /** The platform closes the connections in a minute, and says so. */
  announceClosing(): void {
    const closing = this.#sockets;
    for (const { peer, isStalled } of closing) {
      if (!isStalled) peer.send(JSON.stringify(CLOSING));
    }
    this.#clock.after(CLOSING_WARNING_MS, () => {
      for (const socket of closing) {
        const channel = [...this.#channels.values()].find((one) => one.socket === socket);
        if (channel === undefined) continue;
        channel.socket = undefined;
        socket.peer.close(1_001);
      }
    });
  }

  /** Half-open: nothing comes over the present connections any more. */
  stall(): void {
    for (const socket of this.#sockets) socket.isStalled = true;
  }

  /** Somebody else makes so many channels with the same client. */
  crowd(count = MAX_CHANNELS): void {
    for (let made = 0; made < count; made += 1) this.#make().usedAtMs = this.#clock.nowMs() + 1;
  }

  /** The channels vanish, and their connections with them. */
  evict(says?: string): void {
    if (says !== undefined) this.sendText(says);
    this.cut();
    this.#channels.clear();
  }

  #answerConversation(id: string): StandInAnswer {
    const conversation = this.conversations.find(id);
    if (conversation === undefined) {
      this.conversations.denied(id);
      return { status: 404 };
    }
    this.conversations.answered(conversation);
    return json(200, this.conversations.generalBody(conversation));
  }

  #create(): StandInAnswer {
    const { id, expiresAtMs } = this.#make();
    return json(200, {
      id,
      connectUri: `${this.streamingUrl}/channels/${id}`,
      expires: new Date(expiresAtMs).toISOString(),
      ...this.nextChannels.shift(),
    });
  }

  /** The 21st takes the place of the one that was used the longest ago, unconnected ones first. */
  #make(): Channel {
    const nowMs = this.#clock.nowMs();
    const id = `streaming-${(this.#channelCount += 1)}-${Math.floor(this.#clock.random() * 1e9).toString(36)}`;
    const channel = {
      id,
      expiresAtMs: nowMs + CHANNEL_LIFE_MS,
      topics: [],
      usedAtMs: nowMs,
      socket: undefined,
    };
    this.#channels.set(id, channel);
    if (this.#channels.size > MAX_CHANNELS) {
      const others = [...this.#channels.values()].filter((one) => one !== channel);
      others.sort(
        (a, b) => Number(a.socket !== undefined) - Number(b.socket !== undefined) || a.usedAtMs - b.usedAtMs,
      );
      const victim = others[0]!;
      this.#channels.delete(victim.id);
      victim.socket?.peer.close(1_001);
    }
    return channel;
  }

  #subscribe(channel: Channel, before: readonly string[], ids: readonly string[], url: URL): StandInAnswer {
    const rejected = ids.filter((id) => this.rejections.has(id));
    const ignoresErrors = url.searchParams.get('ignoreErrors') === 'true';
    if (rejected.length > 0 && !ignoresErrors) return json(403, { code: 'missing.permissions' });
    channel.topics = [...before, ...ids.filter((id) => !this.rejections.has(id))];
    channel.usedAtMs = this.#clock.nowMs();
    const entities = ids.map((id) =>
      this.rejections.has(id)
        ? { id, state: 'Rejected', ...this.rejections.get(id) }
        : { id, ...(ignoresErrors && { state: 'Permitted' }) },
    );
    return json(200, { entities });
  }

  #living(id: string): Channel | undefined {
    const channel = this.#channels.get(id);
    if (channel === undefined || channel.expiresAtMs > this.#clock.nowMs()) return channel;
    this.#channels.delete(id);
    channel.socket?.peer.close(1_001);
    return undefined;
  }

  get #sockets(): OpenSocket[] {
    return [...this.#channels.values()].map(({ socket }) => socket).filter((socket) => socket !== undefined);
  }

  #endSockets(end: (peer: SocketPeer) => void): void {
    for (const channel of this.#channels.values()) {
      if (channel.socket !== undefined) end(channel.socket.peer);
      channel.socket = undefined;
    }
  }
}

const CLOSING = {
  topicName: 'v2.system.socket_closing',
  eventBody: { message: 'This socket will be closed in 1 minute.' },
};

function metadata(message: string): string {
  return JSON.stringify({ topicName: 'channel.metadata', eventBody: { message } });
}

function json(status: number, body: unknown): StandInAnswer {
  return { status, headers: { 'content-type': 'application/json' }, text: JSON.stringify(body) };
}
