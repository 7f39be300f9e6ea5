// What anyone may rely on, whatever was sent and whenever it was killed, judged by what arrived at the SIEM and what
// the queue shows. Each function returns one sentence per promise that was broken.
import { createHash } from 'node:crypto';
import type { QueueAlert } from '../support/scenario.ts';
import type { Siem, SiemBody } from '../support/siem.ts';

const CATEGORIES: Readonly<Record<string, string>> = {
  webrtc_degradation: 'quality',
  webrtc_disconnection: 'connection',
};

/** No alert is doubled, and none changes on its way. */
export function brokenKeys(siem: Siem): string[] {
  const broken: string[] = [];
  const texts = new Map<string, string>();
  for (const { key, text } of siem.requests) {
    if ((texts.get(key) ?? text) !== text) broken.push(`key ${key} was sent with two bodies`);
    texts.set(key, text);
  }
  const buckets = new Map<string, number>();
  for (const [key, body] of siem.effects) {
    const { incident_id: incident, incident_key: incidentKey, session_id: session, sequence } = body;
    if (sequence === 0) buckets.set(incident, Math.floor(Date.parse(body.trigger_timestamp) / 300_000));
    const bucket = buckets.get(incident);
    if (incidentKey !== sha256(`${session}|${bucket}`))
      broken.push(`${nameOf(body)} has a wrong incident key`);
    if (key !== keyOf(body, bucket)) broken.push(`${nameOf(body)} has a wrong idempotency key`);
  }
  return broken;
}

/** Per incident: sequences without holes, tried and taken in their order, and a life that makes sense. */
export function brokenOrder(siem: Siem): string[] {
  const broken: string[] = [];
  const nextSequences = new Map<string, number>();
  for (const { body, status } of siem.requests) {
    const next = nextSequences.get(body.incident_id) ?? 0;
    if (body.sequence > next) broken.push(`${nameOf(body)} was sent before number ${next} had been taken`);
    // A cut connection leaves open whether it was.
    const mayBeTaken = status === undefined || status === 200 || status === 409;
    if (body.sequence === next && mayBeTaken) nextSequences.set(body.incident_id, next + 1);
  }
  for (const bodies of incidentsOf(siem).values()) broken.push(...brokenLife(bodies));
  return broken;
}

/** The queue has the same incidents as the SIEM, each as its last transition left it. */
export function disagreements(siem: Siem, alerts: readonly QueueAlert[]): string[] {
  const incidents = incidentsOf(siem);
  const broken = alerts
    .filter(({ incident_id: incident }) => !incidents.has(incident))
    .map(({ session_id: session, reasons }) => {
      const rules = reasons.map(({ rule }) => rule).join('+');
      return `the queue has an alert of ${session} (${rules}) that the SIEM never heard of`;
    });
  const byIncident = new Map(alerts.map((alert) => [alert.incident_id, alert]));
  for (const [incident, bodies] of incidents) {
    const last = bodies.at(-1)!;
    const alert = byIncident.get(incident);
    const shown = alert === undefined ? 'nothing' : `${alert.status} ${alert.severity}`;
    const told = `${isClosing(last) ? 'resolved' : 'open'} ${last.severity}`;
    if (shown !== told) broken.push(`the queue shows ${shown} where the SIEM was told ${nameOf(last)}`);
  }
  return broken;
}

export function isOpening({ transition }: SiemBody): boolean {
  return transition === 'opened' || transition === 'reopened';
}

export function isClosing({ transition }: SiemBody): boolean {
  return transition === 'recovered' || transition === 'ended';
}

/** What took effect, by incident and in order of arrival. */
function incidentsOf(siem: Siem): Map<string, SiemBody[]> {
  const incidents = new Map<string, SiemBody[]>();
  for (const body of siem.effects.values()) {
    const earlier = incidents.get(body.incident_id);
    if (earlier === undefined) incidents.set(body.incident_id, [body]);
    else earlier.push(body);
  }
  return incidents;
}

function brokenLife(bodies: readonly SiemBody[]): string[] {
  const broken: string[] = [];
  let previous: SiemBody | undefined;
  for (const [index, body] of bodies.entries()) {
    const isOpen = previous !== undefined && !isClosing(previous);
    if (body.sequence !== index) broken.push(`${nameOf(body)} took effect as number ${index}`);
    if (isOpening(body) === isOpen) broken.push(`${nameOf(body)} came while ${isOpen ? 'open' : 'closed'}`);
    if ((body.transition === 'opened') !== (index === 0)) {
      broken.push(`${nameOf(body)} is number ${index} of its incident`);
    }
    if (previous !== undefined && body.occurred_at < previous.occurred_at) {
      broken.push(`${nameOf(body)} happened before ${nameOf(previous)}`);
    }
    previous = body;
  }
  return broken;
}

function keyOf({ incident_type: type, session_id, transition, sequence }: SiemBody, bucket?: number): string {
  const category = CATEGORIES[type] ?? type;
  const isGuideKey = category === 'quality' && transition === 'opened';
  return sha256(
    isGuideKey ? `${session_id}|${bucket}` : `${session_id}|${bucket}|${category}|${transition}|${sequence}`,
  );
}

function nameOf({ session_id: session, incident_type: type, transition, sequence }: SiemBody): string {
  return `${transition} (${CATEGORIES[type] ?? type} ${sequence}) of ${session}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
