// The client as it is delivered: one small file that needs nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { transform } from 'esbuild';

const source = readFileSync(new URL('../../client/client.ts', import.meta.url), 'utf8');

describe('the client module', () => {
  it('is smaller than 4,096 bytes, minified and compressed', async (context) => {
    const { code } = await transform(source, { loader: 'ts', minify: true, format: 'esm', target: 'es2022' });
    const byteCount = gzipSync(code).length;
    context.diagnostic(`${byteCount} bytes`);
    assert.ok(byteCount < 4_096, `${byteCount} bytes`);
  });

  it('imports nothing, and is JavaScript once its types are taken away', () => {
    assert.doesNotMatch(source, /^import|\bimport\(|\brequire\(/m);
    assert.match(stripTypeScriptTypes(source), /export function monitor\(/);
  });
});
