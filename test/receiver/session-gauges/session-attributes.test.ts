import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dimensions, QualitySample } from '../../../receiver/sample.ts';
import {
  describeSession,
  dimensionsOf,
  isDescribedBy,
} from '../../../receiver/session-gauges/session-attributes.ts';
import { qualitySample } from '../../support/quality-sample.ts';

const FIRST = qualitySample({
  agentId: 'a-1',
  codec: 'VP8',
  mosSource: 'estimated',
  dimensions: { edge: 'fra-3', 'network.type': 'wifi' },
});

describe('describeSession', () => {
  it('holds what the first sample tells, under the published keys', () => {
    assert.deepEqual(describeSession(undefined, FIRST), {
      'session.id': 's-1',
      'agent.id': 'a-1',
      'webrtc.codec': 'VP8',
      'webrtc.mos.source': 'estimated',
      edge: 'fra-3',
      'network.type': 'wifi',
    });
  });

  it('leaves out what nobody told', () => {
    assert.deepEqual(describeSession(undefined, qualitySample()), { 'session.id': 's-1' });
  });

  it('keeps what a later sample does not mention, and takes what it tells anew', () => {
    const later = qualitySample({ codec: 'H264', dimensions: { 'network.type': 'cellular' } });
    assert.deepEqual(describeSession(describeSession(undefined, FIRST), later), {
      'session.id': 's-1',
      'agent.id': 'a-1',
      'webrtc.codec': 'H264',
      'webrtc.mos.source': 'estimated',
      edge: 'fra-3',
      'network.type': 'cellular',
    });
  });

  it('takes no dimension that is not on the allow-list', () => {
    const dimensions = { edge: 'fra-3', 'client.address': '192.0.2.7' } as Dimensions;
    const attributes = describeSession(undefined, qualitySample({ dimensions }));
    assert.deepEqual(attributes, { 'session.id': 's-1', edge: 'fra-3' });
  });
});

describe('isDescribedBy', () => {
  const attributes = describeSession(undefined, FIRST);
  const table: readonly [rule: string, fields: Partial<QualitySample>, expected: boolean][] = [
    ['the same again changes nothing', FIRST, true],
    ['a sample that tells nothing changes nothing', {}, true],
    ['another agent is a change', { agentId: 'a-2' }, false],
    ['another codec is a change', { codec: 'AV1' }, false],
    ['another source of the MOS is a change', { mosSource: 'reported' }, false],
    ['another dimension value is a change', { dimensions: { edge: 'ams-1' } }, false],
    ['a dimension told for the first time is a change', { dimensions: { site: 'hq' } }, false],
  ];
  for (const [rule, fields, expected] of table) {
    it(rule, () =>
      assert.equal(isDescribedBy(attributes, qualitySample({ ...fields, kind: 'sample' })), expected),
    );
  }
});

describe('dimensionsOf', () => {
  it('leaves out whatever tells sessions apart', () => {
    assert.deepEqual(dimensionsOf(describeSession(undefined, FIRST)), {
      edge: 'fra-3',
      'network.type': 'wifi',
    });
  });
});
