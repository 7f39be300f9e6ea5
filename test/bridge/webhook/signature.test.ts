import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { signatureHeaders, signingKey } from '../../../bridge/webhook/signature.ts';

// The vector that the libraries of Standard Webhooks test themselves with.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const TIMESTAMP_S = 1_614_265_330;
const BODY = '{"test": 2432232314}';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

const OTHER_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('the signature', () => {
  it('is that of the published vector', () => {
    assert.deepEqual(signatureHeaders(ID, TIMESTAMP_S, BODY, [signingKey(SECRET)!]), {
      'webhook-id': ID,
      'webhook-timestamp': '1614265330',
      'webhook-signature': SIGNATURE,
    });
  });

  it('stands beside that of another secret while they are being rotated, in the order configured', () => {
    const keys = [signingKey(OTHER_SECRET)!, signingKey(SECRET)!];
    const signature = signatureHeaders(ID, TIMESTAMP_S, BODY, keys)['webhook-signature']!;
    const [first, second, ...more] = signature.split(' ');
    const alone = signatureHeaders(ID, TIMESTAMP_S, BODY, [keys[0]!])['webhook-signature'];
    assert.deepEqual([first, second, more], [alone, SIGNATURE, []]);
  });

  it('is over the bytes of the body as UTF-8', () => {
    const body = '{"session_id":"é中😀"}';
    const expected = createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64'))
      .update(Buffer.concat([Buffer.from(`${ID}.${TIMESTAMP_S}.`), Buffer.from(body, 'utf8')]))
      .digest('base64');
    const headers = signatureHeaders(ID, TIMESTAMP_S, body, [signingKey(SECRET)!]);
    assert.equal(headers['webhook-signature'], `v1,${expected}`);
  });

  it('is another one when anything of id, time or body is', () => {
    const key = signingKey(SECRET)!;
    const sign = (id: string, timestampS: number, body: string) =>
      signatureHeaders(id, timestampS, body, [key])['webhook-signature'];
    fc.assert(
      fc.property(fc.nat({ max: BODY.length - 1 }), fc.integer({ min: 1, max: 1_000 }), (at, seconds) => {
        const flipped = String.fromCharCode(BODY.charCodeAt(at) ^ 1);
        assert.notEqual(sign(ID, TIMESTAMP_S, BODY.slice(0, at) + flipped + BODY.slice(at + 1)), SIGNATURE);
        assert.notEqual(sign(ID, TIMESTAMP_S + seconds, BODY), SIGNATURE);
        assert.notEqual(sign(`${ID}x`, TIMESTAMP_S, BODY), SIGNATURE);
      }),
    );
  });
});

describe('a signing secret', () => {
  const bytes = (count: number) => Buffer.alloc(count, 1).toString('base64');
  const rows: [rule: string, secret: string, byteCount: number | undefined][] = [
    ['with its prefix', SECRET, 24],
    ['without its prefix', SECRET.slice(6), 24],
    ['of 24 bytes', `whsec_${bytes(24)}`, 24],
    ['of 64 bytes', `whsec_${bytes(64)}`, 64],
    ['of 23 bytes: too short', `whsec_${bytes(23)}`, undefined],
    ['of 65 bytes: too long', `whsec_${bytes(65)}`, undefined],
    ['that is empty', '', undefined],
    ['that is only its prefix', 'whsec_', undefined],
    ['that is no base64', 'whsec_not base64 at all, is it?', undefined],
    ['of another kind of signature', 'whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', undefined],
  ];
  for (const [rule, secret, byteCount] of rows) {
    it(`${rule}: ${byteCount === undefined ? 'refused' : `${byteCount} bytes`}`, () =>
      assert.equal(signingKey(secret)?.byteLength, byteCount));
  }
});
