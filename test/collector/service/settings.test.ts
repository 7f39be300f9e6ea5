import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import { HealthBoard } from '../../../collector/service/health-board.ts';
import { settingsFrom } from '../../../collector/service/settings.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock();
  const { logger, lines } = recordingLogger(clock);
  const health = new HealthBoard(clock);
  const places: string[] = [];
  const settingsFor = settingsFrom({
    clock,
    logger,
    meter: createNoopMeter(),
    telemetry: { collect: () => Promise.reject(new Error('not used here')) },
    resourceAttributes: { 'service.name': 'test' },
    health,
    crashPoint: (place) => places.push(place),
  });
  return { settingsFor, lines, health, places };
}

describe('settingsFrom', () => {
  it('binds the log lines of a processor to its id, kind and pipeline', () => {
    const { settingsFor, lines } = setUp();
    const settings = settingsFor({ kind: 'processor', id: 'degradation', pipeline: 'logs/a' });
    assert.equal(settings.id, 'degradation');
    settings.logger.info('hello');
    const { component, kind, pipeline, msg } = lines[0]!;
    assert.deepEqual([component, kind, pipeline, msg], ['degradation', 'processor', 'logs/a', 'hello']);
  });

  it('keeps the states of two instances of one processor apart', () => {
    const { settingsFor, health } = setUp();
    settingsFor({ kind: 'processor', id: 'p', pipeline: 'logs/a' }).reportStatus({ kind: 'ok' });
    settingsFor({ kind: 'processor', id: 'p', pipeline: 'logs/b' }).reportStatus({
      kind: 'unhealthy',
      reason: 'late',
    });
    assert.deepEqual(Object.fromEntries(health.report().components), {
      'processor:p@logs/a': { kind: 'ok' },
      'processor:p@logs/b': { kind: 'unhealthy', reason: 'late' },
    });
  });

  it('logs when a component becomes unhealthy and when it recovers, and not each time it says so', () => {
    const { settingsFor, lines } = setUp();
    const { reportStatus } = settingsFor({ kind: 'exporter', id: 'hook' });
    reportStatus({ kind: 'ok' });
    reportStatus({ kind: 'unhealthy', reason: '503 from the peer' });
    reportStatus({ kind: 'unhealthy', reason: 'still 503' });
    reportStatus({ kind: 'ok' });
    assert.deepEqual(
      lines.map(({ level, msg, reason }) => [level, msg, reason]),
      [
        ['warn', 'became unhealthy', '503 from the peer'],
        ['info', 'recovered', undefined],
      ],
    );
  });

  it('passes the crash points of components on', () => {
    const { settingsFor, places } = setUp();
    settingsFor({ kind: 'hub', id: 'logs' }).crashPoint('before-commit');
    assert.deepEqual(places, ['before-commit']);
  });
});
