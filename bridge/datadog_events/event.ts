// Datadog's events: of API v2, or of v1, which alone sends notifications (@mentions). The same aggregation key opens and
// resolves.
import { cutText } from '../rendering/cut-text.ts';
import { detailsOf, halvedDetails, withoutIdLists, type Details } from '../rendering/details.ts';
import { INCIDENT_TYPES } from '../rendering/incident-names.ts';
import { titleOf } from '../rendering/title.ts';
import { whyText } from '../rendering/why-text.ts';
import { isOver, type Severity, type Transition } from '../transition/transition.ts';

/** Documented, in characters and numbers. Of v1 the title's limit is that of its older documentation. */
const LIMITS = {
  v1Title: 100,
  v2Title: 500,
  text: 4_000,
  aggregationKey: 100,
  tags: 100,
  tag: 200,
  customProperties: 100,
} as const;
/** Longest value among the custom properties, in code points, and longest link; ours to choose. */
const MAX_VALUE_LENGTH = 500;
const MAX_LINK_LENGTH = 2_000;

/** Events that are older are refused. */
export const MAX_AGE_MS = 18 * 3_600_000;

const STATUSES: Readonly<Record<Severity, string>> = { warning: 'warn', high: 'error', critical: 'error' };
const ALERT_TYPES: Readonly<Record<Severity, string>> = {
  warning: 'warning',
  high: 'error',
  critical: 'error',
};
/** 1 is the highest. */
const PRIORITIES: Readonly<Record<Severity, string>> = { critical: '1', high: '2', warning: '3' };
const PRIORITY_OVER = '5';

export interface EventWords {
  readonly link: string | undefined;
  /** Of the configuration, such as `team:video`. */
  readonly tags: readonly string[];
  /** Of the configuration, such as `@pagerduty`; v1 only. */
  readonly mentions: readonly string[];
}

export interface EventV2 {
  readonly data: {
    readonly type: 'event';
    readonly attributes: {
      readonly timestamp?: string;
      readonly attributes: { readonly custom: Details };
    };
  };
}

export function eventV2(transition: Transition, { link, tags }: EventWords): EventV2 {
  const { kind, severity, incidentId, occurredAtMs } = transition;
  const over = isOver(kind);
  const custom = Object.entries(withoutIdLists(detailsOf(transition, link))).slice(
    0,
    LIMITS.customProperties,
  );
  const attributes = {
    title: cutText(titleOf(transition), LIMITS.v2Title),
    message: cutText(messageOf(transition), LIMITS.text),
    category: 'alert',
    integration_id: 'custom-events',
    aggregation_key: cutText(incidentId, LIMITS.aggregationKey),
    timestamp: new Date(occurredAtMs).toISOString(),
    tags: tagsOf(transition, tags),
    attributes: {
      status: over ? 'ok' : STATUSES[severity],
      priority: over ? PRIORITY_OVER : PRIORITIES[severity],
      custom: cutValues(Object.fromEntries(custom)),
      ...(link !== undefined && {
        links: [{ category: 'dashboard', title: 'Dashboard', url: cutText(link, MAX_LINK_LENGTH) }],
      }),
    },
  };
  return { data: { type: 'event', attributes } };
}

export interface EventV1 {
  readonly text: string;
  /** Seconds since the epoch. */
  readonly date_happened?: number;
}

export function eventV1(transition: Transition, { link, tags, mentions }: EventWords): EventV1 {
  const { kind, severity, incidentId, occurredAtMs } = transition;
  const lines = Object.entries(cutValues(withoutIdLists(detailsOf(transition, link)))).map(
    ([name, value]) => `${name}: ${value}`,
  );
  // Mentions come first: cut off, they would notify nobody.
  const text = [...mentions, messageOf(transition), ...lines].join('\n');
  const event = {
    title: cutText(titleOf(transition), LIMITS.v1Title),
    text: cutText(text, LIMITS.text),
    alert_type: isOver(kind) ? 'success' : ALERT_TYPES[severity],
    aggregation_key: cutText(incidentId, LIMITS.aggregationKey),
    date_happened: Math.floor(occurredAtMs / 1_000),
    tags: tagsOf(transition, tags),
  };
  return event;
}

/** Half the custom properties; undefined when none are left. */
export function shrunkV2(event: EventV2): EventV2 | undefined {
  const { attributes } = event.data;
  const custom = halvedDetails(attributes.attributes.custom);
  if (custom === undefined) return undefined;
  return {
    data: { ...event.data, attributes: { ...attributes, attributes: { ...attributes.attributes, custom } } },
  };
}

/** Half the text; undefined when hardly any is left. */
export function shrunkV1(event: EventV1): EventV1 | undefined {
  const length = Math.floor([...event.text].length / 2);
  return length < 100 ? undefined : { ...event, text: cutText(event.text, length) };
}

function messageOf(transition: Transition): string {
  const { triggerAtMs, occurredAtMs } = transition;
  const why = whyText(transition);
  const times = `Since ${new Date(triggerAtMs).toISOString()}; told at ${new Date(occurredAtMs).toISOString()}.`;
  return why === '' ? times : `${why}. ${times}`;
}

function tagsOf(
  { category, severity, environment, dimensions, isTest }: Transition,
  more: readonly string[],
) {
  const own = {
    env: environment,
    incident_type: INCIDENT_TYPES[category],
    severity,
    ...dimensions,
    ...(isTest === true && { test: 'true' }),
  };
  const tags = [...Object.entries(own).map(([name, value]) => `${name}:${value}`), ...more];
  return tags.slice(0, LIMITS.tags).map((tag) => cutText(tag, LIMITS.tag));
}

function cutValues(details: Details): Details {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' ? cutText(value, MAX_VALUE_LENGTH) : value,
    ]),
  );
}
