import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { curlLine } from '../../../api/document/curl-line.ts';
import { Markup, markup } from '../../../api/document/markup.ts';
import { apiDocument } from '../../../api/document/openapi.ts';
import { apiPage } from '../../../api/document/page.ts';
import { SCOPE_MEANINGS } from '../../../api/scope.ts';
import { withApi } from '../running-api.ts';
import { postQuery, readThing, SAMPLE_OPERATIONS } from '../sample-operations.ts';

const HOSTILE = `"><script>alert('x')</script>&`;

describe('markup', () => {
  it('escapes what is put into it, unless it is markup', () => {
    const inner = markup`<b title="${`"'&`}">${HOSTILE}</b>`;
    const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;';
    assert.equal(
      markup`${inner}${[inner, '<', 3]}${new Markup('<i>')}`.text,
      `${`<b title="&quot;&#39;&amp;">${escaped}</b>`.repeat(2)}&lt;3<i>`,
    );
  });
});

describe('the page', () => {
  const page = apiPage(apiDocument(SAMPLE_OPERATIONS, '1.2.3'));

  it('shows operations, parameters, answers and scopes', () => {
    const shown = [
      'GET /api/v1/things/{id}',
      'POST /oauth/token',
      'How many.',
      'There is none.',
      'Needs <code>sessions:read</code>',
      ...Object.values(SCOPE_MEANINGS),
      '<a href="#schema-Thing">Thing</a>',
      'Rows &lt;b&gt;&amp;&lt;/b&gt; columns.',
    ];
    for (const text of shown) assert.ok(page.includes(text), text);
  });

  it('escapes whatever the document says', () => {
    const hostile = {
      ...readThing,
      summary: HOSTILE,
      answers: { 404: { description: HOSTILE, headers: { [HOSTILE]: '' } } },
    };
    const document = apiDocument([hostile], HOSTILE);
    assert.ok(!apiPage(document).includes('<script'));
  });

  it('has a link for each schema, to where it stands', () => {
    const targets = new Set([...page.matchAll(/id="(schema-\w+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/href="#(schema-\w+)"/g)].map(([, id]) => id);
    assert.ok(links.length > 0 && links.every((id) => targets.has(id)));
  });

  it('is served with a policy that lets nothing in but its own style, which is what the policy names', async () => {
    await withApi(SAMPLE_OPERATIONS, {}, async (running) => {
      const { status, headers, text } = await running.ask('/');
      assert.deepEqual([status, headers['content-type']], [200, 'text/html; charset=utf-8']);
      const style = /<style>([^]*)<\/style>/.exec(text)![1]!;
      const hash = createHash('sha256').update(style).digest('base64');
      assert.equal(
        headers['content-security-policy'],
        `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      );
      assert.equal(headers['referrer-policy'], 'no-referrer');
      for (const external of [
        /<script/,
        /<link/,
        /<img/,
        /\ssrc=/,
        /\sstyle=/,
        /\son\w+=/,
        /url\(/,
        /@import/,
      ]) {
        assert.doesNotMatch(text, external);
      }
    });
  });
});

describe('the line for a shell', () => {
  const { paths, components } = apiDocument(SAMPLE_OPERATIONS, '0');
  const lineOf = (route: string, method: 'get' | 'post') =>
    curlLine(route, method, paths[route]![method]!, components.schemas);

  it('asks for a token', () => {
    assert.equal(
      lineOf('/oauth/token', 'post'),
      'curl -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials "$API/oauth/token"',
    );
  });

  it('shows the token, and leaves what it cannot know to variables', () => {
    assert.equal(
      lineOf('/api/v1/things/{id}', 'get'),
      'curl -H "Authorization: Bearer $TOKEN" "$API/api/v1/things/$ID"',
    );
  });

  it("sends the body's own example, as one word", () => {
    assert.equal(
      lineOf(postQuery.route, 'post'),
      `curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"select":["count"],"where":"it'\\''s"}' "$API/api/v2/query"`,
    );
  });
});
