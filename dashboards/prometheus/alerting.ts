// All alerting rules, in groups that Prometheus evaluates one by one.
import { deliveryAlerts } from './delivery-alerts.ts';
import { fleetAlerts } from './fleet-alerts.ts';
import { processAlerts } from './process-alerts.ts';
import type { RuleGroup } from './rule.ts';

export function alertingGroups(): RuleGroup[] {
  return [
    { name: 'webrtc-quality-fleet-alerts', rules: fleetAlerts() },
    { name: 'webrtc-quality-delivery-alerts', rules: deliveryAlerts() },
    { name: 'webrtc-quality-process-alerts', rules: processAlerts() },
  ];
}
