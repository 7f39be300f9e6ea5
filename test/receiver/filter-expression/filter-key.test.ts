// The key `filter` in a configuration file, at each receiver: mistakes with their column, and warnings at their line.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { configCommands } from '../../../collector/cli/commands.ts';
import { distribution } from '../../../collector/registry.ts';
import { recordFilter } from '../../../receiver/filter-expression/filter-key.ts';
import { collectedIo } from '../../support/collected-io.ts';
import { fixturePath, loadFixtures, testMistakes } from '../../support/config-mistakes.ts';

describe('a mistake in a filter', () => {
  testMistakes(
    [
      {
        title: 'of webrtcvideo is told with its column',
        file: 'webrtcvideo-filter-mistakes',
        problems: [
          ['3:13', 'receivers::webrtcvideo::filter', 'column 28: no field of this name is kept of an event'],
          [
            '5:13',
            'receivers::webrtcvideo/second::filter',
            'column 13: "=" alone compares nothing; write "=="',
          ],
          [
            '7:13',
            'receivers::webrtcvideo/third::filter',
            'expected text, got a fraction',
            'put it in quotes to make it text',
          ],
        ],
      },
      {
        title: 'of browser is told with its column',
        file: 'browser-filter-mistakes',
        problems: [
          ['3:13', 'receivers::browser::filter', 'column 35: expected a number, or a text in quotes'],
          [
            '5:13',
            'receivers::browser/second::filter',
            'column 10: is none of the words that this field can have',
          ],
        ],
      },
      {
        title: 'of genesyscloud is told with its column, be it for us or for the platform',
        file: 'genesyscloud-filter-mistakes',
        problems: [
          ['3:13', 'receivers::genesyscloud::filter', 'column 1: no field of this name is kept of an event'],
          [
            '6:15',
            'receivers::genesyscloud::realtime::filter',
            'column 19: expected ")" for the "(" of column 1',
          ],
        ],
      },
    ],
    distribution,
  );
});

describe('a filter that starves rules', () => {
  const FIXTURES = ['valid.yaml', 'filters-that-starve-rules.yaml'];
  const FILTER = "state == 'disconnected'";

  it('is a warning at its place, at each receiver that runs', async () => {
    const result = await loadFixtures(FIXTURES, { env: { FILTER }, distribution });
    assert.equal(result.ok, true);
    assert.deepEqual(
      result.warnings.map(({ path, position }) => [
        path,
        basename(position!.file),
        `${position!.line}:${position!.column}`,
      ]),
      [
        ['receivers::webrtcvideo::filter', FIXTURES[1], '3:13'],
        ['receivers::browser::filter', FIXTURES[1], '5:13'],
        ['receivers::genesyscloud::filter', FIXTURES[1], '7:13'],
        ['receivers::genesyscloud::realtime::filter', FIXTURES[1], '10:15'],
      ],
    );
    const [onMos, onType] = result.warnings.map(({ message }) => message);
    assert.match(onMos!, /^the filter keeps events from the rules: rules on .*packetLossPercent.* see/);
    assert.doesNotMatch(onMos!, /rules on [^;]*metrics\.mos\b/);
    assert.equal(
      onType,
      'the filter keeps events from the rules: not every disconnect or end of a session passes',
    );
    assert.ok(result.warnings.every(({ message }) => !message.includes('disconnected')));
  });

  it('is shown by validate with a caret, which exits with 0', async () => {
    const io = collectedIo({ FILTER });
    const validate = configCommands.find(({ name }) => name === 'validate')!;
    const args = { config: FIXTURES.map(fixturePath), set: [] };
    assert.equal(await validate.run(args, { distribution, io }), 0);
    const lines = io.written.err.split('\n');
    assert.equal(io.written.out, '');
    assert.ok(
      lines[0]!.startsWith(
        `warning: ${fixturePath(FIXTURES[1]!)}:3:13: receivers::webrtcvideo::filter: the filter keeps`,
      ),
    );
    assert.deepEqual(lines.slice(1, 3), ['      filter: metrics.mos < 3.5', '              ^']);
  });

  it('is printed by print-config as it was written', async () => {
    const result = await loadFixtures(FIXTURES, { env: { FILTER }, distribution });
    assert.ok(result.ok);
    const { receivers } = result.resolved as { receivers: Record<string, { filter?: string }> };
    assert.deepEqual(
      Object.entries(receivers).map(([id, { filter }]) => [id, filter]),
      [
        ['webrtcvideo', 'metrics.mos < 3.5'],
        ['browser', "type == 'webrtc-video'"],
        ['genesyscloud', FILTER],
        ['webrtcvideo/fine', "type == 'webrtc-video' || type == 'webrtc'"],
        ['webrtcvideo/unused', 'metrics.mos < 3.5'],
      ],
    );
  });
});

describe('the key', () => {
  it('is the same at every receiver there is', () => {
    const receivers = distribution.factories.filter(({ kind }) => kind === 'receiver');
    const keys = receivers.map(({ configSchema }) => {
      const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
      return schema.properties?.['filter'];
    });
    assert.equal(keys.length, 3);
    for (const key of keys)
      assert.deepEqual(key, { type: 'string', description: recordFilter().description });
  });
});
