import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseArguments } from '../../../collector/cli/arguments.ts';
import { configCommands } from '../../../collector/cli/commands.ts';
import type { Command } from '../../../collector/component.ts';

const outbox: Command = {
  name: 'outbox',
  usage: 'outbox ls|redrive --config FILE',
  summary: 'list what is undelivered',
  run: () => Promise.resolve(0),
};
const offered = { commands: configCommands, extraCommands: [outbox] };

describe('parseArguments', () => {
  it('gives the command and every --config and --set in order', () => {
    const parsed = parseArguments(
      ['validate', '--config', 'a.yaml', '--set', 'a.b=c', '--config=b.yaml', '--set', 'd=e=f'],
      offered,
    );
    assert.ok(parsed.kind === 'command');
    assert.equal(parsed.command.name, 'validate');
    assert.deepEqual(parsed.args, { config: ['a.yaml', 'b.yaml'], set: ['a.b=c', 'd=e=f'] });
  });

  it('hands a component’s command its arguments as they are', () => {
    const parsed = parseArguments(['outbox', 'ls', '--config', 'a.yaml', '--all'], offered);
    assert.ok(parsed.kind === 'extra-command');
    assert.equal(parsed.command, outbox);
    assert.deepEqual(parsed.args, ['ls', '--config', 'a.yaml', '--all']);
  });

  for (const argv of [['--help'], ['-h'], ['help'], ['validate', '--help'], ['components', '-h']]) {
    it(`answers ${argv.join(' ')} with all commands`, () => {
      const parsed = parseArguments(argv, offered);
      assert.ok(parsed.kind === 'help');
      for (const name of ['validate', 'components', 'print-config', 'outbox', '--config', '--set']) {
        assert.match(parsed.text, new RegExp(`^ +${name}`, 'm'));
      }
    });
  }

  it('answers the help of a component’s command with its own usage', () => {
    const parsed = parseArguments(['outbox', '--help'], offered);
    assert.ok(parsed.kind === 'help');
    assert.match(parsed.text, /outbox ls\|redrive --config FILE\n\nlist what is undelivered/);
  });

  for (const argv of [['--version'], ['validate', '--version']]) {
    it(`answers ${argv.join(' ')} with the version`, () => {
      assert.deepEqual(parseArguments(argv, offered), { kind: 'version' });
    });
  }

  const wrong: [title: string, argv: string[], firstLines: RegExp][] = [
    ['nothing', [], /^a command is missing\n/],
    ['a mistyped command', ['validat'], /^unknown command "validat"\n {2}hint: did you mean "validate"\?\n/],
    [
      'a command near to none',
      ['frobnicate'],
      /^unknown command "frobnicate"\n {2}hint: commands: validate, /,
    ],
    ['a name of Object', ['constructor'], /^unknown command "constructor"\n/],
    ['an option first', ['--config', 'a.yaml', 'validate'], /^a command must come before --config\n/],
    ['no --config', ['validate', '--set', 'a=b'], /^at least one --config must be given\n/],
    ['--config without a file', ['validate', '--config'], /^Option '--config <value>' argument missing\n/],
    [
      '--set without "="',
      ['validate', '--config', 'a', '--set', 'sesame'],
      /^--set without "="\n(?!.*sesame)/s,
    ],
    [
      'a mistyped option',
      ['validate', '--confg', 'a'],
      /^Unknown option '--confg'\n {2}hint: did you mean "--config"\?\n/,
    ],
    ['something more', ['validate', '--config', 'a', 'b'], /^Unexpected argument 'b'\n?/],
    [
      'a configuration that is not read',
      ['components', '--config', 'a'],
      /^"components" reads no configuration\n/,
    ],
  ];
  for (const [title, argv, firstLines] of wrong) {
    it(`refuses ${title} and shows the usage`, () => {
      const parsed = parseArguments(argv, offered);
      assert.ok(parsed.kind === 'wrong-usage', parsed.kind);
      assert.match(parsed.text, firstLines);
      assert.match(parsed.text, /Usage: webrtc-quality-bridge COMMAND/);
    });
  }
});
