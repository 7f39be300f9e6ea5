// Exporters that exporters name, by the key `escalation` of the real ones.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { distribution } from '../../../collector/registry.ts';
import { loadFixtures, testMistakes } from '../../support/config-mistakes.ts';

describe('exporters that another exporter names', () => {
  testMistakes(
    [
      {
        title: 'are refused when they are not configured, itself, or of the other signal',
        file: 'exporter-reference-dangling',
        env: { LEADS: 'sms/lead, sms/laed' },
        problems: [
          [
            '4:29',
            'exporters::webhook::escalation::0::to::0',
            'references exporter "email/onkall" which is not configured',
            'did you mean "email/oncall"?',
          ],
          [
            '5:28',
            'exporters::webhook::escalation::1::to::0',
            'references itself: "webhook"',
            'name another exporter',
          ],
          [
            '5:37',
            'exporters::webhook::escalation::1::to::1',
            'references exporter "otlphttp" which takes metrics',
            'name one that takes logs',
          ],
          [
            '7:13',
            'exporters::webhook::escalation::2::to',
            'references exporter "${env:LEADS}" which is not configured',
            'did you mean "sms/lead"?',
          ],
        ],
      },
      {
        title: 'are named in steps that come in order, the first in time, and nobody twice in one',
        file: 'escalation-steps',
        problems: [
          [
            '4:18',
            'exporters::webhook::escalation::0::after',
            'the first step must come within 270s, or the SLA is missed',
          ],
          ['5:18', 'exporters::webhook::escalation::1::after', 'must be longer than that of the step before'],
          ['5:43', 'exporters::webhook::escalation::1::to::1', 'is named twice'],
        ],
      },
    ],
    distribution,
  );

  it('need their authenticators to run, as if a pipeline named them', async () => {
    const set = [
      'extensions::bearertokenauth/b::token=x',
      'exporters::webhook::escalation=[{after: 240s, to: [webhook/b]}]',
      'exporters::webhook/b={endpoint: https://b.example, auth: {authenticator: bearertokenauth/b}}',
    ];
    const result = await loadFixtures(['valid.yaml'], { set, distribution });
    assert.deepEqual(result.ok ? [] : result.problems.map(({ path, message }) => [path, message]), [
      [
        'exporters::webhook/b::auth::authenticator',
        'references extension "bearertokenauth/b" which service::extensions does not list',
      ],
    ]);
  });

  it('are known by who names them, and printed by their ids', async () => {
    const env = { LEADS: 'sms/lead, email/oncall' };
    const result = await loadFixtures(['valid.yaml', 'escalation.yaml'], { env, distribution });
    assert.ok(result.ok);
    assert.deepEqual(
      [...result.config.namedExporters!],
      [
        ['webhook', ['email/oncall', 'sms/lead', 'email/oncall']],
        ['email/oncall', ['webhook']],
      ],
    );
    const { exporters } = result.resolved as { exporters: Record<string, { escalation: unknown }> };
    assert.deepEqual(exporters.webhook!.escalation, [
      { after: '240s', to: ['email/oncall'] },
      { after: '600s', to: ['sms/lead', 'email/oncall'] },
    ]);
    assert.deepEqual(exporters.slack!.escalation, []);
  });
});
