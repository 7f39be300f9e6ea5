// Datadog's event intake as a destination, in its API v2 or v1.
import type { Secret } from '../../collector/secret.ts';
import type { DestinationAdapter } from '../delivery/adapter.ts';
import { outcomeOfStatus } from '../delivery/outcome.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';
import { linkOf } from '../rendering/link.ts';
import type { Transition } from '../transition/transition.ts';
import { eventV1, eventV2, MAX_AGE_MS, shrunkV1, shrunkV2, type EventV1, type EventV2 } from './event.ts';

export interface DatadogOptions {
  readonly apiVersion: 'v1' | 'v2';
  readonly apiKey: Secret;
  /** Empty: none is sent. */
  readonly applicationKey: Secret;
  readonly tags: readonly string[];
  readonly mentions: readonly string[];
  readonly link: string;
}

/** Clocks differ, and a request takes its time: an event that is nearly too old is taken for one that is. */
const MARGIN_MS = 600_000;

export function datadogAdapter(options: DatadogOptions): DestinationAdapter {
  const { apiVersion, apiKey, applicationKey, tags, mentions } = options;
  const headers = {
    'content-type': 'application/json',
    'dd-api-key': apiKey.reveal(),
    ...(!applicationKey.isEmpty && { 'dd-application-key': applicationKey.reveal() }),
  };
  const isV1 = apiVersion === 'v1';

  function render(transition: Transition): string {
    const words = { link: linkOf(options.link, transition), tags, mentions };
    return JSON.stringify(isV1 ? eventV1(transition, words) : eventV2(transition, words));
  }

  function shrink(body: string): string | undefined {
    const parsed: unknown = JSON.parse(body);
    const shrunk = isV1 ? shrunkV1(parsed as EventV1) : shrunkV2(parsed as EventV2);
    return shrunk && JSON.stringify(shrunk);
  }

  return {
    render,
    request: (row, nowMs) => ({ headers, body: isV1 ? datedV1(row, nowMs) : datedV2(row, nowMs) }),
    outcome: ({ status, retryAfterMs }) => outcomeOfStatus(status, retryAfterMs),
    shrink,
  };
}

/** Without a time that Datadog would refuse for its age. It then takes that of arrival; our own is in the event anyway. */
function datedV2({ body }: OutboxRow, nowMs: number): string {
  const event = JSON.parse(body) as EventV2;
  const { timestamp, ...attributes } = event.data.attributes;
  if (timestamp === undefined || !isTooOld(Date.parse(timestamp), nowMs)) return body;
  return JSON.stringify({ data: { ...event.data, attributes } });
}

function datedV1({ body }: OutboxRow, nowMs: number): string {
  const { date_happened: happenedAtS, ...event } = JSON.parse(body) as EventV1;
  if (happenedAtS === undefined || !isTooOld(happenedAtS * 1_000, nowMs)) return body;
  return JSON.stringify(event);
}

function isTooOld(atMs: number, nowMs: number): boolean {
  return nowMs - atMs > MAX_AGE_MS - MARGIN_MS;
}
