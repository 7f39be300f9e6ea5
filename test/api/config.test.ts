import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { configCommands } from '../../collector/cli/commands.ts';
import { distribution } from '../../collector/registry.ts';
import { apiConfigSchema } from '../../api/config.ts';
import { collectedIo } from '../support/collected-io.ts';
import { assertNoLeak } from '../support/no-leak.ts';
import { SECRET_HASH, SIGNING_KEY } from './running-api.ts';

const CLIENT = { id: 'grafana', secret_hash: SECRET_HASH, scopes: ['realtime:read'] };

describe('the configuration of api', () => {
  it('needs nothing', () => {
    const { events, rollups, ...own } = apiConfigSchema.parse({});
    assert.ok(rollups.enabled && events.max_streams > 0);
    assert.deepEqual(JSON.parse(JSON.stringify(own)), {
      endpoint: '127.0.0.1:4321',
      clients: [],
      token_lifetime: '1h',
      rate_limit: 100,
    });
  });

  const accepted: [rule: string, section: object][] = [
    ['an address that others can reach, with clients', { endpoint: '0.0.0.0:4321', clients: [CLIENT] }],
    ['two clients with the same secret', { clients: [CLIENT, { ...CLIENT, id: 'other' }] }],
    ['a key of 32 bytes', { signing_key: 'k'.repeat(32) }],
    ['a lifetime of a day', { token_lifetime: '24h' }],
  ];
  for (const [rule, section] of accepted) {
    it(`takes ${rule}`, () => assert.ok(apiConfigSchema.safeParse(section).success));
  }

  const client = (fields: object) => ({ clients: [CLIENT, { ...CLIENT, id: 'other', ...fields }] });
  const refused: [rule: string, section: object, path: string, message: RegExp][] = [
    [
      'an open bind without clients',
      { endpoint: '0.0.0.0:4321' },
      'endpoint',
      /can be reached from other machines/,
    ],
    ['an open bind by name', { endpoint: 'api.example:4321' }, 'endpoint', /configure clients/],
    ['an unknown key', { client: [] }, '', /client/],
    [
      'an unknown scope',
      client({ scopes: ['realtime:read', 'architect:edit'] }),
      'clients.1.scopes.1',
      /realtime:read/,
    ],
    ['a client without scopes', client({ scopes: [] }), 'clients.1.scopes', />=1/],
    ['the same id twice', client({ id: 'grafana' }), 'clients.1.id', /earlier client/],
    ['an id that would have to be encoded', client({ id: 'a b' }), 'clients.1.id', /letters, digits/],
    ['an empty id', client({ id: '' }), 'clients.1.id', /letters, digits/],
    ['a secret that is not hashed', client({ secret_hash: 'sesame' }), 'clients.1.secret_hash', /is no hash/],
    [
      'a hash of gigabytes',
      client({ secret_hash: SECRET_HASH.replace('ln=14', 'ln=24') }),
      'clients.1.secret_hash',
      /costs too much/,
    ],
    ['an unknown key of a client', client({ secret: 'sesame' }), 'clients.1', /secret/],
    ['a short key', { signing_key: 'k'.repeat(31) }, 'signing_key', /at least 32 bytes/],
    ['a lifetime of more than a day', { token_lifetime: '25h' }, 'token_lifetime', /at most 24h/],
    ['no lifetime', { token_lifetime: '0s' }, 'token_lifetime', /longer than zero/],
    ['no requests at all', { rate_limit: 0 }, 'rate_limit', />=1/],
  ];
  for (const [rule, section, path, message] of refused) {
    it(`refuses ${rule}, where it stands`, () => {
      const result = apiConfigSchema.safeParse(section);
      assert.ok(!result.success);
      assert.deepEqual(
        result.error.issues.map((issue) => issue.path.join('.')),
        [path],
      );
      assert.match(result.error.issues[0]!.message, message);
    });
  }
});

describe('secrets of api in a configuration', () => {
  const inConfig = (clients: string, key = SIGNING_KEY) => `
receivers: { webrtcvideo: {} }
exporters: { otlphttp: { endpoint: '' } }
extensions:
  api:
    signing_key: ${key}
    clients:
${clients}
service:
  extensions: [api]
  pipelines: { metrics: { receivers: [webrtcvideo], exporters: [otlphttp] } }
`;

  async function run(command: string, text: string) {
    const folder = await mkdtemp(join(tmpdir(), 'api-config-'));
    try {
      const file = join(folder, 'config.yaml');
      await writeFile(file, text);
      const io = collectedIo();
      const { run: execute } = configCommands.find(({ name }) => name === command)!;
      const exitCode = await execute({ config: [file], set: [] }, { distribution, io });
      return { exitCode, ...io.written };
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('are not printed', async () => {
    const entry = `      - { id: grafana, secret_hash: "${SECRET_HASH}", scopes: ["realtime:read"] }`;
    const { exitCode, out, err } = await run('print-config', inConfig(entry));
    assert.deepEqual([exitCode, err], [0, '']);
    assert.match(out, /secret_hash: "?\[REDACTED\]/);
    assertNoLeak({ out }, SIGNING_KEY);
    assertNoLeak({ out }, SECRET_HASH.split(':').at(-1));
  });

  it('are not shown with what is wrong with them', async () => {
    const secret = 'canary-that-somebody-forgot-to-hash';
    const entry = `      - { id: grafana, secret_hash: ${secret}, scopes: ["realtime:read"] }`;
    const { exitCode, err } = await run('validate', inConfig(entry, 'canary-that-is-too-short'));
    assert.equal(exitCode, 78);
    assert.match(err, /extensions::api::clients::0::secret_hash: is no hash of a secret/);
    assert.match(err, /extensions::api::signing_key: must have at least 32 bytes/);
    assertNoLeak({ err }, secret);
    assertNoLeak({ err }, 'canary-that-is-too-short');
  });
});
