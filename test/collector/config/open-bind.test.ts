import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isLoopback, refuseOpenBind } from '../../../collector/config/open-bind.ts';

describe('isLoopback', () => {
  const rows: [host: string, expected: boolean, why: string][] = [
    ['127.0.0.1', true, 'the loopback address'],
    ['127.8.9.10', true, 'all of 127.0.0.0/8'],
    ['::1', true, 'the loopback address of IPv6'],
    ['::ffff:127.0.0.1', true, 'the loopback address of IPv4 inside IPv6'],
    ['localhost', true, 'the loopback name'],
    ['LocalHost', true, 'names know no case'],
    ['api.localhost', true, 'a name below the loopback name'],
    ['0.0.0.0', false, 'every address'],
    ['::', false, 'every address of IPv6'],
    ['::ffff:0.0.0.0', false, 'every address of IPv4 inside IPv6'],
    ['10.0.0.5', false, 'a private address'],
    ['192.0.2.1', false, 'a public address'],
    ['localhost.example.com', false, 'a name that only begins like the loopback name'],
    ['collector', false, 'another name'],
  ];
  for (const [host, expected, why] of rows) {
    it(`${expected ? 'is' : 'is not'} ${host}: ${why}`, () => assert.equal(isLoopback(host), expected));
  }
});

describe('refuseOpenBind', () => {
  const open = { host: '0.0.0.0', port: 4319 };
  const loopback = { host: '127.0.0.1', port: 4319 };

  it('refuses what other machines can reach without authentication, and says what to do', () => {
    assert.equal(
      refuseOpenBind(open, { authenticated: false, allow: false }),
      '0.0.0.0:4319 can be reached from other machines and asks for no authentication; ' +
        'listen on 127.0.0.1, set auth, or write "allow_unauthenticated: true"',
    );
  });

  it('writes IPv6 addresses in brackets', () => {
    const message = refuseOpenBind({ host: '::', port: 80 }, { authenticated: false, allow: false });
    assert.match(message!, /^\[::\]:80 /);
  });

  const permitted: [rule: string, address: typeof open, authenticated: boolean, allow: boolean][] = [
    ['permits loopback', loopback, false, false],
    ['permits an open bind with authentication', open, true, false],
    ['permits an open bind that the configuration allows in words', open, false, true],
  ];
  for (const [rule, address, authenticated, allow] of permitted) {
    it(rule, () => assert.equal(refuseOpenBind(address, { authenticated, allow }), undefined));
  }
});
