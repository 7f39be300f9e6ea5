// All that this build can run: the one list of components, and the one place that imports them.
import { apiCommand } from '../api/access/command.ts';
import { apiFactory } from '../api/factory.ts';
import { datadogEventsFactory } from '../bridge/datadog_events/factory.ts';
import { destinationCommand } from '../bridge/destination-test/command.ts';
import { elasticsearchFactory } from '../bridge/elasticsearch/factory.ts';
import { emailFactory } from '../bridge/email/factory.ts';
import { jsmFactory } from '../bridge/jsm/factory.ts';
import { otlpLogsFactory } from '../bridge/otlp_logs/factory.ts';
import { outboxCommand } from '../bridge/outbox/command.ts';
import { outboxHub } from '../bridge/outbox/factory.ts';
import { pagerDutyFactory } from '../bridge/pagerduty/factory.ts';
import { queueFactory } from '../bridge/queue/factory.ts';
import { sentinelFactory } from '../bridge/sentinel/factory.ts';
import { serviceNowFactory } from '../bridge/servicenow/factory.ts';
import { silencesFactory } from '../bridge/silences/factory.ts';
import { slackFactory } from '../bridge/slack/factory.ts';
import { smsFactory } from '../bridge/sms/factory.ts';
import { splunkHecFactory } from '../bridge/splunk_hec/factory.ts';
import { teamsFactory } from '../bridge/teams/factory.ts';
import { webhookFactory } from '../bridge/webhook/factory.ts';
import { otlpHttpFactory } from '../exporter/otlphttp/factory.ts';
import { prometheusFactory } from '../exporter/prometheus/factory.ts';
import { degradationFactory } from '../processor/degradation/factory.ts';
import { browserFactory } from '../receiver/browser/factory.ts';
import { genesysCloudFactory } from '../receiver/genesyscloud/factory.ts';
import { sessionGaugesHub } from '../receiver/session-gauges/factory.ts';
import { webrtcVideoFactory } from '../receiver/webrtcvideo/factory.ts';
import { replayCommand } from '../replay/command.ts';
import type { Distribution } from './component.ts';
import { bearerTokenAuthFactory } from './extension/bearertokenauth/factory.ts';
import { fileStorageFactory } from './extension/file_storage/factory.ts';
import { healthCheckFactory } from './extension/health_check/factory.ts';
import { oauth2ClientFactory } from './extension/oauth2client/factory.ts';

export const distribution: Distribution = {
  factories: [
    webrtcVideoFactory,
    browserFactory,
    genesysCloudFactory,
    degradationFactory,
    otlpHttpFactory,
    prometheusFactory,
    webhookFactory,
    pagerDutyFactory,
    jsmFactory,
    serviceNowFactory,
    splunkHecFactory,
    datadogEventsFactory,
    sentinelFactory,
    elasticsearchFactory,
    slackFactory,
    teamsFactory,
    otlpLogsFactory,
    emailFactory,
    smsFactory,
    queueFactory,
    healthCheckFactory,
    fileStorageFactory,
    bearerTokenAuthFactory,
    oauth2ClientFactory,
    silencesFactory,
    apiFactory,
  ],
  hubs: { metrics: sessionGaugesHub, logs: outboxHub },
  commands: [outboxCommand, destinationCommand, replayCommand, apiCommand],
};
