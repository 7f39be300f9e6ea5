// The command as a person runs it: with a configuration file, beside a collector that has the folder locked, or alone.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { outboxCommand } from '../../../bridge/outbox/command.ts';
import { readUndelivered, settleStatements } from '../../../bridge/outbox/outbox-store.ts';
import { distribution } from '../../../collector/registry.ts';
import { collectedIo } from '../../support/collected-io.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf, TRIGGER_MS } from '../../support/transition.ts';

let stored: StoredOutbox;
let config: string;

before(async () => {
  stored = await StoredOutbox.open();
  config = await configuration(
    'config.yaml',
    `
extensions: {file_storage: {directory: ${stored.directory}}}
service:
  extensions: [file_storage]`,
  );
});

afterEach(() => stored.clear());

after(() => stored.close());

async function configuration(name: string, rest: string): Promise<string> {
  const path = join(stored.directory, name);
  await writeFile(
    path,
    `receivers: {webrtcvideo: }
processors: {degradation: }
exporters: {queue: }
${rest}
  pipelines: {logs: {receivers: [webrtcvideo], processors: [degradation], exporters: [queue]}}
`,
  );
  return path;
}

async function run(...args: readonly string[]) {
  const io = collectedIo();
  const code = await outboxCommand.run(args, { distribution, io });
  return { code, ...io.written };
}

/** Two rows for `webhook`, of which the first is dead after an attempt, and one for `webhook/other`. */
async function putThree(): Promise<void> {
  const [opened, , recovered] = incidentStory({ subject: 'call-7' });
  await stored.put('webhook', opened!, recovered!);
  await stored.put('webhook/other', transitionOf({ subject: 'call-8', severity: 'critical' }));
  const [first] = await readUndelivered(stored.database, 1);
  const outcome = { kind: 'dead', reason: 'status 400' } as const;
  const attempt = { startedAtMs: TRIGGER_MS, durationMs: 5, outcome, status: 400 };
  await stored.database.commit(settleStatements(first!, attempt, { state: 'dead' }));
}

describe('outbox ls', () => {
  it('says so when everything has been delivered', async () => {
    const { code, out, err } = await run('ls', '--config', config);
    assert.deepEqual([code, out, err], [0, 'everything has been delivered\n', '']);
  });

  it('lists what is pending or dead, oldest first, beside a running collector', async () => {
    await putThree();
    const { code, out, err } = await run('ls', '--config', config);
    assert.deepEqual([code, err], [0, '']);
    assert.equal(
      out,
      `row  state    destination    session  transition     severity  decided                   attempts  last reason
1    dead     webhook        call-7   opened (0)     high      2025-12-31T23:58:00.000Z  1         status 400
2    pending  webhook        call-7   recovered (2)  high      2026-01-01T00:00:00.000Z  0
3    pending  webhook/other  call-8   opened (0)     critical  2026-01-01T00:00:00.000Z  0
`,
    );
  });

  it('lists them without a running collector, too, and no more than wanted', async () => {
    await putThree();
    await stored.stop();
    const { out } = await run('ls', '--config', config, '--limit', '1');
    assert.equal(out.split('\n').length, 3);
    stored = await StoredOutbox.open(stored);
  });

  it('changes nothing', async () => {
    await putThree();
    const before = await stored.rows('SELECT * FROM outbox');
    await run('ls', '--config', config);
    assert.deepEqual(await stored.rows('SELECT * FROM outbox'), before);
  });
});

