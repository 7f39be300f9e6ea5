import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ComponentStatus, ProcessStatus } from '../../../collector/component.ts';
import { HealthBoard } from '../../../collector/service/health-board.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const starting: ComponentStatus = { kind: 'starting' };
const ok: ComponentStatus = { kind: 'ok' };
const unhealthy: ComponentStatus = { kind: 'unhealthy', reason: 'exports fail' };
const stopped: ComponentStatus = { kind: 'stopped' };

describe('HealthBoard', () => {
  const rows: {
    rule: string;
    phase: 'starting' | 'running' | 'stopping';
    components: ComponentStatus[];
    expected: ProcessStatus;
  }[] = [
    {
      rule: 'is starting before everything has started',
      phase: 'starting',
      components: [ok],
      expected: 'starting',
    },
    { rule: 'is ok when all parts are', phase: 'running', components: [ok, ok], expected: 'ok' },
    { rule: 'is ok when there are no parts', phase: 'running', components: [], expected: 'ok' },
    {
      rule: 'is unhealthy when one part is',
      phase: 'running',
      components: [ok, unhealthy],
      expected: 'unhealthy',
    },
    {
      rule: 'is starting when one part starts again',
      phase: 'running',
      components: [ok, starting],
      expected: 'starting',
    },
    {
      rule: 'is unhealthy rather than starting',
      phase: 'running',
      components: [unhealthy, starting],
      expected: 'unhealthy',
    },
    {
      rule: 'is unhealthy when a part has stopped by itself',
      phase: 'running',
      components: [ok, stopped],
      expected: 'unhealthy',
    },
    {
      rule: 'is stopping, however well its parts are',
      phase: 'stopping',
      components: [ok],
      expected: 'stopping',
    },
    {
      rule: 'is starting although a part is unhealthy',
      phase: 'starting',
      components: [unhealthy],
      expected: 'starting',
    },
  ];
  for (const { rule, phase, components, expected } of rows) {
    it(rule, () => {
      const board = new HealthBoard(new VirtualClock());
      components.forEach((status, index) => board.set(`receiver:fake/${index}`, status));
      if (phase !== 'starting') board.markRunning();
      if (phase === 'stopping') board.markStopping();
      assert.equal(board.report().status, expected);
    });
  }

  it('tells since when the process has been up, once it is', () => {
    const clock = new VirtualClock();
    const board = new HealthBoard(clock);
    assert.equal('upSinceMs' in board.report(), false);
    clock.advance(1_500);
    const startedAtMs = clock.nowMs();
    board.markRunning();
    clock.advance(60_000);
    assert.equal(board.report().upSinceMs, startedAtMs);
  });

  it('keeps what a part said of itself while it started', () => {
    const board = new HealthBoard(new VirtualClock());
    board.set('exporter:hook', unhealthy);
    board.markStarted('exporter:hook');
    assert.deepEqual(board.report().components.get('exporter:hook'), unhealthy);
  });

  it('takes a part that has said nothing for ok once it has started', () => {
    const board = new HealthBoard(new VirtualClock());
    board.set('exporter:hook', starting);
    board.markStarted('exporter:hook');
    assert.deepEqual(board.report().components.get('exporter:hook'), ok);
  });

  it('hands out reports that later changes leave alone', () => {
    const board = new HealthBoard(new VirtualClock());
    board.set('exporter:hook', ok);
    const { components } = board.report();
    board.set('exporter:hook', unhealthy);
    assert.deepEqual(components.get('exporter:hook'), ok);
  });
});
