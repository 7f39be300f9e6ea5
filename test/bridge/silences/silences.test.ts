import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { SILENCE_INSTRUMENTS } from '../../../bridge/silences/silence-instruments.ts';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { transitionOf } from '../../support/transition.ts';
import { BODY, NOW, StartedSilences } from './started-silences.ts';

const HOUR_MS = 3_600_000;
const SWEEP_MS = 5_000;
const UPGRADE = {
  matchers: ['edge=ber-1'],
  starts_at: NOW,
  ends_at: '2026-01-01T04:00:00Z',
  author: 'ops',
  comment: 'SFU upgrade',
};

const at = (edge: string, fields: Partial<Transition> = {}) =>
  transitionOf({ dimensions: { edge }, ...fields });

let running: StartedSilences;

before(async () => {
  running = await StartedSilences.open();
});

afterEach(() => running.clear());

after(() => running.close());

const told = () =>
  running.settings.lines.map(({ msg, origin, held_back: count }) => {
    const about = typeof origin === 'string' ? ` ${origin}` : '';
    return `${msg}${about}${typeof count === 'number' ? ` ${count}` : ''}`;
  });

describe('what silences hold back', () => {
  it('is what matches an active one, of a window or of the API', async () => {
    await running.start({ windows: [UPGRADE] });
    const { id } = await running.make();
    const nowMs = running.clock.nowMs();
    const silenceOf = (transition: Transition) => running.silences.silenceOf(transition, nowMs);
    assert.equal(silenceOf(at('fra-3')), id);
    assert.match(silenceOf(at('ber-1'))!, /^window-/);
    assert.equal(silenceOf(at('fra-3', { severity: 'critical' })), undefined);
    assert.equal(silenceOf(at('muc-1')), undefined);
    assert.equal(running.silences.isActive(silenceOf(at('ber-1'))!, nowMs), true);
    assert.equal(running.silences.isActive('unknown', nowMs), false);
  });

  it('is held back by the one that ends last, so that nothing is let go in between', async () => {
    const window = { ...UPGRADE, matchers: ['edge=fra-3'], ends_at: '2026-01-01T03:00:00Z' };
    await running.start({ windows: [window, { ...window, ends_at: '2026-01-01T01:30:00Z' }] });
    await running.make({ duration: '1h' });
    const { id: longest } = await running.make({ duration: '4h' });
    await running.make({ duration: '2h' });
    await running.make({ duration: '9h', starts_at: '2026-01-01T00:30:00Z' });
    const nowMs = running.clock.nowMs();
    assert.equal(running.silences.silenceOf(at('fra-3'), nowMs), longest);
    await running.ask('DELETE', `/v1/silences/${longest}`);
    assert.match(running.silences.silenceOf(at('fra-3'), nowMs)!, /^window-.*/);
  });

  it('is nothing before the start', () => {
    const silences = running.create({ windows: [UPGRADE] });
    assert.equal(silences.silenceOf(at('ber-1'), running.clock.nowMs()), undefined);
  });

  it('is counted, silence by silence, with when it was last', async () => {
    await running.start({ windows: [UPGRADE] });
    const { id } = await running.make();
    const windowId = running.silences.silenceOf(at('ber-1'), running.clock.nowMs())!;
    running.silences.heldBack(id, running.clock.nowMs());
    running.clock.advance(1_500);
    running.silences.heldBack(id, running.clock.nowMs());
    running.silences.heldBack(windowId, running.clock.nowMs());
    running.silences.heldBack('unknown', running.clock.nowMs());
    const counts = new Map((await running.list()).map((silence) => [silence.id, silence.held_back]));
    assert.deepEqual(counts.get(id), { count: 2, last_at: '2026-01-01T00:00:01.500Z' });
    assert.deepEqual(counts.get(windowId), { count: 1, last_at: '2026-01-01T00:00:01.500Z' });
    const { name } = SILENCE_INSTRUMENTS.heldBack;
    assert.equal(name, 'webrtc.silence.held_back');
    const recorded = (origin: string) => running.settings.recorded(name, { extension: 'silences', origin });
    assert.equal(await recorded('api'), 2);
    assert.equal(await recorded('config'), 1);
  });
});

