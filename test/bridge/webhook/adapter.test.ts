import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../collector/secret.ts';
import type { OutboxRow } from '../../../bridge/outbox/outbox-store.ts';
import { webhookAdapter, type WebhookOptions } from '../../../bridge/webhook/adapter.ts';
import { formatOf } from '../../../bridge/webhook/format.ts';
import { signingKey } from '../../../bridge/webhook/signature.ts';
import { transitionOf } from '../../support/transition.ts';

const NOW_MS = Date.UTC(2026, 0, 1) + 999;
const KEY = signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')!;

const ROW: OutboxRow = {
  rowId: 1,
  destination: 'webhook',
  incidentId: 'i-1',
  sequence: 0,
  kind: 'opened',
  category: 'quality',
  subject: 's-1',
  severity: 'high',
  idempotencyKey: 'the-key',
  body: '{"stored":"bytes"}',
  state: 'pending',
  attemptCount: 3,
  conflictCount: 0,
  createdAtMs: NOW_MS,
  nextAttemptAtMs: NOW_MS,
};

const BARE: WebhookOptions = { headers: {}, signingKeys: [], format: formatOf('guide', 'webhook'), link: '' };

function requestWith(options: Partial<WebhookOptions>) {
  return webhookAdapter({ ...BARE, ...options }).request(ROW, NOW_MS);
}

describe('the request of the webhook', () => {
  it('is the stored body, with its type and its key, and nothing more', () => {
    assert.deepEqual(requestWith({}), {
      headers: { 'content-type': 'application/json', 'x-idempotency-key': 'the-key' },
      body: '{"stored":"bytes"}',
    });
  });

  it('is signed with the key as its id, at the whole second of the attempt', () => {
    const { headers } = requestWith({ signingKeys: [KEY] });
    assert.equal(headers['webhook-id'], 'the-key');
    assert.equal(headers['webhook-timestamp'], '1767225600');
    assert.match(headers['webhook-signature']!, /^v1,[A-Za-z0-9+/]{43}=$/);
  });

  it('brings the configured headers along, with names in lower case', () => {
    const { headers } = requestWith({ headers: { 'X-Tenant': new Secret('7') } });
    assert.equal(headers['x-tenant'], '7');
  });

  it('lets no configured header take the place of ours, in any case of letters', () => {
    const ours = [
      'x-idempotency-key',
      'content-type',
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ];
    const bare = requestWith({ signingKeys: [KEY] });
    for (const name of ours) {
      for (const spelling of [name, name.toUpperCase(), `${name[0]!.toUpperCase()}${name.slice(1)}`]) {
        const headers = { [spelling]: new Secret('mine') };
        assert.deepEqual(requestWith({ headers, signingKeys: [KEY] }), bare, spelling);
      }
    }
  });
});

describe('the adapter of the webhook', () => {
  const adapter = webhookAdapter(BARE);

  it('renders the same bytes for the same transition', () => {
    assert.equal(adapter.render(transitionOf()), adapter.render(transitionOf()));
  });

  it('takes an answer for what its status says, with the wait that it asks for', () => {
    assert.deepEqual(adapter.outcome({ status: 429, retryAfterMs: 5_000, excerpt: 'slow down' }, ROW), {
      kind: 'retry',
      reason: 'status 429',
      retryAfterMs: 5_000,
    });
    assert.equal(adapter.outcome({ status: 202, excerpt: '{"ok":false}' }, ROW).kind, 'delivered');
  });
});
