import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { LONGEST_STALL_MS, MAX_WAITING_BYTES } from '../../../api/http/answer-stream.ts';
import type { AnswerWriter, Operation } from '../../../api/operation.ts';
import { tokenOf } from '../access-tokens.ts';
import { bearer, RunningApi, withApi } from '../running-api.ts';
import { streamOf } from '../sample-operations.ts';

const headers = bearer(await tokenOf());
const PATH = '/api/v2/events';
const CHUNK = 'x'.repeat(64 * 1_024);

/** A stream in the hands of the test. */
class HeldStream {
  readonly running: RunningApi;
  readonly begun: Promise<[AnswerWriter, AbortSignal]>;
  readonly ended: Promise<unknown>;
  /** Ends the stream, well or with an error. */
  readonly finish: (error?: Error) => void;

  private constructor(running: RunningApi, parts: Pick<HeldStream, 'begun' | 'ended' | 'finish'>) {
    this.running = running;
    this.begun = parts.begun;
    this.ended = parts.ended;
    this.finish = parts.finish;
  }

  static async start(): Promise<HeldStream> {
    const begun = Promise.withResolvers<[AnswerWriter, AbortSignal]>();
    const ended = Promise.withResolvers<unknown>();
    const finished = Promise.withResolvers<void>();
    const operation = streamOf(async (writer, { signal }) => {
      begun.resolve([writer, signal]);
      signal.addEventListener('abort', () => finished.resolve(), { once: true });
      if (signal.aborted) finished.resolve();
      try {
        await finished.promise;
      } finally {
        ended.resolve(signal.aborted);
      }
    });
    const running = await RunningApi.start([operation]);
    const finish = (error?: Error) => (error === undefined ? finished.resolve() : finished.reject(error));
    return new HeldStream(running, { begun: begun.promise, ended: ended.promise, finish });
  }

  openCount(): Promise<number | undefined> {
    return this.running.settings.recorded('webrtc.api.streams', { extension: 'api' });
  }

