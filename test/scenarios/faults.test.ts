// A SIEM that is slow, busy, down or lying, and a process that is restarted meanwhile: each key takes effect once.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Scenario } from '../support/scenario.ts';
import { Siem, type SiemAnswer } from '../support/siem.ts';
import { START_MS } from '../support/timeline.ts';

/** The one key of all requests of the opening so far, and how many there were. */
function openings(siem: Siem): { keys: Set<string>; texts: Set<string>; count: number } {
  const requests = siem.requests.filter(({ body }) => body.transition === 'opened');
  return {
    keys: new Set(requests.map(({ key }) => key)),
    texts: new Set(requests.map(({ text }) => text)),
    count: requests.length,
  };
}

describe('the idempotency key', () => {
  for (const [name, answers] of [
    ['a 503', [503]],
    ['a 429 with Retry-After', [{ status: 429, headers: { 'retry-after': '20' } }]],
    ['a reset', ['reset']],
    ['an answer that was lost after it took effect', ['processed-then-reset']],
    ['a 409 for an attempt that is still under way', [503, 409]],
  ] as readonly [string, readonly SiemAnswer[]][]) {
    it(`stays the same over ${name}`, async (test) => {
      const scenario = await Scenario.start();
      test.after(() => scenario.close());
      scenario.siem.answerNext(...answers);
      await scenario.play('0..30: bad');
      await scenario.advance(60_000);
      const { keys, texts, count } = openings(scenario.siem);
      assert.equal(count, answers.length + 1);
      assert.equal(keys.size, 1);
      assert.equal(texts.size, 1, 'the very same bytes');
      assert.equal(scenario.siem.effects.size, 1);
    });
  }

  it('waits as long as a Retry-After asks', async (test) => {
    const scenario = await Scenario.start();
    test.after(() => scenario.close());
    scenario.siem.answerNext({ status: 429, headers: { 'retry-after': '20' } });
    await scenario.play('0..30: bad');
    await scenario.advance(19_000);
    assert.equal(scenario.siem.requests.length, 1);
    await scenario.advance(1_000);
    assert.equal(scenario.siem.requests.length, 2);
  });

  it('stays the same over a timeout', async (test) => {
    const scenario = await Scenario.start();
    test.after(() => scenario.close());
    scenario.siem.answerNext('hang');
    await scenario.play('0..25: bad');
    scenario.clock.advanceTo(START_MS + 30_000);
    const pushed = scenario.push([
      {
        kind: 'sample',
        sessionId: 's-1',
        observedAtMs: START_MS + 30_000,
        receivedAtMs: START_MS + 30_000,
        media: 'camera',
        direction: 'inbound',
        dimensions: {},
        mos: 3.4,
      },
    ]);
    await scenario.siem.received(1);
    assert.equal((await pushed).status, 200, 'the sample is acknowledged while the SIEM hangs');
    // Nothing settles while an attempt hangs: the clock is what ends it.
    scenario.clock.advance(10_000);
    await scenario.settle();
    await scenario.advance(5_000);
    const { keys, count } = openings(scenario.siem);
    assert.equal(count, 2);
    assert.equal(keys.size, 1);
  });

  it('stays the same over a restart that crosses the edge of its five minutes', async (test) => {
    const siem = new Siem();
    await siem.start();
    siem.answer = 503;
    const first = await Scenario.start({ siem });
    test.after(() => first.close());
    await first.play('260..290: bad');
    assert.equal(openings(siem).count, 1);
    await first.stop();

    siem.answer = 200;
    first.clock.advanceTo(START_MS + 420_000);
    const second = await Scenario.start({ siem, directory: first.directory, clock: first.clock });
    test.after(() => second.close());
    await second.settle();
    await second.advance(60_000);
    const { keys, texts } = openings(siem);
    assert.equal(keys.size, 1);
    assert.equal(texts.size, 1);
    assert.deepEqual(siem.story(), ['opened high mos']);
  });

  it('is another one for the recovery', async (test) => {
    const scenario = await Scenario.start();
    test.after(() => scenario.close());
    await scenario.play('0..30: bad; 35..65: ok');
    assert.equal(new Set(scenario.siem.requests.map(({ key }) => key)).size, 2);
  });
});

