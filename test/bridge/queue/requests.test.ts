import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { StartedQueue } from '../../support/started-queue.ts';
import { transitionOf } from '../../support/transition.ts';

const opened = transitionOf();
const ALERT = `/v1/queue/alerts/${opened.incidentId}`;
const ADA = '/v1/queue/operators/ada';
const good = { skills: ['Video_Ops'], status: 'away' };

let queue: StartedQueue;

before(async () => {
  queue = await StartedQueue.open();
  await queue.putOperator('ada', { status: 'away' });
  await queue.take(opened);
});

after(() => queue.close());

describe('a request to a queue', () => {
  const refusals: [rule: string, method: string, path: string, body: unknown, error: RegExp][] = [
    ['no JSON', 'POST', `${ALERT}/acknowledge`, '{"operator":', /^the body is no JSON in UTF-8$/],
    ['an empty body', 'POST', `${ALERT}/acknowledge`, '', /^the body is no JSON in UTF-8$/],
    ['a list', 'POST', `${ALERT}/acknowledge`, [], /^the body must be a JSON object$/],
    ['no operator', 'POST', `${ALERT}/resolve`, {}, /^operator must be text of 1 to 200/],
    ['an empty operator', 'POST', `${ALERT}/release`, { operator: '' }, /^operator must be text/],
    ['a number for an operator', 'POST', '/v1/queue/claim', { operator: 7 }, /^operator must be text/],
    ['a null operator', 'POST', '/v1/queue/claim', { operator: null }, /^operator must be text/],
    [
      'an operator of two lines',
      'POST',
      '/v1/queue/claim',
      { operator: 'a\nb' },
      /^operator must be one line/,
    ],
    ['an unknown key', 'POST', '/v1/queue/claim', { operator: 'ada', hunter2: 1 }, /^the body has a key/],
    ['no text', 'POST', `${ALERT}/notes`, { operator: 'ada' }, /^text must be text of 1 to 2000/],
    [
      'a long text',
      'POST',
      `${ALERT}/notes`,
      { operator: 'ada', text: 'x'.repeat(2_001) },
      /^text must be text/,
    ],
    ['a zero byte', 'POST', `${ALERT}/notes`, { operator: 'ada', text: 'a\0b' }, /^text must be text/],
    ['half a character', 'POST', `${ALERT}/notes`, { operator: 'ada', text: '\ud800' }, /^text must be text/],
    [
      'a long note',
      'POST',
      `${ALERT}/resolve`,
      { operator: 'ada', note: 'x'.repeat(2_001) },
      /^note must be text/,
    ],
    ['no skills', 'PUT', ADA, { status: 'away' }, /^skills must be a list/],
    ['an empty skill', 'PUT', ADA, { ...good, skills: [''] }, /^skills\[0\] must be text/],
    [
      'too many skills',
      'PUT',
      ADA,
      { ...good, skills: Array.from({ length: 51 }, String) },
      /at most 50 skills/,
    ],
    ['no status', 'PUT', ADA, { skills: [] }, /^status must be available or away$/],
    [
      'a status that is ours to set',
      'PUT',
      ADA,
      { ...good, status: 'not_responding' },
      /^status must be available or/,
    ],
    ['an empty name', 'PUT', ADA, { ...good, name: '' }, /^name must be text/],
    [
      'an id that is too long',
      'PUT',
      `/v1/queue/operators/${'x'.repeat(201)}`,
      good,
      /^the operator's id must/,
    ],
    [
      'an id with a line break',
      'PUT',
      '/v1/queue/operators/a%0Ab',
      good,
      /^the operator's id must be one line/,
    ],
  ];
  for (const [rule, method, path, body, error] of refusals) {
    it(`with ${rule} is refused with 400, and nothing of it is quoted`, async () => {
      const answer = await queue.ask(method, path, body);
      assert.equal(answer.status, 400, answer.text);
      assert.match(answer.body.error, error);
      assert.doesNotMatch(answer.text, /hunter2/);
    });
  }

  it('with another content type is refused with 415: pages of other sites can send those', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
      const answer = await queue.ask('POST', '/v1/queue/claim', '{"operator":"ada"}', {
        'content-type': type,
      });
      assert.deepEqual([answer.status, answer.body.error], [415, 'Content-Type must be application/json']);
    }
    const charset = { 'content-type': 'Application/JSON; charset=utf-8' };
    assert.equal((await queue.ask('POST', '/v1/queue/claim', '{"operator":"x"}', charset)).status, 404);
  });

  it('with a body of more than 64 kB is refused with 413', async () => {
    const text = JSON.stringify({ operator: 'ada', text: 'x'.repeat(65_536) });
    const answer = await queue.ask('POST', `${ALERT}/notes`, text);
    assert.equal(answer.status, 413);
    assert.match(answer.body.error, /at most 65536 bytes/);
  });

  it('with the largest values that are allowed is taken', async () => {
    const note = { operator: 'ada', text: `${'ü'.repeat(1_998)}\n.` };
    assert.equal((await queue.ask('POST', `${ALERT}/notes`, note)).status, 200);
    const id = 'x'.repeat(200);
    const entry = { name: 'n'.repeat(200), skills: Array.from({ length: 50 }, String), status: 'away' };
    assert.equal((await queue.ask('PUT', `/v1/queue/operators/${id}`, entry)).status, 200);
  });

  it('gives words back as they came: blanks, quotes, other scripts, percent signs and slashes', async () => {
    const id = `Zoë "%" / 山田 ' ? #`;
    const { status, body } = await queue.putOperator(id, { name: id, skills: [id, id], status: 'away' });
    assert.equal(status, 200);
    assert.deepEqual([body.operator.id, body.operator.name, body.operator.skills], [id, id, [id]]);
    const note = await queue.act('notes', opened, id, { text: id });
    assert.equal(note.body.alert?.operator_notes.at(-1)?.operator, id);
  });

  const methods: [path: string, method: string, allow: string][] = [
    ['/v1/queue/operators', 'POST', 'GET, HEAD'],
    [ADA, 'GET', 'PUT, DELETE'],
    ['/v1/queue/claim', 'GET', 'POST'],
    [ALERT, 'DELETE', 'GET, HEAD'],
    [`${ALERT}/acknowledge`, 'PUT', 'POST'],
  ];
  for (const [path, method, allow] of methods) {
    it(`${method} ${path.replace(opened.incidentId, '{id}')} is a 405 that says what is allowed`, async () => {
      const answer = await queue.ask(method, path);
      assert.deepEqual([answer.status, answer.headers.allow], [405, allow]);
    });
  }
});
