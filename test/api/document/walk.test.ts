// The answers of operations over HTTP against the document, and the walk itself.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { Operation } from '../../../api/operation.ts';
import { DocumentWalk, type WalkParts } from '../../support/document-walk.ts';
import { postQuery, readThing, streamOf } from '../sample-operations.ts';

const events = streamOf(async (writer, { signal }) => {
  for (let n = 0; !signal.aborted; n += 1) {
    await writer.write(`{"n":${n}}\n`);
    await new Promise(setImmediate);
  }
});

const SAMPLES = { readThing: { path: { id: 'one' } }, postQuery: { body: { select: ['count'] } } };

async function withWalk(
  parts: Partial<WalkParts>,
  use: (walk: DocumentWalk) => Promise<void>,
): Promise<void> {
  const walk = await DocumentWalk.start({
    operations: [readThing, postQuery, events],
    samples: SAMPLES,
    ...parts,
  });
  try {
    await use(walk);
  } finally {
    await walk.stop();
  }
}

const saying = (operation: Operation, fields: Partial<Operation>): Operation => ({ ...operation, ...fields });

describe('the walk through the document', () => {
  it('finds each documented answer given, and each given answer documented', async () => {
    await withWalk({}, async (walk) => {
      await walk.walkCommonAnswers();
      await walk.walk('readThing', SAMPLES.readThing);
      await walk.walk('readThing', { path: { id: 'missing' } });
      await walk.walk('postQuery', SAMPLES.postQuery);
      const { text } = await walk.walk('streamEvents', { until: (read) => read.includes('{"n":3}') });
      assert.match(text, /^\{"n":0\}\n\{"n":1\}\n/);
      walk.assertComplete();
    });
  });

  it('names what was documented and never given', async () => {
    await withWalk({ operations: [readThing] }, async (walk) => {
      await walk.walkCommonAnswers();
      await walk.walk('readThing', SAMPLES.readThing);
      assert.throws(() => walk.assertComplete(), /readThing 404/);
    });
  });

  const lies: [rule: string, operation: Operation, id: string, problem: RegExp][] = [
    [
      'a status that is not documented',
      saying(readThing, { answers: {} }),
      'one',
      /readThing 200 is not documented/,
    ],
    [
      'a body of another schema',
      saying(readThing, { handle: () => Promise.resolve({ status: 200, body: { id: 1 } }) }),
      'one',
      /readThing 200: .*must be string/,
    ],
    [
      'a key that the schema does not have',
      saying(readThing, {
        handle: () => Promise.resolve({ status: 200, body: { id: '1', caller: '', scopes: [], more: 1 } }),
      }),
      'one',
      /must NOT have additional properties/,
    ],
    [
      'a type that is not documented',
      saying(readThing, {
        handle: () =>
          Promise.resolve({ status: 200, contentType: 'text/csv', stream: (w) => w.write('a,b') }),
      }),
      'one',
      /undocumented type text\/csv/,
    ],
    [
      'a line of another schema',
      saying(readThing, {
        answers: { 200: { description: '', content: { 'application/x-ndjson': z.strictObject({}) } } },
        handle: () =>
          Promise.resolve({
            status: 200,
            contentType: 'application/x-ndjson',
            stream: (w) => w.write('{}\n{"a":1}\n'),
          }),
      }),
      'one',
      /must NOT have additional properties/,
    ],
    [
      'an event of another schema',
      saying(readThing, {
        answers: { 200: { description: '', content: { 'text/event-stream': z.strictObject({}) } } },
        handle: () =>
          Promise.resolve({
            status: 200,
            contentType: 'text/event-stream',
            stream: (w) => w.write(': hello\n\ndata: {}\n\nid: 1\ndata: {"a":1}\n\n'),
          }),
      }),
      'one',
      /must NOT have additional properties/,
    ],
    [
      'a documented header that is missing',
      saying(readThing, {
        answers: { ...readThing.answers, 404: { description: '', headers: { Link: '' } } },
      }),
      'missing',
      /lacks the documented header Link/,
    ],
    [
      'a body where none is documented',
      saying(readThing, { answers: { 200: { description: '' } } }),
      'one',
      /body that is not documented/,
    ],
  ];
  for (const [rule, operation, id, problem] of lies) {
    it(`fails on ${rule}`, async () => {
      await withWalk({ operations: [operation] }, async (walk) => {
        await assert.rejects(walk.walk('readThing', { path: { id } }), problem);
      });
    });
  }

  it('fails on an operation that it does not know', async () => {
    await withWalk({}, (walk) => assert.rejects(walk.walk('readOther'), /readOther is not documented/));
  });
});
