import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TokenRefusal } from '../../../api/access/token-refusal.ts';
import { isForm, readTokenRequest } from '../../../api/access/token-request.ts';

const GRANT = 'grant_type=client_credentials';
const read = (body: string | Uint8Array, authorization?: string) =>
  readTokenRequest(typeof body === 'string' ? Buffer.from(body) : body, authorization);
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('a request for a token', () => {
  const taken: [rule: string, body: string, authorization: string | undefined, request: object][] = [
    [
      "the guide's",
      `${GRANT}&client_id=grafana&client_secret=s3&scope=analytics:read+realtime:read`,
      undefined,
      { clientId: 'grafana', clientSecret: 's3', scopes: ['analytics:read', 'realtime:read'] },
    ],
    ['one without scopes', GRANT, basic('grafana:s3'), { clientId: 'grafana', clientSecret: 's3' }],
    [
      'one with empty scopes',
      `${GRANT}&scope=`,
      basic('grafana:s3'),
      { clientId: 'grafana', clientSecret: 's3' },
    ],
    [
      'scopes with too many blanks',
      `${GRANT}&scope=++a%20%20b+`,
      basic('x:y'),
      { clientId: 'x', clientSecret: 'y', scopes: ['a', 'b'] },
    ],
    ['a secret with a colon', GRANT, basic('x:y:z'), { clientId: 'x', clientSecret: 'y:z' }],
    [
      'credentials that are form-encoded',
      GRANT,
      basic('a%3Ab+c:%C3%BC%25+%2B'),
      { clientId: 'a:b c', clientSecret: 'ü% +' },
    ],
    [
      'the scheme in another case',
      GRANT,
      basic('x:y').replace('Basic', 'bASIC '),
      { clientId: 'x', clientSecret: 'y' },
    ],
    ['the same id in the body', `${GRANT}&client_id=x`, basic('x:y'), { clientId: 'x', clientSecret: 'y' }],
    [
      'an empty secret in the body',
      `${GRANT}&client_secret=`,
      basic('x:y'),
      { clientId: 'x', clientSecret: 'y' },
    ],
    [
      'what is not known',
      `${GRANT}&audience=1&audience=2`,
      basic('x:y'),
      { clientId: 'x', clientSecret: 'y' },
    ],
  ];
  for (const [rule, body, authorization, request] of taken) {
    it(`may be ${rule}`, () => assert.deepEqual(read(body, authorization), request));
  }

  const refused: [
    rule: string,
    body: string | Uint8Array,
    authorization: string | undefined,
    error: string,
    text: RegExp,
  ][] = [
    ['nothing', '', undefined, 'invalid_request', /grant_type is missing/],
    ['an empty grant', 'grant_type=', undefined, 'invalid_request', /grant_type is missing/],
    ['another grant', 'grant_type=password', undefined, 'unsupported_grant_type', /client_credentials/],
    [
      'a grant in another case',
      'grant_type=Client_Credentials',
      undefined,
      'unsupported_grant_type',
      /must be/,
    ],
    ['two grants', `${GRANT}&${GRANT}`, undefined, 'invalid_request', /grant_type is given more than once/],
    ['two scopes', `${GRANT}&scope=a&scope=b`, undefined, 'invalid_request', /scope is given more than once/],
    [
      'two secrets',
      `${GRANT}&client_secret=a&client_secret=`,
      undefined,
      'invalid_request',
      /client_secret is given/,
    ],
    ['bytes that are no text', Buffer.from([0xff, 0xfe]), undefined, 'invalid_request', /UTF-8/],
    ['JSON', '{"grant_type":"client_credentials"}', undefined, 'invalid_request', /grant_type is missing/],
    ['no credentials', GRANT, undefined, 'invalid_client', /are missing/],
    ['no secret', `${GRANT}&client_id=x`, undefined, 'invalid_client', /are missing/],
    ['no id', `${GRANT}&client_secret=x`, undefined, 'invalid_client', /are missing/],
    [
      'a secret in both places',
      `${GRANT}&client_id=x&client_secret=y`,
      basic('x:y'),
      'invalid_request',
      /not in both/,
    ],
    ['another id in the body', `${GRANT}&client_id=z`, basic('x:y'), 'invalid_request', /not in both/],
    [
      'another scheme',
      `${GRANT}&client_id=x&client_secret=y`,
      'Bearer x',
      'invalid_client',
      /no Basic credentials/,
    ],
    ['Basic with nothing', GRANT, 'Basic ', 'invalid_client', /no Basic credentials/],
    ['Basic that is no base64', GRANT, 'Basic x:y', 'invalid_client', /no Basic credentials/],
    ['Basic without a colon', GRANT, basic('xy'), 'invalid_client', /no colon/],
    ['Basic with a broken encoding', GRANT, basic('x:%zz'), 'invalid_client', /not form-encoded/],
  ];
  for (const [rule, body, authorization, error, text] of refused) {
    it(`is not ${rule}`, () => {
      assert.throws(
        () => read(body, authorization),
        (refusal) => {
          assert.ok(refusal instanceof TokenRefusal);
          assert.deepEqual([refusal.error, refusal.status], [error, error === 'invalid_client' ? 401 : 400]);
          assert.match(refusal.message, text);
          const challenge =
            error === 'invalid_client' ? 'Basic realm="webrtc-quality-bridge", charset="UTF-8"' : undefined;
          assert.equal(refusal.headers['www-authenticate'], challenge);
          return true;
        },
      );
    });
  }

  it('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.option(fc.string(), { nil: undefined }),
        (body, header) => {
          try {
            read(body, header);
          } catch (error) {
            assert.ok(error instanceof TokenRefusal);
          }
        },
      ),
    );
  });

  it('carries any id and any secret through Basic', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(text, text, (id, secret) => {
        const form = (each: string) => new URLSearchParams({ x: each }).toString().slice(2);
        const { clientId, clientSecret } = read(GRANT, basic(`${form(id)}:${form(secret)}`));
        assert.deepEqual([clientId, clientSecret], [id, secret]);
      }),
    );
  });
});

describe('the type of a form', () => {
  it('is told from its parameters', () => {
    assert.ok(isForm('application/x-www-form-urlencoded'));
    assert.ok(isForm('Application/X-WWW-Form-Urlencoded ; charset=UTF-8'));
    for (const other of [undefined, '', 'application/json', 'multipart/form-data']) assert.ok(!isForm(other));
  });
});
