// Stands between two peers on 127.0.0.1 and forwards their datagrams unread, ICE, DTLS and media alike, as well as its
// links let it. Each peer is shown the relay's port in the place of the other's.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '../../collector/clock.ts';
import { type Impairment, RelayLink } from './udp-relay-link.ts';

const LOOPBACK = '127.0.0.1';

/** Where one peer sends to. What comes in here goes out to the other peer from the other door. */
interface Door {
  readonly socket: Socket;
  /** Where the peer behind this door was last heard from. */
  peerPort: number | undefined;
}

export class UdpRelay {
  /** What the publisher sends, and what the subscriber answers. */
  readonly forward: RelayLink;
  readonly backward: RelayLink;
  readonly #clock: Clock;
  readonly #publisher: Door = { socket: createSocket('udp4'), peerPort: undefined };
  readonly #subscriber: Door = { socket: createSocket('udp4'), peerPort: undefined };

  private constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.forward = new RelayLink(seed);
    this.backward = new RelayLink(seed + 1);
  }

  static async start(clock: Clock, seed: number): Promise<UdpRelay> {
    const relay = new UdpRelay(clock, seed);
    await relay.#open(relay.#publisher, relay.#subscriber, relay.forward);
    await relay.#open(relay.#subscriber, relay.#publisher, relay.backward);
    return relay;
  }

  /** The port that the publisher is told as the subscriber's. */
  get publisherPort(): number {
    return this.#publisher.socket.address().port;
  }

  /** The port that the subscriber is told as the publisher's. */
  get subscriberPort(): number {
    return this.#subscriber.socket.address().port;
  }

  /** Of what the publisher sends, from now on; nothing for a good path. */
  impair(impairment: Impairment = {}): void {
    this.forward.impairment = impairment;
  }

  /** Where the peers are is not known before they have sent something: a relay that opens after them would lose it. */
  async #open(from: Door, to: Door, link: RelayLink): Promise<void> {
    from.socket.on('message', (datagram, { address, port }) => {
      // A peer tries its other interfaces as well: from there it could not be answered, and is not heard.
      if (address !== LOOPBACK) return;
      from.peerPort = port;
      const nowMs = this.#clock.nowMs();
      const departureMs = link.departureMs(datagram.length, nowMs);
      if (departureMs === undefined) return;
      const waitMs = departureMs - nowMs;
      if (waitMs < 1) send(to, datagram);
      else this.#clock.after(waitMs, () => send(to, datagram));
    });
    from.socket.bind(0, LOOPBACK);
    await once(from.socket, 'listening');
  }

  async close(): Promise<void> {
    for (const door of [this.#publisher, this.#subscriber]) {
      door.peerPort = undefined;
      const closed = once(door.socket, 'close');
      door.socket.close();
      await closed;
    }
  }
}

function send({ socket, peerPort }: Door, datagram: Buffer): void {
  if (peerPort !== undefined) socket.send(datagram, peerPort, LOOPBACK);
}
