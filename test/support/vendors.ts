// Every HTTP destination as a user configures it against a peer on loopback, and that peer's yes as the vendor says it.
import { datadogEventsFactory } from '../../bridge/datadog_events/factory.ts';
import { elasticsearchFactory } from '../../bridge/elasticsearch/factory.ts';
import { jsmFactory } from '../../bridge/jsm/factory.ts';
import { otlpLogsFactory } from '../../bridge/otlp_logs/factory.ts';
import { pagerDutyFactory } from '../../bridge/pagerduty/factory.ts';
import { sentinelFactory } from '../../bridge/sentinel/factory.ts';
import { serviceNowFactory } from '../../bridge/servicenow/factory.ts';
import { slackFactory } from '../../bridge/slack/factory.ts';
import { smsFactory } from '../../bridge/sms/factory.ts';
import { splunkHecFactory } from '../../bridge/splunk_hec/factory.ts';
import { teamsFactory } from '../../bridge/teams/factory.ts';
import { webhookFactory } from '../../bridge/webhook/factory.ts';
import type { ExporterFactory } from '../../collector/component.ts';
import { CANARY } from './no-leak.ts';
import { answering, type PeerAnswer } from './scripted-peer.ts';

export interface Vendor {
  readonly factory: ExporterFactory;
  /** What stands in the YAML file, but for the egress rules; every credential in it is the canary. */
  section(url: string): object;
  readonly yes: PeerAnswer;
  /** How the vendor is asked to slow down. */
  readonly busy: PeerAnswer;
  /** The paths of the requests of an incident that opens, escalates and recovers. */
  readonly paths: readonly string[];
}

const LOOPBACK = { allow_http: true, allow_loopback: true };
const BUSY = answering(429, { 'retry-after': '5' });

function json(status: number, body: object): PeerAnswer {
  return answering(status, { 'content-type': 'application/json' }, JSON.stringify(body));
}

function times(count: number, path: string): string[] {
  return Array.from({ length: count }, () => path);
}

const WEBHOOK = { yes: answering(200), busy: BUSY, paths: times(3, '/hook') };
const DATADOG = {
  factory: datadogEventsFactory,
  yes: json(202, { status: 'ok' }),
  busy: BUSY,
  paths: times(3, '/events'),
};
const SIGNING = { signing_secrets: [`whsec_${Buffer.from(CANARY.padEnd(32)).toString('base64')}`] };
/** The id of an incident in a path, or with the severity that it escalated to. */
const ALIAS = '/v2/alerts/<alias>';