describe('a SIEM that is down for the whole incident', () => {
  it('gets both transitions in order when it returns; the queue has them at once', async (test) => {
    const scenario = await Scenario.start();
    test.after(() => scenario.close());
    await scenario.siem.stop();
    await scenario.play('0..30: bad');
    assert.deepEqual(await scenario.alertLines(), ['quality high open mos']);
    await scenario.play('35..65: ok; 66: !ended');
    assert.deepEqual(await scenario.alertLines(), ['quality high resolved mos']);
    await scenario.advance(3_600_000);
    await scenario.siem.start();
    await scenario.advance(60_000);
    assert.deepEqual(scenario.siem.story(), ['opened high mos', 'recovered high mos']);
  });

  it('gets them after a restart, too', async (test) => {
    const siem = new Siem();
    await siem.start();
    siem.answer = 503;
    const first = await Scenario.start({ siem });
    test.after(() => first.close());
    await first.play('0..30: bad; 35..65: ok; 66: !ended');
    await first.stop();
    siem.answer = 200;
    const second = await Scenario.start({ siem, directory: first.directory, clock: first.clock });
    test.after(() => second.close());
    await second.advance(60_000);
    assert.deepEqual(siem.story(), ['opened high mos', 'recovered high mos']);
  });

  it('gets the oldest as a probe, and then the most severe first', async (test) => {
    const scenario = await Scenario.start({ set: ['exporters.webhook.concurrency=1'] });
    test.after(() => scenario.close());
    scenario.siem.answer = 503;
    await scenario.play('0..30: bad; 31: !ended', 'calm-1');
    await scenario.play('35..65: bad; 66: !ended', 'calm-2');
    await scenario.play('70..100: mos=2; 101: !ended', 'broken');
    assert.equal(scenario.siem.effects.size, 0);
    scenario.siem.answer = 200;
    await scenario.advance(120_000);
    const opened = [...scenario.siem.effects.values()].filter(({ transition }) => transition === 'opened');
    assert.deepEqual(
      opened.map(({ session_id }) => session_id),
      ['calm-1', 'broken', 'calm-2'],
    );
  });
});

describe('a credential that the SIEM refuses', () => {
  it('holds everything, loses nothing, and shows in the health', async (test) => {
    const scenario = await Scenario.start();
    test.after(() => scenario.close());
    scenario.siem.answer = 401;
    await scenario.play('0..30: bad; 35..65: ok; 66: !ended');
    await scenario.advance(120_000);
    assert.equal(scenario.siem.effects.size, 0);
    assert.equal(scenario.collector.host.health.report().status, 'unhealthy');
    scenario.siem.answer = 200;
    await scenario.advance(120_000);
    assert.deepEqual(scenario.siem.story(), ['opened high mos', 'recovered high mos']);
    assert.equal(scenario.collector.host.health.report().status, 'ok');
  });
});

describe('a transition that the SIEM will never take', () => {
  it('goes to the dead letters and does not hold up what follows', async (test) => {
    const scenario = await Scenario.start();
    test.after(() => scenario.close());
    scenario.siem.answerNext(422);
    await scenario.play('0..30: bad; 35..65: ok');
    assert.deepEqual(scenario.siem.story(), ['recovered high mos']);
    assert.ok(scenario.lines.some(({ msg }) => msg === 'transition went to the dead letters'));
  });
});

describe('a restart in the middle of things', () => {
  it('takes up a candidate where it was', async (test) => {
    const siem = new Siem();
    await siem.start();
    const first = await Scenario.start({ siem });
    test.after(() => first.close());
    await first.play('0..20: bad');
    await first.stop();
    const second = await Scenario.start({ siem, directory: first.directory, clock: first.clock });
    test.after(() => second.close());
    await second.play('25..30: bad');
    assert.deepEqual(siem.story(), ['opened high mos']);
    assert.equal(siem.requests[0]?.body.trigger_timestamp, new Date(START_MS).toISOString());
  });

  it('does not open again what is open, and lets it recover', async (test) => {
    const siem = new Siem();
    await siem.start();
    const first = await Scenario.start({ siem });
    test.after(() => first.close());
    await first.play('0..30: bad');
    await first.stop();
    const second = await Scenario.start({ siem, directory: first.directory, clock: first.clock });
    test.after(() => second.close());
    await second.play('35..60: bad; 65..95: ok');
    assert.deepEqual(siem.story(), ['opened high mos', 'recovered high mos']);
  });

  it('does not take its own downtime for a gap of the sessions', async (test) => {
    const siem = new Siem();
    await siem.start();
    const first = await Scenario.start({ siem });
    test.after(() => first.close());
    await first.play('0..20: bad');
    await first.stop();
    first.clock.advanceTo(START_MS + 60_000);
    const second = await Scenario.start({ siem, directory: first.directory, clock: first.clock });
    test.after(() => second.close());
    await second.play('61: ok');
    assert.deepEqual(await second.alerts(), []);
  });

  it('forgets nothing of an incident that ended just before', async (test) => {
    const siem = new Siem();
    await siem.start();
    const first = await Scenario.start({ siem });
    test.after(() => first.close());
    await first.play('0..30: bad; 35..65: ok');
    await first.stop();
    const second = await Scenario.start({ siem, directory: first.directory, clock: first.clock });
    test.after(() => second.close());
    await second.play('70..100: bad');
    assert.deepEqual(siem.story(), ['opened high mos', 'recovered high mos', 'reopened high mos']);
  });
});

describe('the folder of the databases', () => {
  it('serves one process only', async (test) => {
    const first = await Scenario.start();
    test.after(() => first.close());
    await assert.rejects(
      Scenario.start({ siem: first.siem, directory: first.directory }),
      /another one may be running/,
    );
  });
});
