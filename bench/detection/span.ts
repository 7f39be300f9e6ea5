// What happens in a call, as the plan of a simulated call lists it: troubles, which a person notices, and happenings, which a
// detector must not mistake for one.

/** Seconds since the call began. */
interface Stretch {
  readonly startS: number;
  readonly endS: number;
}

/** Packets are lost and repaired. */
export interface Loss extends Stretch {
  readonly kind: 'loss';
  readonly lossFraction: number;
}

/** The link carries less than the sender wants to send. */
export interface NarrowLink extends Stretch {
  readonly kind: 'bitrate';
  readonly linkKbps: number;
  /** By how much the sender grows per second once the link is free. */
  readonly regrowth: number;
}

/** A narrow link that loses and delays as well: what a full cell or Wi-Fi does. */
export interface Congestion extends Stretch {
  readonly kind: 'congestion';
  readonly lossFraction: number;
  readonly linkKbps: number;
  readonly regrowth: number;
  readonly delayMs: number;
}

export interface Delay extends Stretch {
  readonly kind: 'delay';
  readonly delayMs: number;
}

/** Frames hang again and again, though nothing is lost: the sender's machine, or a decoder that waits. */
export interface Stutter extends Stretch {
  readonly kind: 'stutter';
  readonly frozenRatio: number;
}

/** One long freeze, while bytes flow. The browser counts it when it is over. */
export interface Standstill extends Stretch {
  readonly kind: 'standstill';
  /** Whether the browser will call it a pause. */
  readonly countedAsPause: boolean;
}

/** Nothing arrives. */
export interface Outage extends Stretch {
  readonly kind: 'outage';
  /** Whether ICE notices, after seven seconds as Chromium does. */
  readonly noticed: boolean;
}

/** The receiver cannot decode fast enough, and drops frames. */
export interface DecodeOverload extends Stretch {
  readonly kind: 'decode_overload';
  readonly decodedFraction: number;
}

export type TroubleSpan =
  Loss | NarrowLink | Congestion | Delay | Stutter | Standstill | Outage | DecodeOverload;

/** The picture is switched off on purpose. */
interface Mute extends Stretch {
  readonly kind: 'mute';
}

/** The sender's processor is busy: fewer and smaller frames, and still a picture that nobody complains of. */
export interface Adaptation extends Stretch {
  readonly kind: 'adaptation';
  readonly bitrateFraction: number;
  readonly frameRateFraction: number;
}

/** The page does not read its counters: a tab that sleeps. */
interface Unread extends Stretch {
  readonly kind: 'unread';
}

/** Counters start again from 0, with the same SSRC or a new one. */
interface Reset extends Stretch {
  readonly kind: 'reset';
  readonly newSsrc: boolean;
}

/** Another network with another round trip, after an ICE restart. */
interface NetworkChange extends Stretch {
  readonly kind: 'network_change';
  readonly rttMs: number;
}

export type Happening = Mute | Adaptation | Unread | Reset | NetworkChange;

export type Span = TroubleSpan | Happening;

/** Of one kind; `undefined` when none covers the second. */
export function spanAt<Kind extends Span['kind']>(
  spans: readonly Span[],
  second: number,
  kind: Kind,
): Extract<Span, { readonly kind: Kind }> | undefined {
  for (const span of spans) {
    if (span.kind === kind && second >= span.startS && second < span.endS)
      return span as Extract<Span, { readonly kind: Kind }>;
  }
  return undefined;
}
