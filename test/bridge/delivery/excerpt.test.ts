import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { readAnswer } from '../../../bridge/delivery/excerpt.ts';
import { assertNoLeak, CANARY } from '../../support/no-leak.ts';

function bodyOf(...chunks: readonly string[]): Readable {
  return Readable.from(
    chunks.map((chunk) => Buffer.from(chunk, 'utf8')),
    { objectMode: true },
  );
}

async function readExcerpt(body: Readable, sentHeaders: Readonly<Record<string, string>>): Promise<string> {
  return (await readAnswer(body, sentHeaders)).excerpt;
}

describe('the excerpt of an answer', () => {
  it('is all of a short body', async () => {
    assert.equal(await readExcerpt(bodyOf('{"error":', '"unknown"}'), {}), '{"error":"unknown"}');
  });

  it('is the first 512 bytes of a long one', async () => {
    assert.equal(
      await readExcerpt(bodyOf('a'.repeat(400), 'b'.repeat(400)), {}),
      'a'.repeat(400) + 'b'.repeat(112),
    );
  });

  it('keeps what is not ASCII', async () => {
    assert.equal(
      await readExcerpt(bodyOf('überlastet 😀'), { authorization: 'Bearer 0123456789' }),
      'überlastet 😀',
    );
  });

  it('is what had come when the body breaks off', async () => {
    async function* chunks() {
      yield Buffer.from('half of');
      await Promise.resolve();
      throw new Error('reset');
    }
    assert.equal(await readExcerpt(Readable.from(chunks()), {}), 'half of');
  });
});

describe('a destination that answers with what it was sent', () => {
  const rows: [rule: string, value: string, body: string[], excerpt: string][] = [
    ['the whole header', `Bearer ${CANARY}`, [`got "Bearer ${CANARY}"`], 'got "[REDACTED]"'],
    ['the token without its scheme', `Bearer ${CANARY}`, [`token ${CANARY}!`], 'token [REDACTED]!'],
    ['it twice', CANARY, [`${CANARY},${CANARY}`], '[REDACTED],[REDACTED]'],
    ['it in two pieces', CANARY, [`got ${CANARY.slice(0, 9)}`, `${CANARY.slice(9)}.`], 'got [REDACTED].'],
  ];
  for (const [rule, value, body, excerpt] of rows) {
    it(`has it masked: ${rule}`, async () => {
      const shown = await readExcerpt(bodyOf(...body), { authorization: value });
      assert.equal(shown, excerpt);
      assertNoLeak({ shown });
    });
  }

  it('shows no piece of it where the excerpt is cut', async () => {
    for (let before = 480; before <= 512; before++) {
      const body = bodyOf('x'.repeat(before), ...CANARY, 'y'.repeat(2_000));
      assertNoLeak({ [`after ${before} bytes`]: await readExcerpt(body, { 'x-api-key': CANARY }) });
    }
  });

  it('shows no piece of it where the excerpt is cut, however often it was masked before', async () => {
    for (let before = 0; before <= 512; before++) {
      const body = bodyOf(`${CANARY} `.repeat(5), 'x'.repeat(before), `${CANARY} `.repeat(30));
      assertNoLeak({ [`after ${before} bytes`]: await readExcerpt(body, { 'x-api-key': CANARY }) });
    }
  });

  it('still shows what is meant to be seen', async () => {
    const headers = {
      'x-idempotency-key': 'abcdef0123456789',
      'content-type': 'application/json',
      'x-org': '42',
    };
    const text = 'application/json abcdef0123456789 42';
    assert.equal(await readExcerpt(bodyOf(text), headers), text);
  });
});
