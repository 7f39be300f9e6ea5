// The result of a replay for programs. Times are ISO 8601 on the recording's clock; what is unknown is absent. Pure.
import type { FileReport, ReplayReport, SessionReport } from './report.ts';
import type { ToldIncident } from './session-tally.ts';

export function renderJson(report: ReplayReport, explanation: readonly string[] | undefined): string {
  const result = {
    files: report.files.map(fileJson),
    sessions: report.sessions.map(sessionJson),
    ...(explanation !== undefined && { explanation }),
  };
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

function fileJson({ path, dialectName, readingCount, eventCount, refusedCounts, cutOffLine }: FileReport) {
  return {
    path,
    dialect: dialectName,
    readings: readingCount,
    events: eventCount,
    refused: [...refusedCounts].map(([reason, count]) => ({ reason, count })),
    ...(cutOffLine !== undefined && { cut_off_line: cutOffLine }),
  };
}

function sessionJson(session: SessionReport) {
  return {
    session_id: session.sessionId,
    started_at: iso(session.startMs),
    ended_at: iso(session.endMs),
    samples: session.sampleCount,
    degraded_seconds: session.degradedMs / 1_000,
    degraded_percent: Math.round(session.degradedPercent * 10) / 10,
    boundaries: Object.fromEntries(session.boundaryCounts),
    duplicates: session.duplicateCount,
    late: session.lateCount,
    incidents: session.incidents.map(incidentJson),
  };
}

function incidentJson(incident: ToldIncident) {
  const { category, onsetMs, openedMs, outcome, closedMs, severity, reasons } = incident;
  return {
    category,
    onset_at: iso(onsetMs),
    opened_at: iso(openedMs),
    ...(closedMs !== undefined && { closed_at: iso(closedMs) }),
    outcome,
    severity,
    reasons,
  };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