describe('the gauge of active silences', () => {
  it('tells how many there are now, by origin', async () => {
    await running.start({ windows: [UPGRADE] });
    const active = async () => {
      const { name } = SILENCE_INSTRUMENTS.active;
      assert.equal(name, 'webrtc.silence.active');
      const of = (origin: string) => running.settings.recorded(name, { extension: 'silences', origin });
      return [await of('config'), await of('api')];
    };
    assert.deepEqual(await active(), [1, 0]);
    await running.make();
    await running.make({ starts_at: '2026-01-01T01:00:00Z', duration: '30m' });
    assert.deepEqual(await active(), [1, 1]);
    running.clock.advance(HOUR_MS);
    assert.deepEqual(await active(), [1, 2]);
    running.clock.advance(3 * HOUR_MS);
    assert.deepEqual(await active(), [0, 0]);
  });
});

describe('silences over a restart', () => {
  it('are kept as they were told, with what they have held back', async () => {
    await running.start({ windows: [UPGRADE] });
    const { id } = await running.make();
    const { id: deleted } = await running.make();
    await running.ask('DELETE', `/v1/silences/${deleted}`);
    await running.ask('PUT', `/v1/silences/${id}`, { ...BODY, duration: '3h' });
    running.silences.heldBack(id, running.clock.nowMs());
    running.silences.heldBack(
      running.silences.silenceOf(at('ber-1'), running.clock.nowMs())!,
      running.clock.nowMs(),
    );
    const before = await running.list();
    await running.stop();
    await running.start({ windows: [UPGRADE] });
    assert.deepEqual(await running.list(), before);
    assert.equal(running.silences.silenceOf(at('fra-3'), running.clock.nowMs()), id);
  });

  it('are kept when the process is killed right after the answer', async () => {
    await running.start();
    const made = await running.make();
    await running.kill();
    await running.start();
    assert.deepEqual(await running.list(), [made]);
  });

  it('lose at most the counts of the last sweep when the process is killed', async () => {
    await running.start();
    const { id } = await running.make();
    running.silences.heldBack(id, running.clock.nowMs());
    await running.advance(SWEEP_MS);
    running.silences.heldBack(id, running.clock.nowMs());
    await running.kill();
    await running.start();
    assert.equal((await running.list())[0]!.held_back.count, 1);
  });

  it('of two extensions do not mix', async () => {
    await running.start();
    await running.make();
    await running.stop();
    await running.create({}, 'silences/other').start(running.host());
    assert.deepEqual(await running.list(), []);
  });

  it('that the program cannot read are named, and silence nothing', async () => {
    await running.start();
    const { id } = await running.make();
    const sql = `UPDATE silences SET matchers_json = '["later_name=x"]'`;
    await running.storage.databases[0]!.commit([{ sql, values: [] }]);
    await running.stop();
    await running.start();
    assert.deepEqual(await running.list(), []);
    const line = running.settings.lines.find(({ level }) => level === 'error');
    assert.deepEqual(
      [line?.msg, line?.silence],
      ['a stored silence could not be read, and silences nothing', id],
    );
  });
});

