// Answers that are neither a plain yes nor a plain no, as the OTLP specification describes them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diag } from '@opentelemetry/api';
import { logOtelDiagnostics } from '../../../collector/telemetry/otel-diagnostics.ts';
import { type LogLine, recordingLogger } from '../../support/log-lines.ts';
import { qualityBatch, qualitySample } from '../../support/quality-sample.ts';
import { bedPerTest } from './bed.ts';

const bed = bedPerTest();

/** What the SDK itself has logged meanwhile. */
async function sdkLinesOf(work: () => Promise<void>): Promise<readonly LogLine[]> {
  const { logger, lines } = recordingLogger();
  logOtelDiagnostics(logger);
  try {
    await work();
  } finally {
    diag.disable();
  }
  return lines;
}

describe('a backend that', () => {
  it('asks for more time than the export has is not asked again', async () => {
    const { exporter, input, sent, sendFailed, settings } = await bed().started();
    await input.consume(qualityBatch(qualitySample({ mos: 4 })));
    bed().sink.answerNext({ status: 429, headers: { 'retry-after': '3600' } });
    await exporter.flush();
    assert.equal(bed().sink.requests.length, 1);
    assert.deepEqual([await sent(), await sendFailed()], [0, 3]);
    assert.match(String(settings.lines[0]!['reason']), /retryable/);
  });

  const refusal = 'the key s3cr3t-k3y may not write two of them';
  const partly = (length: number) => String.fromCharCode(length);
  const inner = `\b\x02\x12${partly(refusal.length)}${refusal}`;
  const partialSuccesses = {
    json: JSON.stringify({ partialSuccess: { rejectedDataPoints: '2', errorMessage: refusal } }),
    proto: `\n${partly(inner.length)}${inner}`,
  };
  for (const [encoding, body] of Object.entries(partialSuccesses)) {
    it(`takes only some of the points is not asked again, and it is said without its words, in ${encoding}`, async () => {
      const { exporter, input } = await bed().started({ encoding, headers: { 'x-key': 's3cr3t-k3y' } });
      await input.consume(qualityBatch(qualitySample({ mos: 4 })));
      bed().sink.answerNext({ status: 200, headers: { 'content-type': 'application/json' }, body });
      const lines = await sdkLinesOf(() => exporter.flush());
      assert.equal(bed().sink.requests.length, 1);
      assert.deepEqual(
        lines.map(({ level, msg, details }) => [level, msg, details]),
        [['warn', 'Received Partial Success response:', ['points rejected: 2']]],
      );
    });
  }

  it('answers 200 with something else is believed, in one short line', async () => {
    const { exporter, sendFailed } = await bed().started({ encoding: 'json' });
    bed().sink.answerNext({ status: 200, body: `<html>${'x'.repeat(100_000)}` });
    const lines = await sdkLinesOf(() => exporter.flush());
    assert.equal(lines.length, 1);
    assert.ok(JSON.stringify(lines).length < 500);
    assert.equal(await sendFailed(), 0);
  });
});
