// The result of a replay for people: three tables, times as mm:ss from the start of each session. Pure.
import { joinRules } from '../processor/degradation/explain-reason.ts';
import type { FileReport, ReplayReport, SessionReport } from './report.ts';
import type { ToldIncident } from './session-tally.ts';

export function renderTables({ files, sessions }: ReplayReport): string {
  const incidents = sessions.flatMap((session) =>
    session.incidents.map((incident) => incidentCells(session, incident)),
  );
  const tables = [
    table(['file', 'dialect', 'readings', 'events', 'refused', 'note'], files.map(fileCells)),
    table(
      ['session', 'length', 'samples', 'degraded', 'boundaries', 'duplicate', 'late', 'incidents'],
      sessions.map(sessionCells),
    ),
    incidents.length === 0
      ? 'no incident\n'
      : table(['session', 'incident', 'onset', 'opened', 'over', 'severity', 'reasons'], incidents),
  ];
  return tables.join('\n');
}

/** `mm:ss` since the start of the session; minutes go on beyond 99. */
export function sinceStart(atMs: number, startMs: number): string {
  const seconds = Math.max(0, Math.round((atMs - startMs) / 1_000));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

function fileCells(file: FileReport): string[] {
  const { path, dialectName, readingCount, eventCount, refusedCounts, cutOffLine } = file;
  const refused = [...refusedCounts.values()].reduce((sum, count) => sum + count, 0);
  const notes = [
    ...(cutOffLine === undefined ? [] : [`line ${cutOffLine} was cut off and left out`]),
    ...[...refusedCounts].slice(0, MAX_REASONS).map(([reason, count]) => `${count} × ${reason}`),
    ...(refusedCounts.size > MAX_REASONS ? ['…'] : []),
  ];
  return [path, dialectName, String(readingCount), String(eventCount), String(refused), notes.join('; ')];
}

/** Of refusals: enough to see what is wrong with a file. */
const MAX_REASONS = 3;

function sessionCells(session: SessionReport): string[] {
  const { sessionId, startMs, endMs, sampleCount, degradedMs, degradedPercent } = session;
  const boundaries = [...session.boundaryCounts].map(([cause, count]) => `${cause} ${count}`);
  return [
    sessionId,
    sinceStart(endMs, startMs),
    String(sampleCount),
    `${Math.round(degradedMs / 1_000)} s (${Math.round(degradedPercent)} %)`,
    boundaries.toSorted().join(', '),
    String(session.duplicateCount),
    String(session.lateCount),
    String(session.incidents.length),
  ];
}

function incidentCells({ sessionId, startMs }: SessionReport, incident: ToldIncident): string[] {
  const { category, onsetMs, openedMs, outcome, closedMs, severity, reasons } = incident;
  const over =
    closedMs === undefined
      ? 'still open'
      : outcome === 'ended'
        ? `${sinceStart(closedMs, startMs)} (ended)`
        : sinceStart(closedMs, startMs);
  return [
    sessionId,
    category,
    sinceStart(onsetMs, startMs),
    sinceStart(openedMs, startMs),
    over,
    severity,
    joinRules(reasons),
  ];
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  return lines
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column]!)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
