import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../collector/secret.ts';
import { createLogger } from '../../../collector/telemetry/logs.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function setUp(level: 'debug' | 'info' | 'warn' | 'error' = 'info') {
  const written: string[] = [];
  const clock = new VirtualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  const logger = createLogger(level, clock, { write: (line) => void written.push(line) });
  const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, lines, written };
}

describe('createLogger', () => {
  it('writes one JSON object a line, with the level in words and the time of the clock', () => {
    const { logger, written } = setUp();
    logger.info({ component: 'webrtcvideo' }, 'started');
    assert.deepEqual(written, [
      '{"level":"info","time":"2026-01-02T03:04:05.678Z","component":"webrtcvideo","msg":"started"}\n',
    ]);
  });

  it('writes nothing below its level', () => {
    const { logger, lines } = setUp('warn');
    logger.info('no');
    logger.warn('yes');
    assert.deepEqual(
      lines().map(({ msg }) => msg),
      ['yes'],
    );
  });

  it('writes errors with their causes', () => {
    const { logger, lines } = setUp();
    const err = new Error('could not deliver', { cause: new Error('connection reset') });
    logger.error({ err }, 'attempt failed');
    const written = lines()[0]!.err as { message: string; cause: { message: string } };
    assert.equal(written.message, 'could not deliver');
    assert.equal(written.cause.message, 'connection reset');
  });

  it('writes a mask in place of a secret, wherever it stands', () => {
    const { logger, written } = setUp();
    logger.info({ config: { tokens: [new Secret('s3cr3t')] }, token: new Secret('s3cr3t') }, 'configured');
    assert.doesNotMatch(written[0]!, /s3cr3t/);
    assert.match(written[0]!, /REDACTED/);
  });
});
