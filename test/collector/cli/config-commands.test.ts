import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { CommandArguments } from '../../../collector/cli/command.ts';
import { configCommands } from '../../../collector/cli/commands.ts';
import { CONFIG_INVALID_EXIT_CODE, OK_EXIT_CODE } from '../../../collector/cli/exit-codes.ts';
import { collectedIo } from '../../support/collected-io.ts';
import { fixturePath } from '../../support/config-mistakes.ts';
import { testDistribution } from '../../support/test-distribution.ts';

async function run(name: string, fixtures: readonly string[], set: readonly string[] = []) {
  const io = collectedIo();
  const command = configCommands.find((candidate) => candidate.name === name)!;
  const args: CommandArguments = { config: fixtures.map(fixturePath), set };
  const exitCode = await command.run(args, { distribution: testDistribution, io });
  return { exitCode, ...io.written };
}

describe('validate', () => {
  it('says nothing when the configuration is fine', async () => {
    assert.deepEqual(await run('validate', ['valid.yaml']), { exitCode: OK_EXIT_CODE, out: '', err: '' });
  });

  it('shows every problem in full, and exits with 78', async () => {
    const { exitCode, out, err } = await run('validate', ['valid.yaml', 'key-unknown.yaml']);
    assert.equal(exitCode, CONFIG_INVALID_EXIT_CODE);
    assert.equal(exitCode, 78);
    assert.equal(out, '');
    const file = fixturePath('key-unknown.yaml');
    assert.equal(
      err,
      `${file}:3:5: receivers::webrtcvideo::endpiont: unknown key "endpiont"\n` +
        '      endpiont: [REDACTED]\n' +
        '      ^\n' +
        '  hint: did you mean "endpoint"?\n' +
        `${file}:4:5: receivers::webrtcvideo::max-sessions: unknown key "max-sessions"\n` +
        '      max-sessions: [REDACTED]\n' +
        '      ^\n' +
        '  hint: did you mean "max_sessions"?\n',
    );
  });

  it('warns of what is not wrong, and exits with 0', async () => {
    const { exitCode, out, err } = await run(
      'validate',
      ['valid.yaml'],
      ['receivers.webrtcvideo.agent_id_key=${env:UNSET}'],
    );
    assert.equal(exitCode, OK_EXIT_CODE);
    assert.equal(out, '');
    assert.match(err, /^warning: receivers::webrtcvideo::agent_id_key: references unset .*"UNSET"/);
  });
});

describe('print-config', () => {
  it('prints the defaults, and masks in place of secrets', async () => {
    const { exitCode, out, err } = await run('print-config', ['valid.yaml']);
    assert.deepEqual({ exitCode, err }, { exitCode: OK_EXIT_CODE, err: '' });
    const printed = parse(out) as Record<string, Record<string, Record<string, unknown>>>;
    assert.equal(printed['receivers']!['webrtcvideo']!['session_timeout'], '60s');
    assert.equal(printed['extensions']!['bearertokenauth']!['token'], '[REDACTED]');
    assert.equal(printed['service']!['telemetry']!['metrics'] !== undefined, true);
    assert.doesNotMatch(out, /valid-token/);
  });

  it('prints nothing but the problems when there are some', async () => {
    const { exitCode, out, err } = await run('print-config', [
      'valid.yaml',
      'key-unknown-holds-a-secret.yaml',
    ]);
    assert.equal(exitCode, CONFIG_INVALID_EXIT_CODE);
    assert.equal(out, '');
    assert.match(err, /unknown key "tokn"/);
    assert.doesNotMatch(err, /sesame|valid-token/);
  });
});

describe('components', () => {
  it('lists each section of the build in the Collector’s form', async () => {
    const { exitCode, out, err } = await run('components', []);
    assert.deepEqual({ exitCode, err }, { exitCode: OK_EXIT_CODE, err: '' });
    const listing = parse(out) as Record<string, { name: string }[]>;
    const manifest = new URL('../../../package.json', import.meta.url);
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, string>;
    const { description, ...buildinfo } = listing['buildinfo'] as unknown as Record<string, string>;
    assert.deepEqual(buildinfo, { command: name, version });
    assert.ok(description);
    assert.deepEqual(listing['receivers'], [
      { name: 'webrtcvideo', summary: 'Takes samples over HTTP.', produces: 'quality' },
    ]);
    assert.deepEqual(listing['exporters']?.[0], {
      name: 'otlphttp',
      summary: 'Sends metrics over OTLP.',
      signals: ['metrics'],
      consumes: 'quality',
    });
    assert.deepEqual(
      listing['processors']?.map((component) => component.name),
      ['degradation', 'sampler'],
    );
    assert.deepEqual(listing['connectors'], []);
    assert.deepEqual(
      listing['extensions']?.map((component) => component.name),
      ['bearertokenauth', 'file_storage'],
    );
    assert.deepEqual(Object.keys(listing), [
      'buildinfo',
      'receivers',
      'processors',
      'exporters',
      'connectors',
      'extensions',
      'providers',
    ]);
  });
});
