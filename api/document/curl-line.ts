// How to ask for one operation from a shell. Pure.
import type { DocumentOperation, DocumentParameter } from './openapi.ts';
import { referredId, type JsonSchema } from './schemas.ts';

/** `schemas` are those of the document, which its references point to. */
export function curlLine(
  route: string,
  method: string,
  operation: DocumentOperation,
  schemas: Readonly<Record<string, JsonSchema>>,
): string {
  const { security, parameters = [], requestBody } = operation;
  const isPublic = security.some((scheme) => Object.keys(scheme).length === 0);
  const words = ['curl'];
  if (isPublic) words.push('-u "$CLIENT_ID:$CLIENT_SECRET"');
  else words.push('-H "Authorization: Bearer $TOKEN"');
  for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
    if (type === 'application/json') {
      words.push(
        `-H 'Content-Type: ${type}'`,
        `-d ${quoted(JSON.stringify(exampleOf(schema, schemas) ?? {}))}`,
      );
    } else {
      words.push('-d grant_type=client_credentials');
    }
  }
  const path = route.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`);
  const required = parameters.filter((parameter) => parameter.in === 'query' && parameter.required);
  const query = required.map(
    ({ name, schema }) => `${name}=${encodeURIComponent(exampleText(name, exampleOf(schema, schemas)))}`,
  );
  const url = `"$API${path}${query.length === 0 ? '' : `?${query.join('&')}`}"`;
  const post = method === 'post' && requestBody === undefined ? ['-X POST'] : [];
  return [...words, ...post, url].join(' ');
}

function exampleText(name: DocumentParameter['name'], example: unknown): string {
  return typeof example === 'string' ? example : name.toUpperCase();
}

/** The first of the schema's own examples. */
function exampleOf(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): unknown {
  const { examples } = schemas[referredId(schema) ?? ''] ?? schema;
  return Array.isArray(examples) ? (examples[0] as unknown) : undefined;
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
