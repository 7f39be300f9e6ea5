import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Clients, type Client } from '../../../api/access/clients.ts';
import { hashSecret, type SecretHash } from '../../../api/access/secret-hash.ts';

const secretHash = await hashSecret('sesame', { ln: 14, r: 8, p: 1 });
const client: Client = { id: 'grafana', secretHash, scopes: new Set(['realtime:read']) };

describe('clients', () => {
  it('are known by their id and secret', async () => {
    const clients = new Clients([client]);
    assert.equal(await clients.authenticate('grafana', 'sesame'), client);
    assert.equal(await clients.authenticate('grafana', 'Sesame'), 'unknown');
    assert.equal(await clients.authenticate('grafanb', 'sesame'), 'unknown');
    assert.equal(await clients.authenticate('__proto__', 'sesame'), 'unknown');
    assert.equal(await new Clients([]).authenticate('grafana', 'sesame'), 'unknown');
  });

  it('cost as much when they are unknown: a hash of the same cost is made all the same', async () => {
    const verified: SecretHash[] = [];
    const clients = new Clients([client], (_secret, hash) => {
      verified.push(hash);
      return Promise.resolve(true);
    });
    assert.equal(await clients.authenticate('grafana', 'guess'), client);
    assert.equal(await clients.authenticate('nobody', 'guess'), 'unknown');
    const [known, unknown] = verified.map(({ ln, r, p, salt, hash }) => [ln, r, p, salt.length, hash.length]);
    assert.deepEqual(unknown, known);
    assert.notDeepEqual(verified[1], verified[0]);
  });

  it('are told to come again when too many are being verified', async () => {
    const clients = new Clients([client]);
    const results = await Promise.all(
      Array.from({ length: 40 }, () => clients.authenticate('grafana', 'guess')),
    );
    assert.equal(results.filter((result) => result === 'busy').length, 40 - 2 - 32);
    assert.equal(await clients.authenticate('grafana', 'sesame'), client);
  });
});
