// A peer connection as far as the client looks at one: its state, its report, its transceivers.
import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';

export type FakeStat = Record<string, unknown>;

/** A report of real Chromium, captured in a bad phase; addresses and certificates included. */
export function chromiumReport(side: 'publisher' | 'subscriber'): FakeStat[] {
  const file = new URL(`../fixtures/client/${side}-getstats.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as FakeStat[];
}

export interface FakeTransceiver {
  readonly mid: string | null;
  readonly currentDirection: RTCRtpTransceiverDirection | null;
  readonly sender: { readonly track: object | null };
}

/** What a sender's track looks like while it shows a camera. */
export const CAMERA = { enabled: true, muted: false, readyState: 'live', getSettings: () => ({}) };

export class FakeConnection extends EventTarget {
  connectionState: RTCPeerConnectionState = 'connected';
  transceivers: FakeTransceiver[] = [];
  /** What the next calls give: objects, a rejection, or what is still to come. */
  answer: FakeStat[] | Error | Promise<FakeStat[]> = [];
  callCount = 0;

  async getStats(): Promise<Map<unknown, FakeStat>> {
    this.callCount += 1;
    if (this.answer instanceof Error) throw this.answer;
    return new Map((await this.answer).map((stat) => [stat.id, stat]));
  }

  getTransceivers(): readonly FakeTransceiver[] {
    return this.transceivers;
  }

  /** As the browser does it: the state first, then the event. */
  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  get listenerCount(): number {
    return getEventListeners(this, 'connectionstatechange').length;
  }

  /** As seen by the client. */
  get asReal(): RTCPeerConnection {
    return this as unknown as RTCPeerConnection;
  }
}