describe('outbox redrive', () => {
  const DUE = / due now; a running collector takes them up within seconds\n$/;

  it('makes everything due again, and shows what', async () => {
    await putThree();
    const { code, out } = await run('redrive', '--config', config);
    assert.equal(code, 0);
    assert.match(out, /^row .*\n1 .*\n2 .*\n3 .*\n3 due now; /);
    assert.match(out, DUE);
    assert.deepEqual(await stored.rows('SELECT DISTINCT state, attempt_count FROM outbox'), [
      { state: 'pending', attempt_count: 0 },
    ]);
  });

  const choices: [rule: string, args: string[], states: string[]][] = [
    ['one row', ['--row', '1'], ['pending', 'pending', 'pending']],
    ['another row', ['--row', '2'], ['dead', 'pending', 'pending']],
    ['those of one destination', ['--destination', 'webhook'], ['pending', 'pending', 'pending']],
    ['those of another destination', ['--destination', 'webhook/other'], ['dead', 'pending', 'pending']],
  ];
  for (const [rule, args, states] of choices) {
    it(`takes ${rule}`, async () => {
      await putThree();
      const { code, out } = await run('redrive', '--config', config, ...args);
      assert.equal(code, 0);
      assert.match(out, DUE);
      const rows = await stored.rows('SELECT state FROM outbox ORDER BY row_id');
      assert.deepEqual(
        rows.map(({ state }) => state),
        states,
      );
    });
  }

  it('says so when there is nothing to redrive', async () => {
    await putThree();
    for (const args of [
      ['--row', '99'],
      ['--destination', 'nowhere'],
      ['--row', '3', '--destination', 'webhook'],
    ]) {
      assert.equal((await run('redrive', '--config', config, ...args)).out, 'nothing to redrive\n');
    }
  });

  it('never sends again what has been delivered', async () => {
    await stored.put('webhook', transitionOf());
    const [row] = await readUndelivered(stored.database, 1);
    const outcome = { kind: 'delivered', reason: 'status 200' } as const;
    const attempt = { startedAtMs: TRIGGER_MS, durationMs: 5, outcome };
    await stored.database.commit(settleStatements(row!, attempt, { state: 'delivered' }));
    assert.equal(
      (await run('redrive', '--config', config, '--row', String(row!.rowId))).out,
      'nothing to redrive\n',
    );
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 1']);
  });
});

describe('outbox', () => {
  const rows: [rule: string, args: string[], message: RegExp][] = [
    ['nothing to do', ['--config', 'c.yaml'], /say what to do: ls or redrive/],
    ['something unknown to do', ['purge', '--config', 'c.yaml'], /say what to do: ls or redrive/],
    ['two things to do', ['ls', 'redrive', '--config', 'c.yaml'], /say what to do: ls or redrive/],
    ['no configuration', ['ls'], /at least one --config is needed/],
    ['an unknown option', ['ls', '--config', 'c.yaml', '--force'], /--force/],
    ['a limit that is none', ['ls', '--config', 'c.yaml', '--limit', 'all'], /--limit takes a whole number/],
    ['a limit of zero', ['ls', '--config', 'c.yaml', '--limit', '0'], /--limit takes a whole number/],
    ['a row that is none', ['redrive', '--config', 'c.yaml', '--row', '1; DROP'], /--row takes a number/],
  ];
  for (const [rule, args, message] of rows) {
    it(`explains its usage when given ${rule}`, async () => {
      const { code, out, err } = await run(...args);
      assert.deepEqual([code, out], [64, '']);
      assert.match(err, message);
      assert.match(err, /usage:\noutbox ls --config FILE/);
    });
  }

  it('ends with 78 when the configuration is wrong, or has no storage', async () => {
    const missing = await run('ls', '--config', join(stored.directory, 'absent.yaml'));
    assert.equal(missing.code, 78);
    const bare = await configuration('bare.yaml', 'service:');
    const { code, err } = await run('ls', '--config', bare);
    assert.equal(code, 78);
    assert.match(err, /no file_storage in service::extensions, so there is no outbox/);
  });

  it('ends with 1 and a sentence when the folder is not there', async () => {
    const set = `extensions.file_storage.directory=${stored.directory}/absent`;
    const { code, out, err } = await run('ls', '--config', config, '--set', set);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^could not open .*absent\/incidents\.db: unable to open database file\n$/);
  });

  it('ends with 1 and a sentence when the database is none', async () => {
    const directory = join(stored.directory, 'broken');
    await mkdir(directory);
    await writeFile(join(directory, 'incidents.db'), 'this is no database, however long the text may be');
    const set = `extensions.file_storage.directory=${directory}`;
    const { code, err } = await run('ls', '--config', config, '--set', set);
    assert.equal(code, 1);
    assert.match(err, /^could not open .*incidents\.db: file is not a database\n$/);
  });
});
