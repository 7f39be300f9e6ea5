// The command as a person runs it: with a configuration file, beside a collector that has the folder locked, or alone.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { outboxCommand } from '../../../bridge/outbox/command.ts';
import { rowStatement, settleStatements } from '../../../bridge/outbox/outbox-store.ts';
import { readUndelivered } from '../../../bridge/outbox/undelivered.ts';
import { distribution } from '../../../collector/registry.ts';
import { collectedIo } from '../../support/collected-io.ts';
import { memberOf, stormNotice } from '../../support/storm.ts';
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
      `row  state    destination    session  transition     severity  decided                   attempts  held by  last reason
1    dead     webhook        call-7   opened (0)     high      2025-12-31T23:58:00.000Z  1                  status 400
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

  it('shows which storm or silence holds something back', async () => {
    await stored.put('webhook', stormNotice(0, []), memberOf('call-7'));
    await stored.database.commit([
      rowStatement('webhook', transitionOf({ subject: 'call-8' }), 'body', 'maintenance'),
    ]);
    const held = await run('ls', '--config', config, '--state', 'held', '--state', 'silenced');
    assert.match(
      held.out,
      /^2 +held +webhook +call-7 .* 0 +storm edge=fra-3\n3 +silenced +webhook +call-8 .* silence maintenance\n$/m,
    );
    const usual = await run('ls', '--config', config);
    assert.deepEqual(
      usual.out.match(/^\d+ +\w+/gm),
      ['1    pending', '2    held'],
      'what is silenced is not due',
    );
  });

  it('lists those of one destination, and of one state', async () => {
    await putThree();
    const rowIds = async (...args: readonly string[]) =>
      (await run('ls', '--config', config, ...args)).out.match(/^\d+/gm) ?? [];
    assert.deepEqual(await rowIds('--destination', 'webhook'), ['1', '2']);
    assert.deepEqual(await rowIds('--state', 'dead'), ['1']);
    assert.deepEqual(await rowIds('--state', 'pending', '--destination', 'webhook/other'), ['3']);
    const { out } = await run('ls', '--config', config, '--state', 'listed');
    assert.equal(out, 'there is no such row\n');
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
    ['those decided since a time', ['--since', '2025-12-31T23:59:00Z'], ['dead', 'pending', 'pending']],
    ['those decided until a time', ['--until', '2025-12-31T23:59:00Z'], ['pending', 'pending', 'pending']],
    ['those decided within the last minute', ['--since', '1m'], ['dead', 'pending', 'pending']],
    ['those decided within three minutes', ['--since', '3m'], ['pending', 'pending', 'pending']],
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

describe('outbox log', () => {
  it('shows each attempt of a row, with what was answered on one line', async () => {
    await putThree();
    const [row] = await readUndelivered(stored.database, 1, { states: ['dead'] });
    const outcome = { kind: 'retry', reason: 'status 503' } as const;
    const attempt = {
      startedAtMs: TRIGGER_MS + 60_000,
      durationMs: 1_250,
      outcome,
      status: 503,
      excerpt: 'busy\n\u001b[2Jtry  later',
    };
    await stored.database.commit(settleStatements(row!, attempt, { state: 'dead' }));
    const { code, out, err } = await run('log', '--config', config, '--row', '1');
    assert.deepEqual([code, err], [0, '']);
    assert.equal(
      out,
      `started                   ms    outcome  status  reason      answer
2026-01-01T00:00:00.000Z  5     dead     400     status 400
2026-01-01T00:01:00.000Z  1250  retry    503     status 503  busy [2Jtry later
`,
    );
  });

  it('says so when there was none, or when there is no such row', async () => {
    await putThree();
    assert.equal((await run('log', '--config', config, '--row', '2')).out, 'row 2 has not been attempted\n');
    assert.equal((await run('log', '--config', config, '--row', '99')).out, 'there is no row 99\n');
  });
});

describe('outbox', () => {
  const rows: [rule: string, args: string[], message: RegExp][] = [
    ['nothing to do', ['--config', 'c.yaml'], /say what to do: ls, redrive or log/],
    ['something unknown to do', ['purge', '--config', 'c.yaml'], /say what to do: ls, redrive or log/],
    ['two things to do', ['ls', 'redrive', '--config', 'c.yaml'], /say what to do: ls, redrive or log/],
    ['no configuration', ['ls'], /at least one --config is needed/],
    ['an unknown option', ['ls', '--config', 'c.yaml', '--force'], /--force/],
    ['a limit that is none', ['ls', '--config', 'c.yaml', '--limit', 'all'], /--limit takes a whole number/],
    ['a limit of zero', ['ls', '--config', 'c.yaml', '--limit', '0'], /--limit takes a whole number/],
    [
      'a state that is none',
      ['ls', '--config', 'c.yaml', '--state', 'delivered'],
      /--state takes one of pending, held/,
    ],
    [
      'a time that is none',
      ['redrive', '--config', 'c.yaml', '--since', 'yesterday'],
      /how long ago, such as 2h/,
    ],
    [
      'a day that is none',
      ['redrive', '--config', 'c.yaml', '--until', '2026-02-31T99:00'],
      /--since and --until take/,
    ],
    ['a log of no row', ['log', '--config', 'c.yaml'], /log needs --row/],
    ['a row to ls', ['ls', '--config', 'c.yaml', '--row', '1'], /ls takes no --row/],
    ['a limit to redrive', ['redrive', '--config', 'c.yaml', '--limit', '1'], /redrive takes no --limit/],
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
