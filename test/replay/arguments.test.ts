import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseWish } from '../../replay/arguments.ts';

const parse = (line: string) => parseWish(line.split(' ').filter(Boolean), ['getstats', 'series']);

describe('the command line of replay', () => {
  it('needs a file and nothing else', () => {
    assert.deepEqual(parse('a.json'), {
      files: ['a.json'],
      config: [],
      set: [],
      intervalMs: 5_000,
      json: false,
    });
  });

  it('takes several files and all options, in any order', () => {
    assert.deepEqual(
      parse(
        'a --config x.yaml --set a.b=c --processor degradation/2 --dialect series --speed 10 b --interval 0 --explain s --json',
      ),
      {
        files: ['a', 'b'],
        config: ['x.yaml'],
        set: ['a.b=c'],
        processorId: 'degradation/2',
        dialectName: 'series',
        intervalMs: 0,
        speed: 10,
        explain: 's',
        json: true,
      },
    );
  });

  for (const [line, wrong] of [
    ['', 'say which file to replay'],
    ['a b a', 'a file is named twice'],
    ['a --set x', '--set without "="'],
    ['a --dialect serie', 'unknown dialect "serie"\n  hint: did you mean "series"?'],
    ['a --speed fast', '--speed takes max or a number up to 1000, such as 10'],
    ['a --speed 0', '--speed takes max or a number up to 1000, such as 10'],
    ['a --speed Infinity', '--speed takes max or a number up to 1000, such as 10'],
    ['a --interval 5', '--interval takes a duration, such as 5s'],
    ['a --explian s', 'Unknown option \'--explian\'\n  hint: did you mean "--explain"?'],
  ] as const) {
    it(`says what is wrong with "${line}"`, () => assert.deepEqual(parse(line), { wrong }));
  }
});
