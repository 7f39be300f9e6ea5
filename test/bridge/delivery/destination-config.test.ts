// The configuration of every HTTP destination: defaults, mistakes, and that no secret of it is shown.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { urlBelow } from '../../../bridge/delivery/destination-config.ts';
import { HttpDestination } from '../../../bridge/delivery/http-destination.ts';
import { SwitchedOffDestination } from '../../../bridge/delivery/switched-off.ts';
import { distribution } from '../../../collector/registry.ts';
import { testSettings } from '../../support/component-settings.ts';
import { assertNoLeak, CANARY } from '../../support/no-leak.ts';
import { VENDORS } from '../../support/vendors.ts';

const URL_OF_PEER = 'https://peer.example';

function factoryOf(type: string) {
  const factory = distribution.factories.find((known) => known.type === type);
  assert.ok(factory?.kind === 'exporter', type);
  return factory;
}

for (const type of new Set(Object.values(VENDORS).map(({ factory }) => factory.type))) {
  const factory = factoryOf(type);

  describe(`the configuration of ${type}`, () => {
    it('has defaults for everything, and is then switched off', () => {
      const config = factory.configSchema.parse({}) as { min_severity: string; link: string };
      assert.equal(
        config.min_severity,
        type === 'sms' ? 'critical' : 'high',
        'what wakes people is for less',
      );
      assert.equal(config.link, '');
      assert.ok(
        factory.create(testSettings(), config as never, {} as never) instanceof SwitchedOffDestination,
      );
    });

    it('refuses what it does not know', () => {
      assert.match(String(factory.configSchema.safeParse({ endpoit: 'x' }).error), /endpoit/);
    });

    for (const [key, value, message] of [
      ['rate', { requests_per_second: 0 }, /requests_per_second/],
      ['link', 'grafana/{session_id}', /\{session_id\}, \{incident_id\}/],
      ['min_severity', 'low', /min_severity/],
    ] as const) {
      it(`refuses a wrong ${key}`, () => {
        assert.match(String(factory.configSchema.safeParse({ [key]: value }).error), message);
      });
    }
  });
}

for (const [name, { factory, section }] of Object.entries(VENDORS)) {
  describe(`the section of ${name}`, () => {
    it('makes a destination, and shows none of its credentials', () => {
      const config = factory.configSchema.parse(section(URL_OF_PEER));
      const destination = factory.create(testSettings(), config as never, {} as never);
      assert.ok(destination instanceof HttpDestination);
      assertNoLeak({ config, json: JSON.stringify(config), destination });
    });

    it('may name no address that is forbidden, and says so without the credential', () => {
      for (const url of [
        'http://peer.example',
        'https://169.254.169.254',
        'https://10.0.0.1',
        'https://u:p@peer.example',
      ]) {
        const { error } = factory.configSchema.safeParse(section(url));
        assert.match(String(error), /use https|metadata|linkLocal|private address|in the URL/, url);
        assertNoLeak({ error: String(error), issues: error?.issues });
      }
    });
  });
}

