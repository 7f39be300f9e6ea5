// The OpenAPI 3.1 document of the API, made from the operations: what they check and answer is what it says. Pure.
import { TOKEN_ROUTE } from '../access/token-endpoint.ts';
import type { AnswerDefinition, Operation } from '../operation.ts';
import { SCOPE_MEANINGS } from '../scope.ts';
import { answersOf, AUTHENTICATED_HEADERS } from './common-answers.ts';
import { DocumentSchemas, type JsonSchema } from './schemas.ts';
import { TOKEN_OPERATION } from './token-operation.ts';

export interface DocumentParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export interface DocumentHeader {
  readonly description: string;
  readonly schema: JsonSchema;
}

export interface DocumentAnswer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, DocumentHeader>>;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

export interface DocumentOperation {
  readonly operationId: string;
  readonly summary: string;
  /** One of these is enough; each names schemes and their scopes. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly DocumentParameter[];
  readonly requestBody?: {
    readonly required: true;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<string, DocumentAnswer>>;
}

export type DocumentPath = Readonly<Partial<Record<Operation['method'], DocumentOperation>>>;

export interface ApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, DocumentPath>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
  };
}

/** Names of security schemes. */
const OAUTH2 = 'oauth2';
const CLIENT = 'client';

/** `version` is that of this build. */
export function apiDocument(operations: readonly Operation[], version: string): ApiDocument {
  const schemas = new DocumentSchemas();
  const paths: Record<string, Partial<Record<Operation['method'], DocumentOperation>>> = {
    [TOKEN_ROUTE]: { [TOKEN_OPERATION.method]: tokenOperation(schemas) },
  };
  for (const operation of operations) {
    const path = (paths[operation.route] ??= {});
    path[operation.method] = documentOperation(operation, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'webrtc-quality-bridge',
      version,
      description: 'Live WebRTC quality and its incidents, for monitoring tools.',
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: schemas.components, securitySchemes: securitySchemes() },
  };
}

function documentOperation(operation: Operation, schemas: DocumentSchemas): DocumentOperation {
  const { operationId, summary, scope, path, query, body } = operation;
  const parameters = [
    ...(path === undefined ? [] : parametersOf('path', schemas.of(path, 'input'))),
    ...(query === undefined ? [] : parametersOf('query', schemas.of(query, 'input'))),
  ];
  const responses = [...answersOf(operation)].map(([status, answer]) => {
    const headers = status === 200 ? { ...AUTHENTICATED_HEADERS, ...answer.headers } : answer.headers;
    return [String(status), documentAnswer({ ...answer, ...(headers && { headers }) }, schemas)] as const;
  });
  return {
    operationId,
    summary,
    security: [{ [OAUTH2]: [scope] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: schemas.of(body, 'input') } } },
    }),
    responses: Object.fromEntries(responses),
  };
}

function tokenOperation(schemas: DocumentSchemas): DocumentOperation {
  const { operationId, summary, requestType, requestSchema, answers } = TOKEN_OPERATION;
  const responses = [...answers].map(
    ([status, answer]) => [String(status), documentAnswer(answer, schemas)] as const,
  );
  return {
    operationId,
    summary,
    // The credentials may also stand in the body, which no scheme can say.
    security: [{ [CLIENT]: [] }, {}],
    requestBody: {
      required: true,
      content: { [requestType]: { schema: schemas.of(requestSchema, 'input') } },
    },
    responses: Object.fromEntries(responses),
  };
}

/** The properties of a strict object of texts, which must have no id of its own. */
function parametersOf(place: DocumentParameter['in'], schema: JsonSchema): DocumentParameter[] {
  const { properties, required = [] } = schema as {
    properties?: Readonly<Record<string, JsonSchema>>;
    required?: readonly string[];
  };
  if (properties === undefined) throw new Error(`parameters in the ${place} must be an object without an id`);
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof description === 'string' && { description }),
    schema: rest,
  }));
}

function documentAnswer(answer: AnswerDefinition, schemas: DocumentSchemas): DocumentAnswer {
  const { description, headers, content } = answer;
  return {
    description,
    ...(headers !== undefined && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, meaning]) => [
          name,
          { description: meaning, schema: { type: 'string' } },
        ]),
      ),
    }),
    ...(content !== undefined && {
      content: Object.fromEntries(
        Object.entries(content).map(([type, schema]) => [type, { schema: schemas.of(schema, 'output') }]),
      ),
    }),
  };
}

function securitySchemes(): Readonly<Record<string, JsonSchema>> {
  return {
    [OAUTH2]: {
      type: 'oauth2',
      description: 'A client shows its secret to get a token, and the token with each request.',
      flows: { clientCredentials: { tokenUrl: TOKEN_ROUTE, scopes: SCOPE_MEANINGS } },
    },
    [CLIENT]: { type: 'http', scheme: 'basic', description: 'The id and the secret of a client.' },
  };
}
