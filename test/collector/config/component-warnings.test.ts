// What factories have to say of configurations that are right as such: where it is shown, and of which components.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { Component, Distribution, Hub } from '../../../collector/component.ts';
import { exporterReference } from '../../../collector/config/fields.ts';
import { defineExporter, defineExtension, defineReceiver } from '../../../collector/define.ts';
import { loadFixtures } from '../../support/config-mistakes.ts';

const idle: Component = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
const hub = {
  consumes: 'quality' as const,
  create: (): Hub => ({ ...idle, sink: () => ({ consume: () => Promise.resolve() }) }),
};

const distribution: Distribution = {
  factories: [
    defineReceiver({
      type: 'uneasy',
      summary: 'Warns of its second limit, and of its limits.',
      produces: 'quality',
      configSchema: z.strictObject({
        limits: z.strictObject({ at: z.array(z.number()).default([1, 2]) }).prefault({}),
      }),
      warningsOf: ({ limits }) => [
        { path: ['limits', 'at', 1], message: `is ${limits.at[1]}` },
        { path: ['limits'], message: 'are strange' },
      ],
      create: () => idle,
    }),
    defineExporter({
      type: 'sink',
      summary: 'Warns of itself.',
      signal: 'logs',
      configSchema: z.strictObject({ then: exporterReference().optional() }).prefault({}),
      warningsOf: () => [{ path: [], message: 'is deep' }],
      create: () => idle,
    }),
    defineExtension({
      type: 'calm',
      summary: 'Has nothing to warn of.',
      configSchema: z.strictObject({}).prefault({}),
      warningsOf: () => [],
      create: () => idle,
    }),
  ],
  hubs: { metrics: hub, logs: hub },
  commands: [],
};

async function warnings(set: readonly string[] = []) {
  const env = { LIMITS: '{at: [3, 4]}' };
  const result = await loadFixtures(['warnings-of-components.yaml'], { distribution, env, set });
  return result.warnings.map(({ path, message, position }) => [
    position === undefined ? '' : `${position.line}:${position.column}`,
    path,
    message,
  ]);
}

describe('warnings of components', () => {
  it('stand at the nearest key that was written, for every component that will run', async () => {
    assert.deepEqual(await warnings(), [
      ['3:5', 'receivers::uneasy::limits', 'are strange'],
      ['4:15', 'receivers::uneasy::limits::at::1', 'is 2'],
      ['5:3', 'receivers::uneasy/by-default::limits::at::1', 'is 2'],
      ['5:3', 'receivers::uneasy/by-default::limits', 'are strange'],
      ['7:13', 'receivers::uneasy/from-outside::limits::at::1', 'is 4'],
      ['7:13', 'receivers::uneasy/from-outside::limits', 'are strange'],
      ['11:3', 'exporters::sink', 'is deep'],
      ['13:3', 'exporters::sink/named', 'is deep'],
      ['15:3', 'exporters::sink/last', 'is deep'],
    ]);
  });

  it('have no place when they are about what --set gave', async () => {
    const ofUneasy = (await warnings(['receivers.uneasy.limits.at=[7, 8]'])).filter(
      ([, path]) => path === 'receivers::uneasy::limits::at::1',
    );
    assert.deepEqual(ofUneasy, [['', 'receivers::uneasy::limits::at::1', 'is 8']]);
  });

  it('are told beside problems, but not of a component that is wrong itself', async () => {
    const result = await loadFixtures(['warnings-of-components.yaml'], {
      distribution,
      env: { LIMITS: '{at: [x]}' },
    });
    assert.equal(result.ok, false);
    const paths = result.warnings.map(({ path }) => path);
    assert.ok(paths.includes('receivers::uneasy::limits'));
    assert.ok(!paths.some((path) => path.includes('from-outside')));
  });
});
