import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Clients, type Client } from '../../../api/access/clients.ts';
import { hashSecret } from '../../../api/access/secret-hash.ts';

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

  it('cost as much when they are unknown: a hash is made all the same', async () => {
    const clients = new Clients([client]);
    const cpuMicros = async (id: string) => {
      const before = process.cpuUsage();
      for (let count = 0; count < 4; count += 1) await clients.authenticate(id, 'guess');
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await cpuMicros('grafana');
    const known = await cpuMicros('grafana');
    const unknown = await cpuMicros('nobody');
    assert.ok(
      unknown > known / 3 && unknown < known * 3,
      `${unknown} µs for an unknown id, ${known} for a known one`,
    );
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
