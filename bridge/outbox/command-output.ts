// What `outbox` prints.
import { textTable } from './text-table.ts';
import type { LoggedAttempt, UndeliveredRow } from './undelivered.ts';

/** Rows in the order in which they came. */
export function rowTable(rows: readonly UndeliveredRow[]): string {
  return textTable([
    [
      'row',
      'state',
      'destination',
      'session',
      'transition',
      'severity',
      'decided',
      'attempts',
      'held by',
      'last reason',
    ],
    ...rows.map((row) => [
      String(row.rowId),
      row.state,
      row.destination,
      row.subject,
      `${row.kind} (${row.sequence})`,
      row.severity,
      isoTime(row.decidedAtMs),
      String(row.attemptCount),
      holderOf(row),
      row.lastReason ?? '',
    ]),
  ]);
}

export function attemptTable(attempts: readonly LoggedAttempt[]): string {
  return textTable([
    ['started', 'ms', 'outcome', 'status', 'reason', 'answer'],
    ...attempts.map(({ startedAtMs, durationMs, outcome, status, reason, excerpt }) => [
      isoTime(startedAtMs),
      String(durationMs),
      outcome,
      String(status ?? ''),
      onOneLine(reason),
      onOneLine(excerpt ?? ''),
    ]),
  ]);
}

/** Of a row that was let go meanwhile nothing is said. */
function holderOf({ state, storm, silenceId }: UndeliveredRow): string {
  if (state === 'silenced') return `silence ${silenceId ?? ''}`;
  return state === 'held' || state === 'listed' ? `storm ${storm ?? ''}` : '';
}

/** An answer may hold anything, also what would move a terminal's cursor. */
function onOneLine(text: string): string {
  return text.replace(/[\s\p{C}]+/gu, ' ').trim();
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
