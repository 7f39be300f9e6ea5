// What the demo prints. Pure: facts in, lines out.
import type { Alert } from '../bridge/queue/alert-table.ts';
import type { QualitySample, SessionEvent } from '../receiver/sample.ts';
import type { OtlpSink } from '../test/support/otlp-sink.ts';
import type { SiemRequest } from '../test/support/siem.ts';

/** Bold, where the output is a terminal. */
export function mark(text: string): string {
  return process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text;
}

/** `0:25` of a call. */
export function showClock(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function describeRecord(record: QualitySample | SessionEvent): string {
  if (record.kind === 'event') return `${record.sessionId.padEnd(18)}  ${record.type}`;
  const { sessionId, mos, packetLossPercent, bitrateKbps, framesPerSecond } = record;
  const show = (name: string, value: number | undefined, digits: number, unit: string) =>
    `${name} ${value === undefined ? '  –' : value.toFixed(digits)}${unit}`.padEnd(
      name.length + 5 + unit.length,
    );
  return [
    sessionId.padEnd(18),
    show('MOS', mos, 1, ''),
    show('loss', packetLossPercent, 1, ' %'),
    show('', bitrateKbps, 0, ' kbit/s'),
    show('', framesPerSecond, 0, ' frames/s'),
  ].join('  ');
}

/** Each gauge with its unit, how many points arrived, and the range of their values. */
export function describeGauges(backend: OtlpSink): string[] {
  const gauges = new Map<string, { unit: string; values: number[] }>();
  for (const { metrics } of backend.requests) {
    for (const { name, unit, kind, points } of metrics) {
      if (kind !== 'gauge') continue;
      const values = points
        .filter(({ attributes }) => attributes['session.id'] !== undefined)
        .map(({ value }) => value ?? Number.NaN);
      if (values.length === 0) continue;
      const known = gauges.get(name) ?? { unit, values: [] };
      known.values.push(...values);
      gauges.set(name, known);
    }
  }
  return [...gauges].map(([name, { unit, values }]) => {
    const [least, most] = [Math.min(...values), Math.max(...values)].map((value) =>
      Number(value.toPrecision(3)),
    );
    const shownUnit = unit === '1' ? '' : unit;
    return `  ${name.padEnd(28)} ${String(values.length).padStart(4)} points  ${least} … ${most} ${shownUnit}`.trimEnd();
  });
}

/** The request, and that a repeated one had the same key. */
export function describeIncident(requests: readonly SiemRequest[]): string[] {
  const [first, ...again] = requests;
  if (first === undefined) return ['  none'];
  const sameKey = again.every(({ key }) => key === first.key);
  return [
    `  POST ${first.headers.host}  answered ${requests.map(({ status }) => status).join(', then ')}`,
    `  X-Idempotency-Key: ${first.key}`,
    `  the same key on each of ${requests.length} attempts: ${sameKey ? 'yes' : 'NO'}`,
    ...JSON.stringify(first.body, null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
  ];
}

export function describeQueue(alerts: readonly Alert[]): string[] {
  return alerts.map(
    ({ session_id, incident_category, severity, status, opened_at, notes }) =>
      `  ${session_id.padEnd(18)} ${incident_category.padEnd(10)} ${severity.padEnd(8)} ${status.padEnd(8)} ${opened_at}  ${notes}`,
  );
}