describe('the log of silences', () => {
  it('tells what was created, changed and deleted, and what began and expired by the clock', async () => {
    await running.start({
      windows: [{ ...UPGRADE, starts_at: '2026-01-01T01:00:00Z', ends_at: '2026-01-01T02:00:00Z' }],
    });
    const { id } = await running.make({ duration: '90m' });
    await running.ask('PUT', `/v1/silences/${id}`, { ...BODY, duration: '100m' });
    const { id: other } = await running.make({ starts_at: '2026-01-01T00:30:00Z' });
    for (let minute = 0; minute < 120; minute += 10) await running.advance(600_000);
    await running.ask('DELETE', `/v1/silences/${other}`);
    await running.advance(HOUR_MS);
    assert.deepEqual(told(), [
      'silence was created api',
      'silence was changed api',
      'silence was created api',
      'silence began api',
      'silence began config',
      'silence expired api 0',
      'silence expired config 0',
      'silence was deleted api 0',
    ]);
  });

  it('says how much was held back, and neither who made it nor what for', async () => {
    await running.start();
    const { id } = await running.make({ author: 'jo@example.com', comment: 'secret project' });
    running.silences.heldBack(id, running.clock.nowMs());
    await running.advance(2 * HOUR_MS);
    const line = running.settings.lines.at(-1)!;
    assert.deepEqual(
      [line.msg, line.silence, line.held_back, line.ends_at],
      ['silence expired', id, 1, '2026-01-01T02:00:00.000Z'],
    );
    assert.doesNotMatch(JSON.stringify(running.settings.lines), /jo@example|secret project|fra-3/);
  });

  it('does not tell again after a restart what had begun before it', async () => {
    await running.start({ windows: [UPGRADE] });
    assert.deepEqual(told(), ['silence began config']);
    await running.stop();
    await running.start({ windows: [UPGRADE] });
    assert.deepEqual(told(), []);
  });

  it('tells when counts could not be stored, and they are stored the next time', async () => {
    await running.start();
    const { id } = await running.make();
    running.silences.heldBack(id, running.clock.nowMs());
    running.storage.databases[0]!.commitFault = new Error('disk full');
    await running.advance(SWEEP_MS);
    assert.ok(told().includes('what silences have held back could not be stored; trying again'));
    running.storage.databases[0]!.commitFault = undefined;
    await running.advance(SWEEP_MS);
    await running.kill();
    await running.start();
    assert.equal((await running.list())[0]!.held_back.count, 1);
  });
});

describe('the tallies of silences', () => {
  it('are removed with them', async () => {
    await running.start({ windows: [UPGRADE] });
    await running.make();
    await running.advance(SWEEP_MS);
    const count = async () => {
      const rows = await running.storage.databases[0]!.read({ sql: 'SELECT * FROM tallies', values: [] });
      return rows.length;
    };
    assert.equal(await count(), 2);
    await running.advance(8 * 24 * HOUR_MS);
    assert.equal(await count(), 0);
  });
});

describe('the life of silences', () => {
  const gate = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };

  it('cannot begin before that of the storage, and the message says what to do', async () => {
    const silences = running.create();
    const host = { ...running.host(), extensions: new Map() };
    await assert.rejects(silences.start(host), {
      message:
        'needs a storage extension that starts before it: in service::extensions, list file_storage before silences',
    });
    await running.stop();
  });

  it('cannot begin before that of its authenticator', async () => {
    await assert.rejects(running.start({ auth: { authenticator: 'bearertokenauth/ops' } }), {
      message:
        'auth: needs its authenticator that starts before it: in service::extensions, list bearertokenauth/ops before silences',
    });
  });

  it('cannot begin with an authenticator that judges no callers', async () => {
    await assert.rejects(
      running.start({ auth: { authenticator: 'gate' } }, { gate }),
      /does not authenticate/,
    );
  });

  it('goes without an API when there is no endpoint', async () => {
    await running.start({ endpoint: '', windows: [UPGRADE] });
    assert.equal(running.silences.boundAddress, undefined);
    assert.match(running.silences.silenceOf(at('ber-1'), running.clock.nowMs())!, /^window-/);
    assert.deepEqual(running.settings.statuses, [{ kind: 'ok' }]);
  });

  it('fails to begin when the address is taken, and can then be ended', async () => {
    await running.start();
    const first = running.silences;
    await assert.rejects(running.start({ endpoint: first.boundAddress }), /EADDRINUSE/);
    await running.stop();
    await first.shutdown();
  });

  it('can be ended twice, and before it has begun', async () => {
    running.create();
    await running.stop();
    await running.start();
    await running.stop();
    await running.stop();
    assert.equal(running.silences.boundAddress, undefined);
    assert.equal(running.clock.nextDueMs(), undefined);
  });
});
