// What each dialect makes of what its tool really writes. In the expected files a counter stands as the browser gave it, in
// W3C units; what comes of two of them is computed by hand in derived-samples.test.ts.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CAPTURE_DIALECTS,
  dialectNamed,
  LIVE_DIALECTS,
  recogniseDialect,
} from '../../../receiver/dialect/registry.ts';
import { fixturesOf, hasFolder } from './dialect-fixtures.ts';

const DIALECTS = [...LIVE_DIALECTS, ...CAPTURE_DIALECTS];

for (const dialect of LIVE_DIALECTS) {
  describe(`the dialect ${dialect.name}`, () => {
    const fixtures = fixturesOf(dialect.name);

    it('has fixtures', () => {
      assert.notEqual(fixtures.length, 0, `test/fixtures/dialects/${dialect.name} has no fixture`);
    });

    for (const { name, body, expected } of fixtures) {
      it(`reads ${name}`, () => {
        const { context, ...output } = expected;
        assert.deepEqual(dialect.decode(body, context), output);
      });

      it(`alone recognises ${name}`, () => {
        const recognising = DIALECTS.filter((each) => each.recognises(body));
        assert.deepEqual(
          recognising.map((each) => each.name),
          [dialect.name],
        );
        assert.equal(recogniseDialect(body, 'live'), dialect);
        assert.equal(recogniseDialect(body, 'capture'), dialect);
      });

      it(`leaves ${name} as it was`, () => {
        const before = JSON.stringify(body);
        dialect.decode(body, expected.context);
        assert.equal(JSON.stringify(body), before);
      });
    }

    it('is found by its name', () => {
      assert.equal(dialectNamed(dialect.name), dialect);
    });
  });
}

describe('the registry', () => {
  for (const { name } of DIALECTS) {
    it(`names ${name}, which has a folder of fixtures`, () => {
      assert.match(name, /^[a-z]+(?:-[a-z]+)*$/);
      assert.equal(hasFolder(name), true, `test/fixtures/dialects/${name} is missing`);
    });
  }

  it('has each name once', () => {
    assert.equal(new Set(DIALECTS.map(({ name }) => name)).size, DIALECTS.length);
  });

  it('recognises nothing in what is no body of a tool', () => {
    for (const body of [
      null,
      7,
      'text',
      [],
      {},
      [[]],
      [null],
      { events: [] },
      { session: { id: 's' }, metrics: {} },
    ]) {
      assert.equal(recogniseDialect(body, 'capture'), undefined, JSON.stringify(body));
    }
  });

  it('knows no dialect by a name that none has', () => {
    assert.equal(dialectNamed('Getstats'), undefined);
  });
});
