import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OTLPExporterError } from '@opentelemetry/otlp-exporter-base';
import { describeFailure, type ExportFailure } from '../../../exporter/otlphttp/failure.ts';

const HEADERS = ['Bearer s3cr3t-token', '42'];

describe('describeFailure', () => {
  const table: readonly [rule: string, error: unknown, expected: ExportFailure][] = [
    [
      'an answer has its status, its phrase and its body',
      new OTLPExporterError('Bad Request', 400, 'out of order sample'),
      { reason: 'HTTP 400 Bad Request out of order sample', status: 400 },
    ],
    [
      'an answer without a body has the rest',
      new OTLPExporterError('Not Found', 404),
      { reason: 'HTTP 404 Not Found', status: 404 },
    ],
    [
      'what asks to come later has no status',
      new OTLPExporterError('Export failed with retryable status'),
      { reason: 'Export failed with retryable status' },
    ],
    [
      'a fault of the network has its message',
      new Error('connect ECONNREFUSED'),
      { reason: 'connect ECONNREFUSED' },
    ],
    [
      'a fault without a message has its code',
      Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }),
      { reason: 'ECONNREFUSED' },
    ],
    ['anything can be thrown', 'odd', { reason: 'odd' }],
    [
      'a credential that the peer sends back is masked, with and without its scheme',
      new OTLPExporterError('Forbidden', 403, 'bad token s3cr3t-token in "Bearer s3cr3t-token"'),
      { reason: 'HTTP 403 Forbidden bad token [REDACTED] in "[REDACTED]"', status: 403 },
    ],
    [
      'short header values stay, or they would garble the text',
      new OTLPExporterError('Bad Request', 400, 'tenant 42'),
      { reason: 'HTTP 400 Bad Request tenant 42', status: 400 },
    ],
    [
      'control characters of a binary body become blanks',
      new OTLPExporterError('Bad Request', 400, '\u0000\n\u0012too old'),
      { reason: 'HTTP 400 Bad Request too old', status: 400 },
    ],
  ];
  for (const [rule, error, expected] of table) {
    it(rule, () => assert.deepEqual(describeFailure(error, HEADERS), expected));
  }

  it('cuts long bodies, after masking', () => {
    const body = `${'x'.repeat(170)} s3cr3t-token`;
    const { reason } = describeFailure(new OTLPExporterError('', 400, body), HEADERS);
    assert.ok(reason.length < 220, reason);
    assert.ok(!reason.includes('s3cr'), reason);
  });
});
