import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  bucketOf,
  idempotencyKey,
  incidentId,
  incidentKey,
} from '../../../bridge/transition/incident-key.ts';
import type { IncidentCategory, TransitionKind } from '../../../bridge/transition/transition.ts';

/** 2026-01-11T00:00:00Z, the first moment of a bucket. */
const EDGE_MS = 1_768_089_600_000;
const BUCKET = 5_893_632;

describe('the five-minute bucket of an event time', () => {
  const rows: [rule: string, atMs: number, bucket: number][] = [
    ['begins at its first millisecond', EDGE_MS, BUCKET],
    ['still holds 299.999 s', EDGE_MS + 299_999, BUCKET],
    ['ends before 300 s', EDGE_MS + 300_000, BUCKET + 1],
    ['leaves the millisecond before to the one before', EDGE_MS - 1, BUCKET - 1],
    ['is 0 at the epoch', 0, 0],
    ['counts whole 300 s and not 0.3 s: the time is in milliseconds', 300_000, 1],
  ];
  for (const [rule, atMs, bucket] of rows) it(rule, () => assert.equal(bucketOf(atMs), bucket));

  it('is the whole number of 300 s since the epoch, for every millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (atMs) => {
        const bucket = bucketOf(atMs);
        assert.ok(Number.isInteger(bucket));
        assert.ok(bucket * 300_000 <= atMs && atMs < (bucket + 1) * 300_000);
      }),
    );
  });
});

// Made with `printf '%s' 's-1|5893632' | sha256sum` and the like.
describe('the incident key', () => {
  const rows: [subject: string, bucket: number, key: string][] = [
    ['s-1', BUCKET, '4b86e6df9f5930cff4f37634fa2b486ee12800904ea0b3a186926defba81d4f2'],
    ['s-1', BUCKET - 1, '385d9c0cb2a2f30e22ff247ece5f2008e7c156480a0bc95e42f4dc2d28e34351'],
    ['b7f0a1c2-session', 5_666_666, 'bb7b42435f089cc9f1ac4996e11e80696408d33abb02775fc98029a2ad07506b'],
    ['é中😀', 0, '7c1505a5151e3586d1b9faa71dbfe5d1e933a3f3c63230cb908d9dac043be53f'],
  ];
  for (const [subject, bucket, key] of rows) {
    it(`is the lower-case hex SHA-256 of ${subject}|${bucket}`, () =>
      assert.equal(incidentKey(subject, bucket), key));
  }
});

describe('the idempotency key', () => {
  const rows: [rule: string, of: [string, number, IncidentCategory, TransitionKind, number], key: string][] =
    [
      [
        'of the opening of a quality incident is the incident key itself',
        ['s-1', BUCKET, 'quality', 'opened', 0],
        '4b86e6df9f5930cff4f37634fa2b486ee12800904ea0b3a186926defba81d4f2',
      ],
      [
        'of a recovery is that of subject|bucket|category|kind|sequence',
        ['s-1', BUCKET, 'quality', 'recovered', 1],
        'a7168ac159ef4e0ca235247bcdcc079460a362f3f08eb5759cd440e6df625f4b',
      ],
      [
        'of a reopening in the same bucket is another one',
        ['s-1', BUCKET, 'quality', 'reopened', 2],
        '491e060e830e07e8a2d855f20d2237208a8ba525a6f188f7a75193687816fe1c',
      ],
      [
        'of the opening of a connection incident is not the incident key',
        ['s-1', BUCKET, 'connection', 'opened', 0],
        '34d9f165385bba8c0200f835d81b528b16359b2e8fd61f9e3cf24f4322f80906',
      ],
      [
        'of a storm is made from its group',
        ['edge=fra-3', BUCKET, 'storm', 'opened', 0],
        'fcae19b40a21973850d7c324a569664f4383f8751b07c91b985658845d4b9629',
      ],
    ];
  for (const [rule, of, key] of rows) it(rule, () => assert.equal(idempotencyKey(...of), key));

  it('differs for all transitions of all incidents of one session and bucket', () => {
    const categories: IncidentCategory[] = ['quality', 'connection'];
    const kinds: TransitionKind[] = [
      'opened',
      'updated',
      'escalated',
      'deescalated',
      'reopened',
      'recovered',
      'ended',
    ];
    const keys = categories.flatMap((category) =>
      kinds.flatMap((kind) =>
        [0, 1, 2, 10, 11].map((sequence) => idempotencyKey('s-1', BUCKET, category, kind, sequence)),
      ),
    );
    assert.equal(new Set(keys).size, keys.length);
  });
});

describe('the incident id', () => {
  it('is half of the SHA-256 of subject|bucket|category', () => {
    assert.equal(incidentId('s-1', BUCKET, 'quality'), '381a13dba480e116ba3ceccc91193b9b');
    assert.equal(incidentId('s-1', BUCKET, 'connection'), 'ad8a070a242ecee89954112886562a42');
  });
});
