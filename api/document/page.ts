// The OpenAPI document as a page for people. It needs nothing from elsewhere and runs no script.
import { createHash } from 'node:crypto';
import { curlLine } from './curl-line.ts';
import { Markup, markup } from './markup.ts';
import type { ApiDocument, DocumentAnswer, DocumentOperation, DocumentParameter } from './openapi.ts';
import { referredId, type JsonSchema } from './schemas.ts';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; }
h2 { margin-top: 3rem; font-family: ui-monospace, monospace; font-size: 1.1rem; overflow-wrap: anywhere; }
pre { padding: .75rem; overflow-x: auto; border: 1px solid #8888; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid #8884; text-align: left; vertical-align: top; }
td:first-child { white-space: nowrap; font-family: ui-monospace, monospace; }
`;

/** Nothing may be loaded, sent or framed; the one style is allowed by what it says. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

export function apiPage(document: ApiDocument): string {
  const { info, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      operationSection(route, method, operation, components.schemas),
    ),
  );
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${info.title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<h1>${info.title} ${info.version}</h1>
<p>${info.description} For programs: <a href="openapi.json">openapi.json</a>.</p>
<p>In the lines below <code>$API</code> is where this page is, such as <code>http://127.0.0.1:4321</code>, and
<code>$TOKEN</code> the access_token of an answer to the first one.</p>
<h2>Scopes</h2>
${table(['scope', 'for'], scopesOf(components.securitySchemes))}
${operations}
<h2>Schemas</h2>
${Object.entries(components.schemas).map(([id, schema]) => schemaSection(id, schema))}
</body>
</html>
`.text;
}

function operationSection(
  route: string,
  method: string,
  operation: DocumentOperation,
  schemas: ApiDocument['components']['schemas'],
): Markup {
  const { operationId, summary, security, parameters = [], requestBody, responses } = operation;
  const scopes = security.flatMap((scheme) => Object.values(scheme).flat()).join(' ');
  return markup`<h2 id="${operationId}">${method.toUpperCase()} ${route}</h2>
<p>${summary}${scopes === '' ? '' : markup` Needs <code>${scopes}</code>.`}</p>
<pre>${curlLine(route, method, operation, schemas)}</pre>
${parameters.length === 0 ? '' : table(['parameter', '', 'meaning'], parameters.map(parameterRow))}
${requestBody === undefined ? '' : markup`<div>Body, ${contentOf(requestBody.content)}</div>`}
${table(['answer', 'body', 'meaning'], Object.entries(responses).map(answerRow))}
`;
}

function parameterRow({ name, required, description = '', schema }: DocumentParameter): readonly Cell[] {
  return [name, `${typeText(schema)}${required ? ', required' : ''}`, description];
}

function answerRow([status, answer]: [string, DocumentAnswer]): readonly Cell[] {
  const { content = {}, description, headers = {} } = answer;
  const names = Object.keys(headers).join(', ');
  return [status, contentOf(content), names === '' ? description : `${description} Headers: ${names}.`];
}

function contentOf(content: Readonly<Record<string, { readonly schema: JsonSchema }>>): Markup {
  const entries = Object.entries(content);
  if (entries.length === 0) return markup`none`;
  return markup`${entries.map(([type, { schema }]) => markup`<div>${type}: ${typeOf(schema)}</div>`)}`;
}

function schemaSection(id: string, schema: JsonSchema): Markup {
  return markup`<h3 id="schema-${id}">${id}</h3>
<pre>${JSON.stringify(schema, undefined, 2)}</pre>
`;
}

/** With a link, where the schema stands on the page. */
function typeOf(schema: JsonSchema): Markup {
  const id = referredId(schema);
  return id === undefined ? markup`${typeText(schema)}` : markup`<a href="#schema-${id}">${id}</a>`;
}

function typeText(schema: JsonSchema): string {
  const id = referredId(schema);
  if (id !== undefined) return id;
  if (Array.isArray(schema.enum)) return schema.enum.map(String).join(' | ');
  return typeof schema.type === 'string' ? schema.type : 'value';
}

function scopesOf(schemes: ApiDocument['components']['securitySchemes']): readonly (readonly Cell[])[] {
  const flows = Object.values(schemes).flatMap((scheme) =>
    scheme.flows === undefined ? [] : [scheme.flows],
  );
  const [flow] = flows as {
    readonly clientCredentials: { readonly scopes: Readonly<Record<string, string>> };
  }[];
  return Object.entries(flow?.clientCredentials.scopes ?? {});
}

type Cell = Markup | string;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  return markup`<table>
<tr>${head.map((cell) => markup`<th>${cell}</th>`)}</tr>
${rows.map((row) => markup`<tr>${row.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`)}</table>`;
}
