// The keys by which every metrics exporter is told which sessions it shows one by one.
import { z } from 'zod';
import { SESSION_CHOICES, type SessionSelection } from '../receiver/session-gauges/select-rows.ts';

/** Spread into the schema of an exporter. */
export const SESSION_FIELDS = {
  sessions: z
    .enum(SESSION_CHOICES)
    .prefault('all')
    .describe(
      'Which sessions get series of their own: all, those degraded or critical, the worst, or none. ' +
        'The metrics over all sessions are always exported.',
    ),
  worst_count: z
    .int()
    .positive()
    .prefault(100)
    .describe('How many sessions `sessions: worst` shows: degraded ones first, then by lowest MOS.'),
};

/** What those keys say, as the table of sessions wants it. */
export function selectionOf(config: {
  sessions: SessionSelection['sessions'];
  worst_count: number;
}): SessionSelection {
  return { sessions: config.sessions, worstCount: config.worst_count };
}
