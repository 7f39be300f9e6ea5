// Many sessions play their lives into one collector that is killed again and again, at moments that a seed draws, while
// the SIEM is in every mood. At the end every promise is checked from the outside.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { qualitySample } from '../support/quality-sample.ts';
import type { QueueAlert } from '../support/scenario.ts';
import { Siem } from '../support/siem.ts';
import { momentToKill } from './kill-moments.ts';
import { sendUntilAcknowledged } from './honest-sender.ts';
import { MortalCollector } from './mortal-collector.ts';
import { brokenKeys, brokenOrder, disagreements } from './promises.ts';
import { Seeded } from './seeded.ts';
import { brokenSessionPromises } from './session-promises.ts';
import { writeScript, type SessionScript } from './session-script.ts';
import { outboxIsEmpty } from './settled-outbox.ts';
import { moody } from './siem-moods.ts';

export interface RandomKillReport {
  readonly killCount: number;
  /** How many kills fell where: by the last point that had been passed. */
  readonly fell: ReadonlyMap<string, number>;
  readonly sessionCount: number;
  readonly recordCount: number;
  readonly resentCount: number;
  readonly transitionCount: number;
  readonly requestCount: number;
  /** One sentence per promise that was broken. */
  readonly broken: readonly string[];
}

const SENDER_COUNT = 3;
const SESSIONS_PER_SENDER = 4;
/** A silence of a second is noticed within another one. */
const SILENCE_PATIENCE_MS = 15_000;

export async function killAtRandom(seed: number, killCount: number): Promise<RandomKillReport> {
  const directory = await mkdtemp(join(tmpdir(), 'kill-'));
  const siem = new Siem();
  await siem.start();
  const collector = new MortalCollector({
    directory: join(directory, 'data'),
    cacheDirectory: join(directory, 'cache'),
    siemUrl: siem.url,
  });
  try {
    return await new RandomKills(seed, killCount, siem, collector, join(directory, 'data')).run();
  } finally {
    await collector.end();
    await siem.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

class RandomKills {
  readonly #seed: number;
  readonly #killCount: number;
  readonly #siem: Siem;
  readonly #collector: MortalCollector;
  readonly #directory: string;
  readonly #scripts: SessionScript[] = [];
  readonly #fell = new Map<string, number>();
  #isOver = false;
  #isSiemDown = false;

  constructor(seed: number, killCount: number, siem: Siem, collector: MortalCollector, directory: string) {
    this.#seed = seed;
    this.#killCount = killCount;
    this.#siem = siem;
    this.#collector = collector;
    this.#directory = directory;
  }

  async run(): Promise<RandomKillReport> {
    const random = new Seeded(this.#seed, 'siem');
    this.#siem.answer = moody(this.#siem, random, () => this.#isSiemDown);
    const senders = Array.from({ length: SENDER_COUNT }, (_, number) => this.#send(number));
    await Promise.all([this.#kill(), ...senders]);
    this.#siem.answer = 200;
    await this.#listenToSilence();
    await outboxIsEmpty(this.#collector, this.#directory);
    const alerts = await this.#alerts();
    return this.#report(alerts);
  }

  async #kill(): Promise<void> {
    const random = new Seeded(this.#seed, 'kills');
    for (let kill = 1; kill <= this.#killCount; kill += 1) {
      this.#isSiemDown = random.chance(0.2);
      await momentToKill(this.#collector, random, kill === 1);
      const { underWay } = this.#collector;
      this.#fell.set(underWay, (this.#fell.get(underWay) ?? 0) + 1);
      const died = once(this.#collector.events, 'died');
      this.#collector.kill();
      await died;
    }
    this.#isSiemDown = false;
    this.#isOver = true;
  }

  /** Plays sessions, a few at a time, until all kills are done, and those then under way to their end. */
  async #send(sender: number): Promise<void> {
    const random = new Seeded(this.#seed, `sender ${sender}`);
    let written = 0;
    const playing: { script: SessionScript; sentCount: number }[] = [];
    for (;;) {
      while (!this.#isOver && playing.length < SESSIONS_PER_SENDER) {
        written += 1;
        const script = writeScript(`s-${sender}-${written}`, random);
        this.#scripts.push(script);
        playing.push({ script, sentCount: 0 });
      }
      if (playing.length === 0) return;
      const records = playing.flatMap((play) => {
        const count = this.#isOver ? random.whole(3, 9) : random.whole(0, 3);
        play.sentCount += count;
        return play.script.records.slice(play.sentCount - count, play.sentCount);
      });
      const receipt = await sendUntilAcknowledged(
        this.#collector,
        records.map(({ record }) => record),
      );
      for (const record of records) record.receipt = receipt;
      const left = playing.filter(({ script, sentCount }) => sentCount < script.records.length);
      playing.splice(0, playing.length, ...left);
    }
  }

  /**
   * A last life, which takes a second of silence for a gap. A session whose end has been forgotten would now be missed;
   * when the one that really is has been told of, so would they.
   */
  async #listenToSilence(): Promise<void> {
    await this.#collector.restartWith(['processors.degradation.gap_after=1s']);
    await sendUntilAcknowledged(this.#collector, [qualitySample({ sessionId: 'silent', mos: 4 })]);
    const isTold = () => [...this.#siem.effects.values()].some((body) => body.session_id === 'silent');
    const patience = pause(SILENCE_PATIENCE_MS, 'impatient', { ref: false });
    while (!isTold()) {
      const news = this.#siem.received(this.#siem.requests.length + 1);
      if ((await Promise.race([news, patience])) !== undefined)
        throw new Error('a silence was never told of');
    }
  }

  async #alerts(): Promise<readonly QueueAlert[]> {
    const { queue } = await this.#collector.up();
    const response = await fetch(`http://${queue}/v1/queue?limit=10000`);
    return ((await response.json()) as { alerts: QueueAlert[] }).alerts;
  }

  #report(alerts: readonly QueueAlert[]): RandomKillReport {
    const told = [...this.#siem.effects.values()];
    const records = this.#scripts.flatMap((script) => script.records);
    return {
      killCount: this.#killCount,
      fell: this.#fell,
      sessionCount: this.#scripts.length,
      recordCount: records.length,
      resentCount: records.filter(({ receipt }) => receipt!.attemptCount > 1).length,
      transitionCount: told.length,
      requestCount: this.#siem.requests.length,
      broken: [
        ...brokenKeys(this.#siem),
        ...brokenOrder(this.#siem),
        ...disagreements(this.#siem, alerts),
        ...this.#scripts.flatMap((script) =>
          brokenSessionPromises(
            script,
            told.filter((body) => body.session_id === script.sessionId),
          ),
        ),
      ],
    };
  }
}
