import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { apiCommand } from '../../../api/access/command.ts';
import { matchesHash, parseSecretHash } from '../../../api/access/secret-hash.ts';
import { apiConfigSchema } from '../../../api/config.ts';
import { OK_EXIT_CODE, WRONG_USAGE_EXIT_CODE } from '../../../collector/cli/exit-codes.ts';
import { distribution } from '../../../collector/registry.ts';
import { collectedIo } from '../../support/collected-io.ts';

interface Pasted {
  readonly extensions: { readonly api: { clients: { id: string; secret_hash: string; scopes: string[] }[] } };
}

async function run(...args: string[]) {
  const io = collectedIo();
  const exitCode = await apiCommand.run(args, { distribution, io });
  return { exitCode, ...io.written };
}

describe('api new-client', () => {
  it('is a command of the program', () => assert.ok(distribution.commands.includes(apiCommand)));

  it('shows a secret once, and the entry that its client needs, in YAML as the configuration takes it', async () => {
    const { exitCode, out, err } = await run(
      'new-client',
      'grafana',
      '--scope',
      'incidents:read',
      '--scope',
      'analytics:read',
    );
    assert.deepEqual([exitCode, err], [OK_EXIT_CODE, '']);
    const secret = /client_secret: (\S+)\n/.exec(out)![1]!;
    assert.match(secret, /^[\w-]{43}$/);
    assert.equal(out.split(secret).length, 2);
    const { clients } = apiConfigSchema.parse((parse(out) as Pasted).extensions.api);
    assert.deepEqual(
      clients.map(({ id, scopes }) => [id, scopes]),
      [['grafana', ['analytics:read', 'incidents:read']]],
    );
    const hash = parseSecretHash(clients[0]!.secret_hash.reveal());
    assert.ok(typeof hash !== 'string');
    assert.equal(await matchesHash(secret, hash), true);
  });

  it('makes another secret each time', async () => {
    const secrets = await Promise.all([run('new-client', 'a'), run('new-client', 'a')]);
    assert.notEqual(secrets[0].out, secrets[1].out);
  });

  it('gives what a monitoring tool needs when no scope is named, and no ids of sessions', async () => {
    const { out } = await run('new-client', 'grafana');
    assert.deepEqual((parse(out) as Pasted).extensions.api.clients[0]!.scopes, [
      'realtime:read',
      'analytics:read',
    ]);
  });

  it('writes an id that looks like a number as text', async () => {
    const { out } = await run('new-client', '1e3');
    assert.ok(apiConfigSchema.safeParse((parse(out) as Pasted).extensions.api).success);
  });

  const wrong: [rule: string, args: string[], message: RegExp][] = [
    ['nothing', [], /say what to do/],
    ['no id', ['new-client'], /say what to do/],
    ['two ids', ['new-client', 'a', 'b'], /say what to do/],
    ['another action', ['list', 'a'], /say what to do/],
    ['an id with a colon', ['new-client', 'a:b'], /letters, digits, dots/],
    ['an unknown scope', ['new-client', 'a', '--scope', 'session:read'], /did you mean "sessions:read"/],
    ['an unknown option', ['new-client', 'a', '--secret', 'sesame'], /--secret/],
  ];
  for (const [rule, args, message] of wrong) {
    it(`refuses ${rule}, and shows how it is called`, async () => {
      const { exitCode, out, err } = await run(...args);
      assert.deepEqual([exitCode, out], [WRONG_USAGE_EXIT_CODE, '']);
      assert.match(err, message);
      assert.match(err, /usage:\napi new-client ID/);
    });
  }
});
