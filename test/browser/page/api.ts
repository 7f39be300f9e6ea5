// What a test may ask of the page that it has opened, as `page` in its global scope. No DOM types, so that both sides
// can read it. Times are milliseconds.

export const LIBRARIES = [
  'webrtc-stats-gatherer',
  'peermetrics',
  'observertc',
  'webrtc-issue-detector',
] as const;
/** Each under the name of its dialect. */
export type Library = (typeof LIBRARIES)[number];

export interface ReportTarget {
  /** Of the client module. */
  readonly clientUrl: string;
  /** Of the receiver. */
  readonly url: string;
  readonly sessionId: string;
  readonly intervalMs: number;
}

/** Where each of the two connections finds the other. */
export interface RelayPorts {
  readonly publisherPort: number;
  readonly subscriberPort: number;
}

export interface Page {
  /** Connects a publisher of the fake camera to a subscriber, and resolves when the first frame is decoded. */
  startCall(ports: RelayPorts): Promise<void>;
  /** Reports the call with the client module. */
  monitorCall(target: ReportTarget): Promise<void>;
  /** Lets the library of this page report the call, in its own dialect. */
  observeCall(target: ReportTarget & { readonly dialect: string }): Promise<void>;
  /** What failed so far, in words. */
  readonly errors: readonly string[];
}

/** A library that can watch a call; `report` is its output hook. */
export interface Watcher {
  watch(
    connections: readonly [publisher: unknown, subscriber: unknown],
    report: (entry: unknown) => void,
    options: { readonly sessionId: string; readonly intervalMs: number },
  ): void;
}
