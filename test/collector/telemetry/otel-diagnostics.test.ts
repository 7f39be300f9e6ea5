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

  it('replaces the log that was set before', () => {
    const first = recordingLogger();
    const second = recordingLogger();
    logOtelDiagnostics(first.logger);
    logOtelDiagnostics(second.logger);
    diag.warn('hello');
    assert.deepEqual([first.lines.length, second.lines.length], [0, 1]);
  });
});
