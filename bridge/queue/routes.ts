// The queue's API: which path and method asks for what, and what is answered. Knows no SQL.
import type { IncomingMessage } from 'node:http';
import type { Database } from '../../collector/extension/storage.ts';
import { readAlert, readAlerts } from './alert-table.ts';
import { readJson, refused, type Answer } from './http-answer.ts';
import type { ActionResult, OperatorActions } from './operator-actions.ts';
import { readOperators, type Operator } from './operator-table.ts';
import {
  byOperatorSchema,
  noteSchema,
  operatorIdSchema,
  operatorSchema,
  parseAlertQuery,
  resolveSchema,
} from './requests.ts';

export interface RouteParts {
  readonly queue: string;
  readonly name: string;
  readonly skill: string;
  readonly database: Database;
  readonly actions: OperatorActions;
}

export interface RouteRequest {
  readonly message: IncomingMessage;
  readonly search: URLSearchParams;
  /** What the path names: an incident or an operator; empty when it names nothing. */
  readonly id: string;
}

export type Route = (parts: RouteParts, request: RouteRequest) => Promise<Answer>;

interface Path {
  /** Its group is the `id`. */
  readonly pattern: RegExp;
  readonly methods: Readonly<Record<string, Route>>;
}

const ROOT = '/v1/queue';

const PATHS: readonly Path[] = [
  { pattern: /^\/v1\/queue$/, methods: { GET: listAlerts } },
  { pattern: /^\/v1\/queue\/operators$/, methods: { GET: listOperators } },
  { pattern: /^\/v1\/queue\/operators\/([^/]+)$/, methods: { PUT: putOperator, DELETE: removeOperator } },
  { pattern: /^\/v1\/queue\/claim$/, methods: { POST: claim } },
  { pattern: /^\/v1\/queue\/alerts\/([^/]+)$/, methods: { GET: showAlert } },
  { pattern: /^\/v1\/queue\/alerts\/([^/]+)\/acknowledge$/, methods: { POST: acknowledge } },
  { pattern: /^\/v1\/queue\/alerts\/([^/]+)\/resolve$/, methods: { POST: resolve } },
  { pattern: /^\/v1\/queue\/alerts\/([^/]+)\/release$/, methods: { POST: release } },
  { pattern: /^\/v1\/queue\/alerts\/([^/]+)\/notes$/, methods: { POST: addNote } },
];

/** The route of a request and the id in its path, or the answer that there is none. */
export function routeOf(
  method: string,
  path: string,
): { readonly route: Route; readonly id: string } | Answer {
  for (const { pattern, methods } of PATHS) {
    const match = pattern.exec(path);
    const id = match && decoded(match[1] ?? '');
    if (id == null) continue;
    const route = methods[method === 'HEAD' ? 'GET' : method];
    if (route !== undefined) return { route, id };
    const names = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
    return refused(405, `only ${names.join(', ')} is allowed`, { allow: names.join(', ') });
  }
  return refused(404, `not found; the alerts are at ${ROOT}`);
}

async function listAlerts({ database, queue, name, skill }: RouteParts, { search }: RouteRequest) {
  const query = parseAlertQuery(search);
  if (typeof query === 'string') return refused(400, query);
  return done({ queue: name, skill, alerts: await readAlerts(database, queue, query) });
}

async function showAlert({ database, queue }: RouteParts, { id }: RouteRequest) {
  const alert = await readAlert(database, queue, id);
  return alert === undefined ? unknown('alert') : done({ alert });
}

async function listOperators({ database, queue, name, skill }: RouteParts) {
  const operators = await readOperators(database, queue);
  return done({ queue: name, skill, operators: operators.map(operatorBody) });
}

async function putOperator({ actions }: RouteParts, { message, id }: RouteRequest) {
  const operatorId = operatorIdSchema.safeParse(id);
  if (!operatorId.success) return refused(400, `the operator's id ${operatorId.error.issues[0]!.message}`);
  const { name, skills, status } = await readJson(message, operatorSchema);
  const entry = { operatorId: id, name, skills: [...new Set(skills)], status };
  return answerOf(await actions.putOperator(entry), (operator) => ({ operator: operatorBody(operator) }));
}

async function removeOperator({ actions }: RouteParts, { id }: RouteRequest) {
  return answerOf(await actions.removeOperator(id), () => ({}));
}

/** Without `alert` when nothing waits. */
async function claim({ actions }: RouteParts, { message }: RouteRequest) {
  const { operator } = await readJson(message, byOperatorSchema);
  return answerOf(await actions.claim(operator), (alert) => ({ alert }));
}

async function acknowledge({ actions }: RouteParts, { message, id }: RouteRequest) {
  const { operator } = await readJson(message, byOperatorSchema);
  return answerOf(await actions.acknowledge(id, operator), (alert) => ({ alert }));
}

async function resolve({ actions }: RouteParts, { message, id }: RouteRequest) {
  const { operator, note } = await readJson(message, resolveSchema);
  return answerOf(await actions.resolve(id, operator, note), (alert) => ({ alert }));
}

async function release({ actions }: RouteParts, { message, id }: RouteRequest) {
  const { operator } = await readJson(message, byOperatorSchema);
  return answerOf(await actions.release(id, operator), (alert) => ({ alert }));
}

async function addNote({ actions }: RouteParts, { message, id }: RouteRequest) {
  const { operator, text } = await readJson(message, noteSchema);
  return answerOf(await actions.addNote(id, operator, text), (alert) => ({ alert }));
}

function answerOf<Done>(result: ActionResult<Done>, body: (value: Done) => unknown): Answer {
  switch (result.kind) {
    case 'done':
      return done(body(result.value));
    case 'unknown':
      return unknown(result.what);
    case 'conflict':
      return { status: 409, body: { error: result.reason, alert: result.alert } };
  }
}

function done(body: unknown): Answer {
  return { status: 200, body };
}

function unknown(what: 'alert' | 'operator'): Answer {
  return refused(404, `the ${what} is not known`);
}

function operatorBody({ operatorId, name, skills, status, availableSinceMs, alertCount }: Operator) {
  return {
    id: operatorId,
    name,
    skills,
    status,
    available_since: availableSinceMs === undefined ? undefined : new Date(availableSinceMs).toISOString(),
    alert_count: alertCount,
  };
}

/** Undefined for what is no percent-encoded text. */
function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
