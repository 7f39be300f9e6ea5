// A transition as one log record of OTLP/JSON: an event with a name, a severity number, and `log.record.uid`, by which a
// receiver tells repeats.
import { cutText } from '../rendering/cut-text.ts';
import { detailsOf, fitDetails, halvedDetails, type Details } from '../rendering/details.ts';
import { EVENT_NAMES, SOURCE_NAME } from '../rendering/incident-names.ts';
import { summaryOf } from '../rendering/title.ts';
import { isOver, type Severity, type Transition } from '../transition/transition.ts';

/** No limit is documented; common receivers take 4 MiB and more. Ours to choose. */
const MAX_BYTES = 1_000_000;
/** Longest text of the body, in code points; ours to choose. */
const MAX_TEXT_LENGTH = 4_000;
const NANOSECONDS_PER_MS = 1_000_000n;

/** OpenTelemetry's severity numbers: WARN degraded, ERROR severe, INFO over. */
const SEVERITY_NUMBERS: Readonly<Record<Severity, number>> = { warning: 13, high: 13, critical: 17 };
const SEVERITY_NUMBER_OVER = 9;

/** Details that OpenTelemetry, or our own gauges, have a name for. The others get `webrtc.` before their own. */
const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  session_id: 'session.id',
  agent_id: 'agent.id',
  environment: 'deployment.environment.name',
};

/** Counts. Every other number is a measurement: a double even when it is whole, since a type must not change by chance. */
const INTEGERS: ReadonlySet<string> = new Set([
  'webrtc.sequence',
  'webrtc.suppressed_count',
  'webrtc.member_count',
  'webrtc.open_count',
  'webrtc.listed_count',
  'webrtc.still_open_count',
]);

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}

export interface LogsRequest {
  readonly resourceLogs: readonly [
    {
      readonly resource: { readonly attributes: readonly Attribute[] };
      readonly scopeLogs: readonly [
        {
          readonly scope: { readonly name: string };
          readonly logRecords: readonly [{ readonly attributes: readonly Attribute[] }];
        },
      ];
    },
  ];
}

export function logsRequest(
  transition: Transition,
  resourceAttributes: Readonly<Record<string, string>>,
  link: string | undefined,
): string {
  const { category, kind, severity, occurredAtMs, decidedAtMs, dimensions } = transition;
  const eventName = EVENT_NAMES[category];
  const over = isOver(kind);
  const { idempotency_key: uid = '', incident_id: incidentId = '', ...details } = detailsOf(transition, link);
  return fitDetails(details, MAX_BYTES, (kept) => {
    const logRecord = {
      timeUnixNano: nanoseconds(occurredAtMs),
      observedTimeUnixNano: nanoseconds(decidedAtMs),
      severityNumber: over ? SEVERITY_NUMBER_OVER : SEVERITY_NUMBERS[severity],
      severityText: over ? kind : severity,
      eventName,
      body: { stringValue: cutText(summaryOf(transition), MAX_TEXT_LENGTH) },
      attributes: attributesOf({
        // Receivers that are older than the field eventName look here.
        'event.name': eventName,
        'log.record.uid': uid,
        'webrtc.incident_id': incidentId,
        ...named(kept, dimensions),
      }),
    };
    const request: LogsRequest = {
      resourceLogs: [
        {
          resource: { attributes: attributesOf({ 'service.name': SOURCE_NAME, ...resourceAttributes }) },
          scopeLogs: [{ scope: { name: SOURCE_NAME }, logRecords: [logRecord] }],
        },
      ],
    };
    return JSON.stringify(request);
  });
}

/** Attributes that stay when the others are halved: what the event is, its key and its incident. */
const HEAD_ATTRIBUTES = 3;

/** Half of the attributes; undefined when none are left to leave out. */
export function shrunkRequest(body: string): string | undefined {
  const request = JSON.parse(body) as LogsRequest;
  const [resourceLog] = request.resourceLogs;
  const [scopeLog] = resourceLog.scopeLogs;
  const [record] = scopeLog.logRecords;
  const rest = halvedDetails(
    Object.fromEntries(record.attributes.slice(HEAD_ATTRIBUTES).map(({ key }) => [key, key])),
  );
  if (rest === undefined) return undefined;
  const keptCount = HEAD_ATTRIBUTES + Object.keys(rest).length;
  const logRecord = { ...record, attributes: record.attributes.slice(0, keptCount) };
  const scopeLogs = [{ ...scopeLog, logRecords: [logRecord] }];
  return JSON.stringify({ resourceLogs: [{ ...resourceLog, scopeLogs }] });
}

function named(details: Details, dimensions: Readonly<Record<string, string>>): Details {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name in dimensions ? name : (ATTRIBUTE_NAMES[name] ?? `webrtc.${name}`),
      value,
    ]),
  );
}

function attributesOf(values: Details): readonly Attribute[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: attributeValue(key, value) }));
}

function attributeValue(key: string, value: string | number | boolean): Attribute['value'] {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  // 64-bit integers are texts in OTLP/JSON.
  return INTEGERS.has(key) ? { intValue: String(value) } : { doubleValue: value };
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms)) * NANOSECONDS_PER_MS);
}