describe('a mistake in the configuration', () => {
  const endpoint = URL_OF_PEER;
  const rows: [type: string, section: object, message: RegExp][] = [
    ['webhook', { endpoint, format: 'standard_webhooks' }, /always signed; set signing_secrets/],
    ['webhook', { endpoint, format: 'xml' }, /format/],
    ['pagerduty', { routing_key: 'with blank' }, /printable ASCII/],
    ['jsm', { api_key: 'line\nbreak' }, /printable ASCII/],
    ['servicenow', { endpoint }, /needs a credential/],
    ['servicenow', { endpoint, username: 'u' }, /needs a credential/],
    [
      'servicenow',
      { endpoint, username: 'u', password: 'p', auth: { authenticator: 'a' } },
      /two credentials/,
    ],
    [
      'splunk_hec',
      { endpoint: `${endpoint}/services/collector/event`, token: 't' },
      /without \/services\/collector/,
    ],
    ['splunk_hec', { endpoint, token: 't', channel: 'mine' }, /expected a GUID/],
    ['datadog_events', { mentions: ['@oncall'] }, /set api_version: v1/],
    ['datadog_events', { api_version: 'v1', mentions: ['oncall'] }, /expected a mention/],
    ['datadog_events', { site: 'https://datadoghq.eu' }, /expected a site/],
    ['sentinel', { endpoint, auth: { authenticator: 'a' } }, /dcr_immutable_id/],
    ['sentinel', { endpoint, dcr_immutable_id: 'dcr-0f' }, /an authenticator that brings a token/],
    ['elasticsearch', { endpoint, index: 'Upper' }, /no name of an index/],
    ['elasticsearch', { endpoint, api_key: 'k', auth: { authenticator: 'a' } }, /two credentials/],
    ['slack', { webhook_url: `${endpoint}/s`, token: 't', channel: 'C1' }, /two ways in/],
    ['slack', { token: 't' }, /is needed beside token/],
    ['slack', { webhook_url: 'no url' }, /the whole URL/],
    ['teams', { webhook_url: 'no url' }, /the whole URL/],
    ['otlp_logs', { endpoint: 'collector:4318x' }, /egress|http or https|expected a URL/],
    ['sms', { account_sid: 'AC1' }, /auth_token.*is needed|is needed beside account_sid/],
    ['sms', { account_sid: 'AC1', auth_token: 't', from: '+491' }, /needs at least one number/],
    ['sms', { account_sid: 'AC1', auth_token: 't', to: ['+491'] }, /set either from or messaging/],
    [
      'sms',
      { account_sid: 'AC1', auth_token: 't', to: ['+491'], from: '+492', messaging_service_sid: 'MG1' },
      /set either from or messaging/,
    ],
    ['sms', { account_sid: 'AC/../1' }, /expected an account SID/],
    ['sms', { to: ['0151 1234'] }, /expected a number such as/],
    ['sms', { from: 'a sender that is long' }, /expected a number such as/],
  ];
  for (const [type, section, message] of rows) {
    it(`of ${type} is named: ${JSON.stringify(section)}`, () => {
      assert.match(String(factoryOf(type).configSchema.safeParse(section).error), message);
    });
  }

  it('is not made by two credentials of which one is empty', () => {
    assert.ok(
      factoryOf('elasticsearch').configSchema.safeParse({ endpoint, auth: { authenticator: 'a' } }).success,
    );
  });
});

describe('a URL below another', () => {
  const rows: [base: string, path: string, url: string][] = [
    ['https://a.example', 'v1/logs', 'https://a.example/v1/logs'],
    ['https://a.example/', 'v1/logs', 'https://a.example/v1/logs'],
    ['https://a.example/prefix//', '_bulk', 'https://a.example/prefix/_bulk'],
    ['https://a.example/p?tenant=7', '_bulk', 'https://a.example/p/_bulk?tenant=7'],
  ];
  for (const [base, path, url] of rows) it(url, () => assert.equal(urlBelow(base, path).href, url));
});

describe('the tests that all destinations must pass', () => {
  it('leave out no destination that sends over HTTP', () => {
    const tested = new Set(Object.values(VENDORS).map(({ factory }) => factory));
    const untested = distribution.factories.filter(
      (factory) => factory.kind === 'exporter' && factory.signal === 'logs' && !tested.has(factory),
    );
    assert.deepEqual(
      untested.map(({ type }) => type),
      ['email', 'queue'],
    );
  });
});

describe('the credential of a test', () => {
  it('stands in every section, or comes from an authenticator', () => {
    for (const [name, { section }] of Object.entries(VENDORS)) {
      assert.match(JSON.stringify(section(URL_OF_PEER)), new RegExp(`${CANARY}|"authenticator"`), name);
    }
  });
});
