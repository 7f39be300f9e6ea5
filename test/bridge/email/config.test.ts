// The configuration of the exporter `email`: defaults, and each mistake where it stands.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SwitchedOffDestination } from '../../../bridge/delivery/switched-off.ts';
import { emailConfigSchema as schema } from '../../../bridge/email/config.ts';
import { emailFactory } from '../../../bridge/email/factory.ts';
import { distribution } from '../../../collector/registry.ts';
import { testSettings } from '../../support/component-settings.ts';
import { testMistakes } from '../../support/config-mistakes.ts';
import { assertNoLeak } from '../../support/no-leak.ts';
import { emailSection } from '../../support/smtp-destination.ts';

describe('the configuration of email', () => {
  it('has defaults for everything, and is then switched off', () => {
    const config = schema.parse({});
    assert.deepEqual(
      [config.tls, config.min_severity, config.timeout.ms, config.egress.allow_plaintext],
      ['starttls', 'high', 30_000, false],
    );
    const destination = emailFactory.create(testSettings(), config as never, {} as never);
    assert.ok(destination instanceof SwitchedOffDestination);
  });

  it('shows no password', () => {
    const config = schema.parse(emailSection(587));
    const destination = emailFactory.create(testSettings(), config as never, {} as never);
    assertNoLeak({ config, json: JSON.stringify(config), destination });
  });

  const base = { from: 'a@example.com', to: ['b@example.com'] };
  const good: [rule: string, section: object][] = [
    ['tls none to loopback', { host: '127.0.0.1', tls: 'none', egress: { allow_loopback: true } }],
    ['tls none to ::1', { host: '::1', tls: 'none', egress: { allow_loopback: true } }],
    [
      'tls none where it is allowed',
      { host: 'mail.example.com', tls: 'none', egress: { allow_plaintext: true } },
    ],
    ['a private address where it is allowed', { host: '10.0.0.25', egress: { allow_private: true } }],
    ['a sender with a name', { host: 'mail.example.com', from: 'WebRTC Alerts <a@example.com>' }],
    ['addresses with a plus and a quote', { host: 'mail.example.com', to: ["o'neil+rtc@mail.example.com"] }],
  ];
  for (const [rule, section] of good) {
    it(`takes ${rule}`, () => assert.deepEqual(schema.safeParse({ ...base, ...section }).error, undefined));
  }

  const bad: [section: object, message: RegExp][] = [
    [{ host: '127.0.0.1' }, /loopback address; set egress.allow_loopback/],
    [{ host: '169.254.169.254', egress: { allow_private: true } }, /never connected to|metadata/],
    [{ host: '0x7f.1' }, /loopback address/],
    [{ host: 'a b' }, /expected a host/],
    [{ host: 'mail.example.com', tls: 'opportunistic' }, /tls/],
    [{ host: 'mail.example.com', from: 'Alerts, Inc. <a@b@c>' }, /expected an address/],
    [{ host: 'mail.example.com', from: 'Evil\n <a@example.com>' }, /expected an address/],
    [{ host: 'mail.example.com', to: ['Anna <a@example.com>'] }, /expected an address/],
    [{ host: 'mail.example.com', password: 'p' }, /belong together/],
    [{ host: 'mail.example.com', egress: { allow_http: true } }, /allow_http/],
  ];
  for (const [section, message] of bad) {
    it(`refuses ${JSON.stringify(section)}`, () => {
      assert.match(String(schema.safeParse({ ...base, ...section }).error), message);
    });
  }
});

describe('a mistake in the section of email', () => {
  testMistakes(
    [
      {
        title: 'is named where it stands',
        file: 'email-mistakes',
        problems: [
          [
            '2:47',
            'exporters::email/plain::tls',
            'none would show every mail to the network; use starttls or set egress.allow_plaintext',
          ],
          [
            '3:25',
            'exporters::email/inside::host',
            '10.0.0.25 is a private address; set egress.allow_private to allow it',
          ],
          ['4:3', 'exporters::email/empty::from', 'is needed beside host'],
          ['4:3', 'exporters::email/empty::to', 'needs at least one address'],
          [
            '5:3',
            'exporters::email/half::password',
            'username and password belong together; set both or none',
          ],
          [
            '6:51',
            'exporters::email/injected::from',
            'expected an address such as Alerts <alerts@example.com>',
          ],
          ['6:95', 'exporters::email/injected::to::0', 'expected an address such as oncall@example.com'],
          ['7:23', 'exporters::email/port::host', 'expected a host such as smtp.example.com, without a port'],
        ],
      },
    ],
    distribution,
  );
});
