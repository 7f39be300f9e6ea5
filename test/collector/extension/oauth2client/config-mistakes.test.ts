// The configuration of the extension `oauth2client`: one fixture per mistake.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { oauth2ClientFactory } from '../../../../collector/extension/oauth2client/factory.ts';
import { distribution } from '../../../../collector/registry.ts';
import { testMistakes } from '../../../support/config-mistakes.ts';
import { assertNoLeak, CANARY } from '../../../support/no-leak.ts';

describe('a mistake in oauth2client', () => {
  testMistakes(
    [
      {
        title: "keys that it can't do without",
        file: 'oauth2client-incomplete',
        problems: [
          [
            '2:3',
            'extensions::oauth2client::client_secret',
            'missing required key "client_secret"',
            "The client's secret.",
          ],
          [
            '2:3',
            'extensions::oauth2client::token_url',
            'missing required key "token_url"',
            'Where tokens are given out: the token endpoint of the identity provider.',
          ],
        ],
      },
      {
        title: 'an unknown auth_style, and a mistyped key',
        file: 'oauth2client-auth-style-unknown',
        problems: [
          ['6:17', 'extensions::oauth2client::auth_style', 'must be one of "basic", "body"'],
          ['7:5', 'extensions::oauth2client::timout', 'unknown key "timout"', 'did you mean "timeout"?'],
        ],
      },
      {
        title: 'an empty secret',
        file: 'oauth2client-secret-empty',
        problems: [
          ['4:20', 'extensions::oauth2client::client_secret', 'must be printable ASCII, and not empty'],
        ],
      },
      {
        title: 'two scopes in one text',
        file: 'oauth2client-two-scopes-in-one',
        problems: [
          [
            '6:14',
            'extensions::oauth2client::scopes::0',
            'must be one scope: printable ASCII without blanks',
          ],
        ],
      },
      {
        title: 'a token endpoint that is no URL',
        file: 'oauth2client-url-is-none',
        problems: [['5:16', 'extensions::oauth2client::token_url', 'is no valid URL']],
      },
      {
        title: 'a token endpoint with a fragment',
        file: 'oauth2client-url-with-fragment',
        problems: [['5:16', 'extensions::oauth2client::token_url', 'must have no part after a "#"']],
      },
      {
        title: 'a token endpoint over plain http',
        file: 'oauth2client-plain-http',
        problems: [
          [
            '5:16',
            'extensions::oauth2client::token_url',
            'plain http would show the credential to the network; use https or set egress.allow_http',
          ],
        ],
      },
      {
        title: 'a token endpoint at a metadata address, whatever is allowed',
        file: 'oauth2client-metadata-address',
        problems: [
          [
            '5:16',
            'extensions::oauth2client::token_url',
            '169.254.169.254 is linkLocal, which is never connected to',
          ],
        ],
      },
      {
        title: 'the secret among the further parameters',
        file: 'oauth2client-secret-among-parameters',
        problems: [
          [
            '6:54',
            'extensions::oauth2client::endpoint_params::client_secret',
            'is no further parameter: it has a key of its own or is always set',
          ],
        ],
      },
    ],
    distribution,
  );
});

describe('the configuration of oauth2client', () => {
  const section = { client_id: 'bridge', client_secret: CANARY, token_url: 'https://idp.example/token' };

  it('needs a client, its secret and a token endpoint; the rest has defaults', () => {
    const config = oauth2ClientFactory.configSchema.parse(section) as object;
    assert.deepEqual(JSON.parse(JSON.stringify(config)), {
      ...section,
      client_secret: '[REDACTED]',
      scopes: [],
      auth_style: 'basic',
      endpoint_params: {},
      timeout: '10s',
      expiry_buffer: '5m',
      egress: { allow_http: false, allow_private: false, allow_loopback: false },
      tls: { ca_file: '' },
    });
  });

  it('shows neither the secret nor a further parameter', () => {
    const config = oauth2ClientFactory.configSchema.parse({
      ...section,
      endpoint_params: { password: CANARY },
    });
    assertNoLeak({ config, json: JSON.stringify(config) });
  });
});
