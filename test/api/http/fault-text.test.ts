import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { faultText, keysOf } from '../../../api/http/fault-text.ts';

/** With at least one of each kind of fault. */
const schema = z.strictObject({
  count: z.int().min(1).max(9).multipleOf(2),
  share: z.number().gt(0).lt(1),
  kind: z.enum(['one', 'two']),
  only: z.literal('this'),
  flag: z.boolean(),
  text: z.string().min(2).max(3),
  list: z
    .array(z.strictObject({ inner: z.string() }))
    .min(1)
    .max(2),
  either: z.union([z.strictObject({ a: z.string() }), z.int()]),
  map: z.record(z.string().regex(/^[a-z]$/), z.number()),
  time: z.iso.datetime(),
  own: z.string().regex(/^x/, { error: 'must begin with x' }),
  checked: z.string().refine((text) => text === 'y', { error: 'is not y' }),
});

const knownKeys = keysOf(z.toJSONSchema(schema, { io: 'input' }));

function textFor(value: unknown): string {
  const { error } = schema.safeParse(value);
  return error === undefined ? '' : faultText(error.issues, { name: 'the body', value, knownKeys });
}

const GOOD = {
  count: 2,
  share: 0.5,
  kind: 'one',
  only: 'this',
  flag: true,
  text: 'ab',
  list: [{ inner: 'x' }],
  either: 1,
  map: {},
  time: '2026-01-01T00:00:00Z',
  own: 'x',
  checked: 'y',
};

describe('what is wrong with a request', () => {
  const rows: [fields: object, text: string][] = [
    [{}, ''],
    [{ count: undefined }, 'count is missing'],
    [{ count: 'x' }, 'count must be a number'],
    [{ count: 1.5 }, 'count must be a whole number'],
    [{ count: 3 }, 'count must be a multiple of 2'],
    [{ count: 0 }, 'count must be at least 1'],
    [{ count: 10 }, 'count must be at most 9'],
    [{ share: 0 }, 'share must be more than 0'],
    [{ share: 1 }, 'share must be less than 1'],
    [{ kind: 'three' }, 'kind must be one of one, two'],
    [{ only: 'that' }, 'only must be this'],
    [{ flag: 'true' }, 'flag must be true or false'],
    [{ text: 'a' }, 'text must have at least 2 characters'],
    [{ text: 'abcd' }, 'text must have at most 3 characters'],
    [{ list: [] }, 'list must have at least 1 entries'],
    [{ list: [{ inner: 1 }] }, 'list[0].inner must be text'],
    [{ list: [{ inner: 'x', more: 1 }] }, 'list[0] has a key that is not known'],
    [{ list: [{}] }, 'list[0].inner is missing'],
    [{ either: 'x' }, 'either is in none of the forms that are possible here'],
    [{ map: { b: 'x' } }, 'map.* must be a number'],
    [{ map: { AB: 1 } }, 'map.* is in none of the forms that are possible here'],
    [{ time: 'yesterday' }, 'time is in none of the forms that are possible here'],
    [{ own: 'y' }, 'own must begin with x'],
    [{ checked: 'x' }, 'checked is not y'],
  ];
  for (const [fields, text] of rows) {
    it(`is told of ${JSON.stringify(fields)}`, () => assert.equal(textFor({ ...GOOD, ...fields }), text));
  }

  it('is told of at most ten faults, and of each once', () => {
    const faults = textFor({}).split('; ');
    assert.equal(faults.length, 10);
    assert.equal(new Set(faults).size, 10);
  });

  it('quotes nothing, wherever the caller has written it', () => {
    const canary = fc.constant('canary');
    const leaf = fc.oneof(canary, fc.constant(['canary']), fc.constant({ canary: 'canary' }), fc.integer());
    const keys = fc.constantFrom(...Object.keys(GOOD), 'canary');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }))), (fields) => {
        assert.ok(!textFor({ ...GOOD, ...fields }).includes('canary'));
      }),
    );
  });
});
