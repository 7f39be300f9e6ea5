// The adapter of every HTTP destination, configured in the same plain way, for tests that all of them must pass.
import { datadogAdapter, type DatadogOptions } from '../../bridge/datadog_events/adapter.ts';
import type { DestinationAdapter } from '../../bridge/delivery/adapter.ts';
import { elasticsearchAdapter } from '../../bridge/elasticsearch/adapter.ts';
import { jsmAdapter } from '../../bridge/jsm/adapter.ts';
import { otlpLogsAdapter } from '../../bridge/otlp_logs/adapter.ts';
import { pagerDutyAdapter } from '../../bridge/pagerduty/adapter.ts';
import { sentinelAdapter } from '../../bridge/sentinel/adapter.ts';
import { serviceNowAdapter } from '../../bridge/servicenow/adapter.ts';
import { slackAdapter } from '../../bridge/slack/adapter.ts';
import { splunkHecAdapter } from '../../bridge/splunk_hec/adapter.ts';
import { teamsAdapter } from '../../bridge/teams/adapter.ts';
import { webhookAdapter } from '../../bridge/webhook/adapter.ts';
import { FORMAT_NAMES, formatOf } from '../../bridge/webhook/format.ts';
import { Secret } from '../../collector/secret.ts';

/** What stands in the place of each credential. */
export const CREDENTIAL = 'the-credential-of-this-destination';
const secret = new Secret(CREDENTIAL);
const none = new Secret('');
export const LINK = 'https://grafana.example/d/rtc?var-session={session_id}&from={from_ms}&to={to_ms}';

const DATADOG: DatadogOptions = {
  apiVersion: 'v2',
  apiKey: secret,
  applicationKey: none,
  tags: ['team:video'],
  mentions: [],
  link: LINK,
};

/** By the name of their golden files. */
export const ADAPTERS = {
  ...Object.fromEntries(
    FORMAT_NAMES.map((name) => [
      `webhook-${name}`,
      webhookAdapter({ headers: {}, signingKeys: [], format: formatOf(name, 'webhook/siem'), link: LINK }),
    ]),
  ),
  pagerduty: pagerDutyAdapter({ routingKey: secret, link: LINK }),
  jsm: jsmAdapter({
    endpoint: 'https://api.atlassian.com/jsm/ops/integration/v2/alerts',
    apiKey: secret,
    link: LINK,
  }),
  servicenow: serviceNowAdapter({ basic: { username: 'webrtc', password: secret }, link: LINK }),
  splunk_hec: splunkHecAdapter({
    endpoint: 'https://splunk.example:8088',
    token: secret,
    place: { index: 'video', sourcetype: 'webrtc:incident', host: '' },
    link: LINK,
  }),
  'datadog_events-v2': datadogAdapter(DATADOG),
  'datadog_events-v1': datadogAdapter({ ...DATADOG, apiVersion: 'v1', mentions: ['@slack-video'] }),
  sentinel: sentinelAdapter({ link: LINK }),
  elasticsearch: elasticsearchAdapter({ index: 'logs-webrtc.alert-default', apiKey: secret, link: LINK }),
  'slack-webhook': slackAdapter({ token: none, channel: '', secrets: [], link: LINK }),
  'slack-api': slackAdapter({ token: secret, channel: 'C024BE91L', secrets: [], link: LINK }),
  teams: teamsAdapter({ secrets: [], link: LINK }),
  otlp_logs: otlpLogsAdapter({
    headers: { 'x-tenant': secret },
    resourceAttributes: { 'service.name': 'webrtc-quality-bridge', 'service.version': '1.0.0' },
    link: LINK,
  }),
} satisfies Record<string, DestinationAdapter>;