/** By a name for test titles. */
export const VENDORS: Readonly<Record<string, Vendor>> = {
  'webhook, standard_webhooks': {
    ...WEBHOOK,
    factory: webhookFactory,
    section: (url) => ({
      endpoint: `${url}/hook`,
      format: 'standard_webhooks',
      ...SIGNING,
      auth: { authenticator: 'siem' },
    }),
  },
  'webhook, cloudevents': {
    ...WEBHOOK,
    factory: webhookFactory,
    section: (url) => ({ endpoint: `${url}/hook`, format: 'cloudevents', headers: { 'x-api-key': CANARY } }),
  },
  'webhook, alertmanager': {
    ...WEBHOOK,
    factory: webhookFactory,
    section: (url) => ({ endpoint: `${url}/hook`, format: 'alertmanager', auth: { authenticator: 'siem' } }),
  },
  pagerduty: {
    factory: pagerDutyFactory,
    section: (url) => ({ endpoint: `${url}/v2/enqueue`, routing_key: CANARY }),
    yes: json(202, { status: 'success', message: 'Event processed' }),
    busy: answering(429),
    paths: times(5, '/v2/enqueue'),
  },
  jsm: {
    factory: jsmFactory,
    section: (url) => ({ endpoint: `${url}/v2/alerts`, api_key: CANARY }),
    yes: json(202, { result: 'Request will be processed', requestId: 'r-1' }),
    busy: BUSY,
    paths: [...times(2, '/v2/alerts'), ...times(3, `${ALIAS}/close?identifierType=alias`)],
  },
  servicenow: {
    factory: serviceNowFactory,
    section: (url) => ({ endpoint: url, username: 'webrtc', password: CANARY }),
    yes: json(200, { result: { 'Default Bulk Endpoint': '1 events were inserted' } }),
    busy: BUSY,
    paths: times(3, '/api/global/em/jsonv2'),
  },
  splunk_hec: {
    factory: splunkHecFactory,
    section: (url) => ({ endpoint: url, token: CANARY }),
    yes: json(200, { text: 'Success', code: 0 }),
    busy: json(503, { text: 'Server is busy', code: 9 }),
    paths: times(3, '/services/collector/event'),
  },
  'datadog_events, v2': { ...DATADOG, section: (url) => ({ endpoint: `${url}/events`, api_key: CANARY }) },
  'datadog_events, v1': {
    ...DATADOG,
    section: (url) => ({
      endpoint: `${url}/events`,
      api_key: CANARY,
      application_key: CANARY,
      api_version: 'v1',
    }),
  },
  sentinel: {
    factory: sentinelFactory,
    section: (url) => ({ endpoint: url, dcr_immutable_id: 'dcr-0f', auth: { authenticator: 'siem' } }),
    yes: answering(204),
    busy: BUSY,
    paths: times(3, '/dataCollectionRules/dcr-0f/streams/Custom-WebRtcIncidents_CL?api-version=2023-01-01'),
  },
  elasticsearch: {
    factory: elasticsearchFactory,
    section: (url) => ({ endpoint: url, api_key: CANARY }),
    yes: json(200, { took: 1, errors: false, items: [{ create: { status: 201 } }] }),
    busy: json(200, {
      took: 1,
      errors: true,
      items: [{ create: { status: 429, error: { type: 'es_rejected_execution_exception' } } }],
    }),
    paths: times(3, '/_bulk'),
  },
  'slack, webhook': {
    factory: slackFactory,
    section: (url) => ({ webhook_url: `${url}/services/T0/B0/${CANARY}` }),
    yes: answering(200, {}, 'ok'),
    busy: answering(429, { 'retry-after': '5' }, 'rate_limited'),
    paths: times(3, `/services/T0/B0/${CANARY}`),
  },
  'slack, web api': {
    factory: slackFactory,
    section: (url) => ({ endpoint: `${url}/api/chat.postMessage`, token: CANARY, channel: 'C1' }),
    yes: json(200, {
      ok: true,
      channel: 'C1',
      ts: '1503435956.000247',
      message: { text: 'x'.repeat(2_000) },
    }),
    busy: json(200, { ok: false, error: 'ratelimited' }),
    paths: times(3, '/api/chat.postMessage'),
  },
  teams: {
    factory: teamsFactory,
    section: (url) => ({ webhook_url: `${url}/workflows/w/triggers/manual/paths/invoke?sig=${CANARY}` }),
    yes: answering(202),
    busy: answering(
      200,
      {},
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429',
    ),
    paths: times(3, `/workflows/w/triggers/manual/paths/invoke?sig=${CANARY}`),
  },
  otlp_logs: {
    factory: otlpLogsFactory,
    section: (url) => ({ endpoint: url, headers: { 'x-api-key': CANARY } }),
    yes: json(200, { partialSuccess: {} }),
    busy: BUSY,
    paths: times(3, '/v1/logs'),
  },
  sms: {
    factory: smsFactory,
    section: (url) => ({
      endpoint: url,
      account_sid: 'webrtc',
      auth_token: CANARY,
      from: '+4930123456',
      to: ['+49151000001'],
    }),
    yes: json(201, { sid: 'SM1', status: 'queued', error_code: null }),
    busy: json(429, { code: 20429, message: 'Too Many Requests', status: 429 }),
    paths: times(3, '/2010-04-01/Accounts/webrtc/Messages.json'),
  },
};

/** A vendor's section, parsed, with sending to loopback allowed. */
export function parsedSection(vendor: Vendor, url: string, more: object = {}): never {
  return vendor.factory.configSchema.parse({ ...vendor.section(url), egress: LOOPBACK, ...more }) as never;
}

/** A path without what differs from incident to incident. */
export function plainPath(path: string): string {
  return path.replace(/[0-9a-f]{32}(-high|-critical)?/, '<alias>');
}
