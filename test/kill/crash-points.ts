// The places at which a collector can die between the arrival of a sample and the note that its transition has been
// delivered, each tried in the middle of the story, while the SIEM fails as well.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import type { SessionEvent } from '../../receiver/sample.ts';
import { Siem } from '../support/siem.ts';
import { START_MS } from '../support/timeline.ts';
import { bodiesOf, OPENING_BODY, sessionIdOf, toldOf } from './crash-story.ts';
import { sendUntilAcknowledged } from './honest-sender.ts';
import { pointPassed } from './kill-moments.ts';
import { MortalCollector } from './mortal-collector.ts';
import { brokenKeys, brokenOrder } from './promises.ts';
import { outboxIsEmpty } from './settled-outbox.ts';
import { stubborn } from './siem-moods.ts';

/** A commit is tried within milliseconds. */
const PATIENCE_MS = 5_000;
/** A checkpoint is written every five seconds. */
const TIMED_PATIENCE_MS = 8_000;

/** One way to die in the middle of the story. */
export interface Death {
  readonly name: string;
  /** Called at the beginning of the story. */
  arm?(collector: MortalCollector, siem: Siem): void;
  /** Called before each body is sent, and waited for. */
  beforeBody?(index: number, collector: MortalCollector): Promise<void>;
}

/** By its own hand, at the `call`-th passing of a named point. */
export function atPoint(point: string, call: number): Death {
  return {
    name: `at ${point}, time ${call}`,
    arm: (collector) => collector.arm(point, call),
  };
}

/** At a point that a timer passes; the story waits for it before the body of that index. */
export function atTimedPoint(point: string, bodyIndex: number): Death {
  return {
    name: `at ${point}, by the clock`,
    arm: (collector) => collector.arm(point, 1),
    async beforeBody(index, collector) {
      if (index === bodyIndex) await once(collector.events, 'died');
    },
  };
}

/** While the `call`-th request that reached the SIEM waits for its answer, taken or not. */
export function beforeTheAnswer(call: number, isTaken: boolean): Death {
  return {
    name: `before the SIEM answers request ${call}, which it has ${isTaken ? '' : 'not '}taken`,
    arm(collector, siem) {
      const answers = stubborn();
      let count = 0;
      siem.answer = () => {
        count += 1;
        if (count !== call) return answers();
        collector.kill();
        return isTaken ? 'processed-then-reset' : 'reset';
      };
    },
  };
}

/** When the checkpoint is older than what has been committed since: one shows an open incident, the other its recovery. */
export function withStaleCheckpoint(openBodyIndex: number, closedBodyIndex: number): Death {
  return {
    name: 'with a checkpoint that is older than the last commit',
    async beforeBody(index, collector) {
      if (index === openBodyIndex) {
        await pointPassed(collector, 'outbox.checkpointed', 1, TIMED_PATIENCE_MS);
      } else if (index === closedBodyIndex) {
        const died = once(collector.events, 'died');
        collector.kill();
        await died;
      }
    },
  };
}

export function describeDeaths(deaths: readonly Death[]): void {
  describe('a collector that dies tells the same story', { concurrency: false }, () => {
    const siem = new Siem();
    let directory: string;
    let collector: MortalCollector;
    let storyCount = 0;

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'crash-points-'));
      await siem.start();
      collector = new MortalCollector({
        directory: join(directory, 'data'),
        cacheDirectory: join(directory, 'cache'),
        siemUrl: siem.url,
      });
    });

    after(async () => {
      await collector.end();
      await siem.stop();
      await rm(directory, { recursive: true, force: true });
    });

    const nextStory = () => `story-${++storyCount}`;

    const assertTold = async (name: string) => {
      await outboxIsEmpty(collector, join(directory, 'data'));
      const { expected, actual } = toldOf(name, siem);
      assert.deepEqual(actual, expected);
      assert.deepEqual([...brokenKeys(siem), ...brokenOrder(siem)], []);
    };

    for (const death of deaths) {
      it(death.name, async () => {
        const story = nextStory();
        const { epoch } = await collector.up();
        siem.answer = stubborn();
        death.arm?.(collector, siem);
        for (const [index, body] of bodiesOf(story).entries()) {
          await death.beforeBody?.(index, collector);
          await sendUntilAcknowledged(collector, body);
        }
        await assertTold(story);
        assert.equal(collector.epoch, epoch + 1, 'it died, and once');
      });
    }

    it('while a commit waits for the disk, and has acknowledged nothing by then', async () => {
      const story = nextStory();
      const bodies = bodiesOf(story);
      siem.answer = stubborn();
      for (const body of bodies.slice(0, OPENING_BODY)) await sendUntilAcknowledged(collector, body);

      const disk = new DatabaseSync(join(directory, 'data', 'incidents.db'), { timeout: PATIENCE_MS });
      disk.exec('BEGIN IMMEDIATE');
      const isCommitting = pointPassed(collector, 'outbox.before-commit', 1, PATIENCE_MS);
      let acknowledgedCount = 0;
      const send = async (body: (typeof bodies)[number]) => {
        await sendUntilAcknowledged(collector, body);
        acknowledgedCount += 1;
      };
      const opening = bodies[OPENING_BODY]!;
      const sending = [send(opening)];
      await isCommitting;
      // An impatient sender repeats itself, and another source knows something of the same session.
      sending.push(send(opening), send([networkChange(sessionIdOf(story, 'degraded'))]));
      const allSent = Promise.allSettled(sending);
      try {
        const { receiver } = await collector.up();
        // These answers show that it had the time to give the others.
        for (let probe = 1; probe <= 5; probe += 1) await (await fetch(`http://${receiver}/`)).text();
        assert.equal(acknowledgedCount, 0);
      } finally {
        collector.kill();
        disk.exec('ROLLBACK');
        disk.close();
      }
      await allSent;
      assert.equal(acknowledgedCount, 3);

      for (const body of bodies.slice(OPENING_BODY + 1)) await sendUntilAcknowledged(collector, body);
      await assertTold(story);
    });
  });
}

function networkChange(sessionId: string): SessionEvent {
  const observedAtMs = START_MS + 31_000;
  return {
    kind: 'event',
    type: 'network_change',
    sessionId,
    observedAtMs,
    receivedAtMs: observedAtMs,
    dimensions: {},
  };
}
