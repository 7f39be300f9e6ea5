import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Component, Host } from '../../../collector/component.ts';
import { requireClientAuth, requireServerAuth } from '../../../collector/extension/authenticator.ts';

const component: Component = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
const server = { ...component, authenticate: () => true };
const client = { ...component, headers: () => Promise.resolve({}), refresh: () => Promise.resolve(false) };

const started = new Map<string, Component>([
  ['plain', component],
  ['server', server],
  ['client', client],
]);
const host: Host = {
  extension: (id) => started.get(id),
  extensions: started,
  hub: () => undefined,
  health: { report: () => ({ status: 'starting', components: new Map() }) },
};

describe('requireServerAuth', () => {
  it('finds the extension that judges requests', () => {
    assert.equal(requireServerAuth(host, { authenticator: 'server' }), server);
  });

  it('says what to do when the extension is not started', () => {
    assert.throws(() => requireServerAuth(host, { authenticator: 'bearertokenauth/x' }), {
      message: 'auth: authenticator "bearertokenauth/x" not found; list it in service.extensions',
    });
  });

  for (const authenticator of ['plain', 'client']) {
    it(`refuses an extension that judges no requests: ${authenticator}`, () => {
      assert.throws(() => requireServerAuth(host, { authenticator }), {
        message: `auth: extension "${authenticator}" does not authenticate incoming requests`,
      });
    });
  }
});

describe('requireClientAuth', () => {
  it('finds the extension that equips requests', () => {
    assert.equal(requireClientAuth(host, { authenticator: 'client' }), client);
  });

  it('says what to do when the extension is not started', () => {
    assert.throws(() => requireClientAuth(host, { authenticator: 'x' }), /"x" not found; list it/);
  });

  for (const authenticator of ['plain', 'server']) {
    it(`refuses an extension that equips no requests: ${authenticator}`, () => {
      assert.throws(() => requireClientAuth(host, { authenticator }), /does not authenticate outgoing/);
    });
  }
});
