// Golden files of a destination: every request that each incident case makes, as it goes out. The openings stand in a file
// that is made to be read, what becomes of them in another, one request a line. They were generated once (GOLDEN=write)
// and read against the vendors' documentation; a change of one must be read again.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { format } from 'prettier';
import type { DestinationAdapter } from '../../bridge/delivery/adapter.ts';
import type { OutboxRow } from '../../bridge/outbox/outbox-store.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import { INCIDENT_CASES } from './incident-cases.ts';

/** One request in a golden file. */
export interface GoldenRequest {
  readonly case: string;
  /** Path and query, when it is not the destination's own URL. */
  readonly to?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's JSON documents, one a line of the body. */
  readonly body: readonly unknown[];
}

const FOLDER = new URL('../fixtures/destinations/', import.meta.url);

/** The row that the outbox would hold of a transition. */
export function rowOf(adapter: DestinationAdapter, transition: Transition): OutboxRow {
  const { incidentId, sequence, kind, category, subject, severity, idempotencyKey, decidedAtMs } = transition;
  return {
    rowId: 1,
    destination: 'test',
    incidentId,
    sequence,
    kind,
    category,
    subject,
    severity,
    idempotencyKey,
    body: adapter.render(transition),
    state: 'pending',
    attemptCount: 0,
    conflictCount: 0,
    createdAtMs: decidedAtMs,
    nextAttemptAtMs: decidedAtMs,
  };
}

/** All requests of a row, as if each was delivered, with the end of line that a body may have. */
export function requestsOf(adapter: DestinationAdapter, row: OutboxRow, nowMs = row.createdAtMs) {
  const requests = [];
  for (let left: OutboxRow | undefined = row; left !== undefined;) {
    requests.push(adapter.request(left, nowMs));
    const body: string | undefined = adapter.rest?.(left.body);
    left = body === undefined ? undefined : { ...left, body };
  }
  return requests;
}

/** All requests of a destination's golden files. */
export async function readGolden(name: string): Promise<readonly GoldenRequest[]> {
  return [...(await readOpenings(name)), ...(await readChanges(name))];
}

async function readOpenings(name: string): Promise<GoldenRequest[]> {
  return JSON.parse(await readFile(new URL(`${name}/openings.json`, FOLDER), 'utf8')) as GoldenRequest[];
}

async function readChanges(name: string): Promise<GoldenRequest[]> {
  const text = await readFile(new URL(`${name}/changes.ndjson`, FOLDER), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as GoldenRequest);
}

export function testGolden(name: string, adapter: DestinationAdapter): void {
  const openings = new URL(`${name}/openings.json`, FOLDER);
  const changes = new URL(`${name}/changes.ndjson`, FOLDER);

  it('sends of each incident that opens what openings.json holds, byte for byte', async () => {
    const cases = casesThat((caseName) => caseName.includes('-opened'));
    if (process.env.GOLDEN === 'write') {
      await mkdir(new URL('.', openings), { recursive: true });
      const text = JSON.stringify(goldenRequests(adapter, cases));
      await writeFile(openings, await format(text, { parser: 'json', printWidth: 110 }));
    }
    assertSent(adapter, cases, await readOpenings(name));
  });

  it('sends of everything that then happens what changes.ndjson holds, byte for byte', async () => {
    const cases = casesThat((caseName) => !caseName.includes('-opened'));
    if (process.env.GOLDEN === 'write') {
      await writeFile(
        changes,
        goldenRequests(adapter, cases)
          .map((request) => `${JSON.stringify(request)}\n`)
          .join(''),
      );
    }
    assertSent(adapter, cases, await readChanges(name));
  });
}

function casesThat(isWanted: (caseName: string) => boolean): readonly (readonly [string, Transition])[] {
  return [...INCIDENT_CASES].filter(([caseName]) => isWanted(caseName));
}

function assertSent(
  adapter: DestinationAdapter,
  cases: readonly (readonly [string, Transition])[],
  golden: readonly GoldenRequest[],
): void {
  const asText = (request: GoldenRequest) => ({
    ...request,
    body: request.body.map((document) => JSON.stringify(document)).join('\n'),
  });
  assert.deepEqual(sentRequests(adapter, cases), golden.map(asText));
}

function goldenRequests(
  adapter: DestinationAdapter,
  cases: readonly (readonly [string, Transition])[],
): GoldenRequest[] {
  return sentRequests(adapter, cases).map((request) => ({
    ...request,
    body: request.body.split('\n').map((line): unknown => JSON.parse(line)),
  }));
}

function sentRequests(adapter: DestinationAdapter, cases: readonly (readonly [string, Transition])[]) {
  return cases.flatMap(([caseName, transition]) =>
    requestsOf(adapter, rowOf(adapter, transition)).map(({ url, headers, body }) => ({
      case: caseName,
      ...(url !== undefined && { to: url.pathname + url.search }),
      headers,
      body: body.trimEnd(),
    })),
  );
}
