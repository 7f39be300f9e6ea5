import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { diag } from '@opentelemetry/api';
import { logOtelDiagnostics } from '../../../collector/telemetry/otel-diagnostics.ts';
import { recordingLogger } from '../../support/log-lines.ts';

afterEach(() => diag.disable());

describe('logOtelDiagnostics', () => {
  it('puts warnings and errors of the SDK on our log, and nothing below them', () => {
    const { logger, lines } = recordingLogger();
    logOtelDiagnostics(logger);
    diag.debug('quiet');
    diag.info('quiet');
    diag.warn('conflicting units', new Error('s and ms'));
    diag.error('export failed');
    assert.deepEqual(
      lines.map(({ level, component, msg, details }) => [level, component, msg, details]),
      [
        ['warn', 'opentelemetry', 'conflicting units', ['Error: s and ms']],
        ['error', 'opentelemetry', 'export failed', []],
      ],
    );
  });

  it('shows nothing that somebody answered in full', () => {
    const { logger, lines } = recordingLogger();
    logOtelDiagnostics(logger);
    diag.warn('no answer of OTLP', new Uint8Array(1_000), 'x'.repeat(1_000));
    const answer = { rejectedDataPoints: '3', errorMessage: 'key s3cr3t is not allowed' };
    diag.warn('Received Partial Success response:', JSON.stringify(answer));
    diag.warn('Received Partial Success response:', JSON.stringify({ errorMessage: 's3cr3t' }));
    assert.deepEqual(
      lines.map(({ details }) => details),
      [['1000 bytes', 'x'.repeat(200)], ['points rejected: 3'], ['points rejected: 0']],
    );
  });

  it('replaces the log that was set before', () => {
    const first = recordingLogger();
    const second = recordingLogger();
    logOtelDiagnostics(first.logger);
    logOtelDiagnostics(second.logger);
    diag.warn('hello');
    assert.deepEqual([first.lines.length, second.lines.length], [0, 1]);
  });
});
