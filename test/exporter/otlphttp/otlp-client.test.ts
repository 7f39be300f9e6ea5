import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import { createOtlpClient } from '../../../exporter/otlphttp/otlp-client.ts';
import { OtlpSink } from '../../support/otlp-sink.ts';

describe('a closed client', () => {
  it('sends nothing more, not even what the SDK tries again', async () => {
    const sink = new OtlpSink();
    await sink.start();
    const client = createOtlpClient({
      url: new URL(`${sink.url}/v1/metrics`),
      encoding: 'proto',
      compression: 'none',
      timeoutMs: 200,
      headers: () => Promise.resolve({}),
    });
    const send = () =>
      new Promise<ExportResult>((resolve) =>
        client.exporter.export({ resource: emptyResource(), scopeMetrics: [] }, resolve),
      );
    try {
      assert.equal((await send()).code, ExportResultCode.SUCCESS);
      client.close();
      assert.equal((await send()).code, ExportResultCode.FAILED);
      assert.equal(sink.requests.length, 1);
    } finally {
      await sink.close();
    }
  });
});
