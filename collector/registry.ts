// All that this build can run: the one list of components, and the one place that imports them.
import { outboxCommand } from '../bridge/outbox/command.ts';
import { outboxHub } from '../bridge/outbox/factory.ts';
import { queueFactory } from '../bridge/queue/factory.ts';
import { webhookFactory } from '../bridge/webhook/factory.ts';
import { otlpHttpFactory } from '../exporter/otlphttp/factory.ts';
import { prometheusFactory } from '../exporter/prometheus/factory.ts';
import { degradationFactory } from '../processor/degradation/factory.ts';
import { sessionGaugesHub } from '../receiver/session-gauges/factory.ts';
import { webrtcVideoFactory } from '../receiver/webrtcvideo/factory.ts';
import type { Distribution } from './component.ts';
import { bearerTokenAuthFactory } from './extension/bearertokenauth/factory.ts';
import { fileStorageFactory } from './extension/file_storage/factory.ts';
import { healthCheckFactory } from './extension/health_check/factory.ts';

export const distribution: Distribution = {
  factories: [
    webrtcVideoFactory,
    degradationFactory,
    otlpHttpFactory,
    prometheusFactory,
    webhookFactory,
    queueFactory,
    healthCheckFactory,
    fileStorageFactory,
    bearerTokenAuthFactory,
  ],
  hubs: { metrics: sessionGaugesHub, logs: outboxHub },
  commands: [outboxCommand],
};