  async open(): Promise<{
    response: IncomingMessage;
    writer: AnswerWriter;
    signal: AbortSignal;
    leave(): void;
  }> {
    const [request, response] = await this.running.open(PATH, { headers });
    const [writer, signal] = await this.begun;
    return { response, writer, signal, leave: () => request.destroy() };
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return text;
}

/** Writes, waiting each time, until a write waits for the reader. */
async function fill(writer: AnswerWriter): Promise<{ waiting: Promise<void> }> {
  for (;;) {
    let isDone = false;
    const waiting = writer.write(CHUNK).then(() => void (isDone = true));
    // What the connection takes by itself it takes within a few turns.
    for (let turn = 0; turn < 50 && !isDone; turn += 1) await new Promise(setImmediate);
    if (!isDone) return { waiting };
  }
}

describe('an endless answer', () => {
  it('is begun before there is anything to say, and brings what is written as it is written', async () => {
    const stream = await HeldStream.start();
    try {
      const { response, writer } = await stream.open();
      assert.equal(response.statusCode, 200);
      assert.equal(response.headers['content-type'], 'application/x-ndjson');
      assert.equal(response.headers['x-accel-buffering'], 'no');
      assert.equal(response.headers['cache-control'], 'no-store');
      assert.equal(await stream.openCount(), 1);
      await writer.write('{"n":1}\n');
      const [first] = (await response.setEncoding('utf8').take(1).toArray()) as string[];
      assert.equal(first, '{"n":1}\n');
    } finally {
      await stream.running.stop();
    }
  });

  it('comes to its end when it is over', async () => {
    const stream = await HeldStream.start();
    try {
      const { response, writer } = await stream.open();
      await writer.write('{"n":1}\n');
      stream.finish();
      assert.equal(await textOf(response), '{"n":1}\n');
      assert.equal(await stream.openCount(), 0);
    } finally {
      await stream.running.stop();
    }
  });

  it('breaks off when it fails, which is in the log once', async () => {
    const stream = await HeldStream.start();
    try {
      const { response, writer } = await stream.open();
      await writer.write('{"n":1}\n');
      stream.finish(new Error('the feed broke'));
      await assert.rejects(textOf(response), /aborted/);
      const lines = stream.running.settings.lines.map(({ level, operation }) => [level, operation]);
      assert.deepEqual(lines, [['error', 'streamEvents']]);
    } finally {
      await stream.running.stop();
    }
  });

  it('is told when its client has gone, and writes into nothing from then on', async () => {
    const stream = await HeldStream.start();
    try {
      const { writer, leave } = await stream.open();
      leave();
      assert.equal(await stream.ended, true);
      await writer.write(CHUNK);
      await new Promise(setImmediate);
      assert.equal(await stream.openCount(), 0);
      assert.deepEqual(stream.running.settings.lines, []);
    } finally {
      await stream.running.stop();
    }
  });

  it('ends when the shutdown begins, well and before the deadline', async () => {
    const stream = await HeldStream.start();
    const { response, writer } = await stream.open();
    await writer.write('{"n":1}\n');
    const stopped = stream.running.stop();
    assert.equal(await textOf(response), '{"n":1}\n');
    await stopped;
    assert.equal(await stream.ended, true);
  });

  it('is no faster than its reader', async () => {
    const stream = await HeldStream.start();
    try {
      const { response, writer } = await stream.open();
      const { waiting } = await fill(writer);
      const later = writer.write(CHUNK);
      response.resume();
      await Promise.all([waiting, later]);
      assert.equal(stream.running.clock.nextDueMs(), undefined, 'no timer is left behind');
    } finally {
      await stream.running.stop();
    }
  });

  it('is cut off when its client takes nothing for half a minute', async () => {
    const stream = await HeldStream.start();
    try {
      const { writer, signal } = await stream.open();
      const { waiting } = await fill(writer);
      stream.running.clock.advance(LONGEST_STALL_MS - 1);
      await new Promise(setImmediate);
      assert.equal(signal.aborted, false);
      stream.running.clock.advance(1);
      await waiting;
      assert.equal(await stream.ended, true);
      await new Promise(setImmediate);
      const lines = stream.running.settings.lines.map(({ level, client, because }) => [
        level,
        client,
        because,
      ]);
      assert.deepEqual(lines, [['info', 'grafana', 'stalled']]);
    } finally {
      await stream.running.stop();
    }
  });

  it('is cut off when more waits for its client than may, whoever writes without waiting', async () => {
    const stream = await HeldStream.start();
    try {
      const { writer, signal } = await stream.open();
      let writtenBytes = 0;
      while (!signal.aborted && writtenBytes < 100 * MAX_WAITING_BYTES) {
        void writer.write(CHUNK);
        writtenBytes += CHUNK.length;
        await new Promise(setImmediate);
      }
      assert.equal(await stream.ended, true);
      await new Promise(setImmediate);
      assert.deepEqual(
        stream.running.settings.lines.map(({ because }) => because),
        ['overfull'],
      );
    } finally {
      await stream.running.stop();
    }
  });

  it('is run for a HEAD as if its reader had gone', async () => {
    const stream = await HeldStream.start();
    try {
      const answer = await stream.running.ask(PATH, { method: 'HEAD', headers });
      assert.deepEqual([answer.status, answer.text], [200, '']);
      assert.equal(answer.headers['content-type'], 'application/x-ndjson');
      assert.equal(await stream.ended, true);
      assert.equal(await stream.openCount(), 0);
    } finally {
      await stream.running.stop();
    }
  });

  it('writes nothing for a HEAD, however soon it would', async () => {
    const operation = streamOf((writer) => writer.write('{"n":1}\n'));
    await withApi([operation], {}, async (running) => {
      const { status, text } = await running.ask(PATH, { method: 'HEAD', headers });
      await new Promise(setImmediate);
      assert.deepEqual([status, text, running.settings.lines], [200, '', []]);
    });
  });

  /** A stream whose beginning waits for the test, and what its signal said when it was run. */
  function late() {
    const begun = Promise.withResolvers<AbortSignal>();
    const letGo = Promise.withResolvers<void>();
    const run = Promise.withResolvers<boolean>();
    const operation: Operation = {
      ...streamOf(() => Promise.resolve()),
      async handle({ signal }) {
        begun.resolve(signal);
        await letGo.promise;
        const stream = async (writer: AnswerWriter) => {
          run.resolve(signal.aborted);
          await writer.write('{"n":1}\n');
          if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        };
        return { status: 200, contentType: 'application/x-ndjson', stream };
      },
    };
    return { operation, begun: begun.promise, letGo: () => letGo.resolve(), run: run.promise };
  }

  it('is run also when its client has gone meanwhile, so that it lets go of what it holds', async () => {
    const { operation, begun, letGo, run } = late();
    await withApi([operation], {}, async (running) => {
      const leaving = new AbortController();
      const asked = fetch(`http://127.0.0.1:${running.port}${PATH}`, { headers, signal: leaving.signal });
      const signal = await begun;
      leaving.abort();
      await assert.rejects(asked);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      letGo();
      assert.equal(await run, true);
      await new Promise(setImmediate);
      assert.deepEqual(running.settings.lines, []);
    });
  });

  it('ends at once when the shutdown began before it', async () => {
    const { operation, begun, letGo, run } = late();
    const running = await RunningApi.start([operation]);
    const answer = running.ask(PATH, { headers });
    await begun;
    const stopped = running.stop();
    letGo();
    const { status, text } = await answer;
    assert.deepEqual([status, text, await run], [200, '', true]);
    await stopped;
  });
});
