// Our signatures, verified by the receivers' own library: the package `standardwebhooks`.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { webhookAdapter } from '../../../bridge/webhook/adapter.ts';
import { FORMAT_NAMES, formatOf, type FormatName } from '../../../bridge/webhook/format.ts';
import { signingKey } from '../../../bridge/webhook/signature.ts';
import { rowOf } from '../../support/golden.ts';
import { INCIDENT_CASES } from '../../support/incident-cases.ts';

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;
const WRONG_SECRET = `whsec_${Buffer.alloc(32, 4).toString('base64')}`;
const SENT_AT_MS = Date.UTC(2026, 0, 11, 0, 1);

// The library takes the time from nowhere else.
beforeEach(() => mock.timers.enable({ apis: ['Date'], now: SENT_AT_MS + 2_000 }));
afterEach(() => mock.timers.reset());

function requestOf(caseName: string, format: FormatName, secrets: readonly string[]) {
  const adapter = webhookAdapter({
    headers: {},
    signingKeys: secrets.map((secret) => signingKey(secret)!),
    format: formatOf(format, 'webhook/siem'),
    link: '',
  });
  return adapter.request(rowOf(adapter, INCIDENT_CASES.get(caseName)!), SENT_AT_MS);
}

for (const format of FORMAT_NAMES) {
  describe(`the signature of the format ${format}`, () => {
    it('is verified by the library, whatever is told', () => {
      for (const caseName of INCIDENT_CASES.keys()) {
        const { headers, body } = requestOf(caseName, format, [SECRET]);
        assert.deepEqual(new Webhook(SECRET).verify(body, headers), JSON.parse(body), caseName);
      }
    });
  });
}

describe('the signature', () => {
  const { headers, body } = requestOf('quality-opened', 'standard_webhooks', [SECRET]);
  const webhook = new Webhook(SECRET);
  const noMatch = { message: 'No matching signature found' };

  it('does not fit a body of which one bit is another', () => {
    const bytes = Buffer.from(body);
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), fc.nat(6), (at, bit) => {
        const flipped = Buffer.from(bytes);
        flipped[at]! ^= 1 << bit;
        assert.throws(() => webhook.verify(flipped, headers), noMatch);
      }),
    );
  });

  it('does not fit another id or another time', () => {
    const second = String(Number(headers['webhook-timestamp']) + 1);
    assert.throws(() => webhook.verify(body, { ...headers, 'webhook-id': 'another' }), noMatch);
    assert.throws(() => webhook.verify(body, { ...headers, 'webhook-timestamp': second }), noMatch);
  });

  it('does not fit another secret', () => {
    assert.throws(() => new Webhook(WRONG_SECRET).verify(body, headers), noMatch);
  });

  it('is of the time of the attempt, so that the library takes it for no replay', () => {
    mock.timers.setTime(SENT_AT_MS + 301_000);
    assert.throws(() => webhook.verify(body, headers), { message: 'Message timestamp too old' });
  });
});

describe('while secrets are being rotated', () => {
  const { headers, body } = requestOf('quality-opened', 'standard_webhooks', [SECRET, OLD_SECRET]);

  for (const [who, secret] of [
    ['the new', SECRET],
    ['the old', OLD_SECRET],
  ] as const) {
    it(`a receiver that knows only ${who} secret verifies`, () => {
      assert.doesNotThrow(() => new Webhook(secret).verify(body, headers));
    });
  }

  it('one that knows neither does not', () => {
    assert.throws(() => new Webhook(WRONG_SECRET).verify(body, headers), /No matching signature/);
  });
});
