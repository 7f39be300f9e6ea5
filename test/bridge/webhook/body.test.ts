// Bodies against golden files that were written by hand, from the guide's field names.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { IncidentMetrics, Reason, Transition } from '../../../bridge/transition/transition.ts';
import { shrunkWebhookBody, webhookBody } from '../../../bridge/webhook/body.ts';
import { transitionOf } from '../../support/transition.ts';

const TRIGGER_MS = Date.UTC(2026, 0, 11, 0, 0, 5, 250);

const QUALITY: Partial<Transition> = {
  subject: '3f6c1f7e-video',
  agentId: 'agent-17',
  conversationId: 'conv-9',
  environment: 'prod',
  triggerAtMs: TRIGGER_MS,
  triggerMetrics: { mos: 3.4, packetLossPercent: 2.5 },
  dimensions: { site: 'berlin', 'network.type': 'wifi' },
};

const GOLDEN: readonly [file: string, fields: Partial<Transition>][] = [
  [
    'opened',
    {
      ...QUALITY,
      occurredAtMs: TRIGGER_MS + 30_000,
      reasons: [
        { rule: 'mos', value: 3.066_666_666_7, threshold: 3.5 },
        { rule: 'packet_loss', value: 5.1, threshold: 2 },
      ],
      currentMetrics: {
        mos: 3.066_666_666_7,
        jitterMs: 41.5,
        packetLossPercent: 4.2,
        rttMs: 180,
        bitrateKbps: 412.25,
        framesPerSecond: 12,
        freezeRatio: 0,
      },
    },
  ],
  [
    'escalated',
    {
      ...QUALITY,
      kind: 'escalated',
      sequence: 1,
      severity: 'critical',
      occurredAtMs: TRIGGER_MS + 75_000,
      reasons: [{ rule: 'broken_path', value: 2.1, threshold: 3.2 }],
      currentMetrics: { mos: 2.1, rttMs: 650 },
      suppressedCount: 2,
    },
  ],
  [
    'recovered',
    {
      ...QUALITY,
      kind: 'recovered',
      sequence: 2,
      severity: 'critical',
      occurredAtMs: Date.UTC(2026, 0, 11, 0, 4),
      reasons: [{ rule: 'mos', value: 2.1, threshold: 3.5 }],
      currentMetrics: { mos: 4.2, packetLossPercent: 0 },
    },
  ],
  [
    'opened-experience',
    {
      ...QUALITY,
      occurredAtMs: TRIGGER_MS + 30_000,
      reasons: [
        { rule: 'mos', value: 3.4, threshold: 3.5, causes: ['packet_loss', 'delay'] },
        { rule: 'freeze', value: 1, threshold: 0.3 },
        { rule: 'experience', value: 1.666_666_666_7, threshold: 3, causes: ['freeze', 'frame_rate'] },
      ],
      triggerMetrics: { mos: 3.4, freezeRatio: 0.5, experience: 2.75 },
      currentMetrics: { mos: 4.1, freezeRatio: 1, experience: 1.666_666_666_7 },
    },
  ],
  [
    'connection-warning',
    {
      subject: '3f6c1f7e-video',
      category: 'connection',
      severity: 'warning',
      environment: 'prod',
      triggerAtMs: TRIGGER_MS,
      occurredAtMs: TRIGGER_MS + 15_000,
      reasons: [{ rule: 'disconnected' }, { rule: 'gap', value: 15, threshold: 15 }],
      triggerMetrics: {},
      currentMetrics: {},
    },
  ],
];

describe('the body of the webhook', () => {
  for (const [file, fields] of GOLDEN) {
    it(`is that of ${file}.json, with its fields in that order`, async () => {
      const path = new URL(`../../fixtures/webhook/${file}.json`, import.meta.url);
      const golden = JSON.parse(await readFile(path, 'utf8')) as unknown;
      assert.equal(webhookBody(transitionOf(fields)), JSON.stringify(golden));
    });
  }

  const types: [category: Transition['category'], type: string][] = [
    ['quality', 'webrtc_degradation'],
    ['connection', 'webrtc_disconnection'],
    ['storm', 'webrtc_storm'],
    ['pipeline', 'webrtc_pipeline'],
  ];
  for (const [category, type] of types) {
    it(`calls a ${category} incident ${type}`, () => {
      const { incident_type } = JSON.parse(webhookBody(transitionOf({ category }))) as Record<
        string,
        unknown
      >;
      assert.equal(incident_type, type);
    });
  }

  it('never says null or NaN, whatever was not measured or is no number', () => {
    const measured = fc.option(fc.double(), { nil: undefined });
    const metrics = fc.record({
      mos: measured,
      jitterMs: measured,
      packetLossPercent: measured,
      rttMs: measured,
      bitrateKbps: measured,
      experience: measured,
    });
    fc.assert(
      fc.property(metrics, measured, (values, value) => {
        const body = webhookBody(
          transitionOf({
            currentMetrics: values as IncidentMetrics,
            triggerMetrics: values as IncidentMetrics,
            reasons: [{ rule: 'mos', value } as Reason],
          }),
        );
        assert.doesNotMatch(body, /null|NaN|Infinity|undefined/);
      }),
    );
  });

  it('carries any session id unharmed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (subject) => {
        const body = JSON.parse(webhookBody(transitionOf({ subject }))) as { session_id: string };
        assert.equal(body.session_id, subject);
      }),
    );
  });
});

describe('the body for a destination that finds it too large', () => {
  const whole = webhookBody(transitionOf(GOLDEN[0]![1]));
  const shrunk = shrunkWebhookBody(whole)!;

  it('has lost its details and none of the fields of the guide', () => {
    const before = JSON.parse(whole) as Record<string, unknown>;
    const after = JSON.parse(shrunk) as Record<string, unknown>;
    const lost = Object.keys(before).filter((field) => !(field in after));
    assert.deepEqual(lost, ['conversation_id', 'reasons', 'trigger_metrics', 'dimensions']);
    for (const field of Object.keys(after)) assert.deepEqual(after[field], before[field]);
    for (const field of ['session_id', 'agent_id', 'metrics', 'incident_key', 'transition', 'sequence']) {
      assert.ok(field in after, field);
    }
  });

  it('cannot lose them twice', () => {
    assert.ok(shrunk.length < whole.length);
    assert.equal(shrunkWebhookBody(shrunk), undefined);
  });
});
