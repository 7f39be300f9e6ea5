import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sharedStatus } from '../../../bridge/escalation/shared-status.ts';
import { testSettings } from '../../support/component-settings.ts';

describe('the status that several parts share', () => {
  it('is unhealthy as long as one of them is', () => {
    const settings = testSettings();
    const partOf = sharedStatus(settings);
    const [delivery, escalation] = [partOf('delivery'), partOf('escalation')];
    const last = () => settings.statuses.at(-1);
    delivery.reportStatus({ kind: 'ok' });
    escalation.reportStatus({ kind: 'unhealthy', reason: 'nobody to tell' });
    delivery.reportStatus({ kind: 'ok' });
    assert.deepEqual(last(), { kind: 'unhealthy', reason: 'nobody to tell' });
    delivery.reportStatus({ kind: 'unhealthy', reason: 'deliveries keep failing' });
    escalation.reportStatus({ kind: 'ok' });
    assert.deepEqual(last(), { kind: 'unhealthy', reason: 'deliveries keep failing' });
    delivery.reportStatus({ kind: 'ok' });
    assert.deepEqual(last(), { kind: 'ok' });
  });

  it('leaves the other settings as they are', () => {
    const settings = testSettings({ id: 'webhook/siem' });
    const part = sharedStatus(settings)('escalation');
    assert.deepEqual([part.id, part.clock, part.logger], ['webhook/siem', settings.clock, settings.logger]);
  });
});
