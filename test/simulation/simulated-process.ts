// One life of the real collector, put together as always, but for its edges: batches come straight from a sender, the
// disk is in memory, and destinations are stand-ins on the virtual clock.
import type { Logger } from 'pino';
import { z } from 'zod';
import type { EscalationStep } from '../../bridge/escalation/steps.ts';
import { outboxHub } from '../../bridge/outbox/factory.ts';
import type { Outbox } from '../../bridge/outbox/outbox.ts';
import { silencesFactory } from '../../bridge/silences/factory.ts';
import { scheduleOf, retrySchema } from '../../bridge/delivery/retry-config.ts';
import { SendingDestination } from '../../bridge/delivery/sending-destination.ts';
import type { Severity } from '../../bridge/transition/transition.ts';
import type { Consumer, Distribution, ExporterFactory, Settings } from '../../collector/component.ts';
import { Duration } from '../../collector/config/duration.ts';
import type { CollectorConfig } from '../../collector/config/model.ts';
import { defineExporter, defineExtension, defineReceiver } from '../../collector/define.ts';
import { createCollector, type Collector } from '../../collector/service/collector.ts';
import { degradationFactory } from '../../processor/degradation/factory.ts';
import type { QualityBatch } from '../../receiver/sample.ts';
import { sessionGaugesHub } from '../../receiver/session-gauges/factory.ts';
import type { Life } from './life.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { QueueLog } from './queue-log.ts';
import { StandInAttempts, wholeRendering } from './stand-in-attempts.ts';
import type { StandIn } from './stand-in.ts';

export interface SimulatedDestination {
  readonly standIn: StandIn;
  readonly minSeverity: Severity;
  readonly concurrency: number;
  /** Who is told of what waits here too long. A destination that has nobody is itself only told of what waits elsewhere. */
  readonly escalation: readonly EscalationStep[];
}

export interface SimulatedProcess {
  readonly collector: Collector;
  /** Where batches go in. */
  readonly intake: Consumer<QualityBatch>;
}

const EMPTY = z.strictObject({});
const SCHEDULE = scheduleOf(retrySchema.parse({}));
const DEGRADATION = degradationFactory.configSchema.parse({});
const SHUTDOWN_TIMEOUT = new Duration(30_000, '30s');
export interface ProcessParts {
  readonly disk: MemoryDisk;
  readonly destinations: readonly SimulatedDestination[];
  /** The section of the extension `silences`; undefined: there is none. */
  readonly silences: unknown;
  readonly logger: Logger;
}

export function createProcess(
  life: Life,
  { disk, destinations, silences, logger }: ProcessParts,
): SimulatedProcess {
  let intake: Consumer<QualityBatch> | undefined;
  const receiver = defineReceiver<typeof EMPTY, QualityBatch>({
    type: 'direct',
    summary: 'Takes batches from a simulated sender.',
    configSchema: EMPTY,
    produces: 'quality',
    create(_settings, _config, next) {
      intake = next;
      return { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
    },
  });
  const storage = defineExtension({
    type: 'disk',
    summary: 'Databases in memory.',
    configSchema: EMPTY,
    create: () => disk.storageFor(life),
  });
  const exporters = new Map<string, ExporterFactory>([['queue', queueFactory()]]);
  for (const destination of destinations) {
    exporters.set(destination.standIn.name, standInFactory(life, destination));
  }
  const told = destinations
    .filter(({ escalation }) => escalation.length > 0)
    .map(({ standIn }) => standIn.name);
  const distribution: Distribution = {
    factories: [receiver, degradationFactory, storage, silencesFactory, ...exporters.values()],
    hubs: { metrics: sessionGaugesHub, logs: outboxHub },
    commands: [],
  };
  const config: CollectorConfig = {
    receivers: new Map([['direct', { id: 'direct', factory: receiver, config: {} }]]),
    processors: new Map([
      ['degradation', { id: 'degradation', factory: degradationFactory, config: DEGRADATION }],
    ]),
    exporters: new Map([...exporters].map(([id, factory]) => [id, { id, factory, config: {} }])),
    namedExporters: new Map(
      destinations.map(({ standIn, escalation }) => [standIn.name, escalation.flatMap(({ to }) => to)]),
    ),
    extensions: new Map([
      ['disk', { id: 'disk', factory: storage, config: {} }],
      ['silences', { id: 'silences', factory: silencesFactory, config: silences }],
    ]),
    service: {
      extensions: silences === undefined ? ['disk'] : ['disk', 'silences'],
      pipelines: [
        {
          id: 'logs',
          signal: 'logs',
          receivers: ['direct'],
          processors: ['degradation'],
          exporters: ['queue', ...told],
        },
      ],
      telemetry: {
        resource: {},
        logs: { level: 'error' },
        metrics: { level: 'none', address: { host: '', port: 0, toJSON: () => '' } },
      },
      shutdownTimeout: SHUTDOWN_TIMEOUT,
    },
  };
  const crashPoint = (name: string) => life.pass(name);
  const collector = createCollector({ config, distribution, clock: life.clock, logger, crashPoint });
  return { collector, intake: intake! };
}

function queueFactory(): ExporterFactory {
  return defineExporter({
    type: 'queue',
    summary: 'Writes down what is promised.',
    configSchema: EMPTY,
    signal: 'logs',
    create: (settings, _config, outbox: Outbox) => new QueueLog(settings.id, outbox),
  });
}

function standInFactory(
  life: Life,
  { standIn, minSeverity, concurrency, escalation }: SimulatedDestination,
): ExporterFactory {
  return defineExporter({
    type: standIn.name,
    summary: 'Sends to a stand-in.',
    configSchema: EMPTY,
    signal: 'logs',
    create: (settings, _config, outbox: Outbox) =>
      new SendingDestination(
        escalation.length > 0 ? settings : withoutPolls(settings),
        outbox,
        { rendering: wholeRendering, attempts: new StandInAttempts(life, standIn) },
        { minSeverity, concurrency, escalation, schedule: SCHEDULE },
      ),
  });
}

/** Where nothing escalates, the one poll looks for what another process may have done: there is none. */
function withoutPolls(settings: Settings): Settings {
  const { clock } = settings;
  return {
    ...settings,
    clock: {
      nowMs: () => clock.nowMs(),
      after: (delayMs, callback) => clock.after(delayMs, callback),
      every: () => ({ cancel: () => {} }),
      random: () => clock.random(),
    },
  };
}
