// One story of six sessions, and what the SIEM is told of it: the same, wherever in it the collector dies.
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import type { Siem, SiemBody } from '../support/siem.ts';
import { parseTimeline, START_MS } from '../support/timeline.ts';
import { isOpening } from './promises.ts';

interface ToldSession {
  readonly timeline: string;
  /** What the SIEM is told, in order. When a recovery comes is left open: it counts no time across a restart. */
  readonly told: readonly string[];
}

const STORY: Readonly<Record<string, ToldSession>> = {
  degraded: {
    timeline: '0..45: mos=3.4 freeze=0; 50..145: freeze=0; 150..200: loss=5 freeze=0; 206: !ended',
    told: [
      'opened high, t0 0 s, at 30 s',
      'recovered high, t0 0 s',
      'reopened high, t0 150 s, at 180 s',
      'ended high, t0 150 s',
    ],
  },
  worsening: {
    timeline: '0..35: kbps=100; 40..115: kbps=100 mos=2.5; 120..200: ok; 206: !ended',
    told: ['opened high, t0 0 s, at 30 s', 'escalated critical, t0 0 s', 'recovered critical, t0 0 s'],
  },
  disconnecting: {
    timeline: '0..20: ok; 22: !disconnected; 32: !connected; 35..200: ok; 206: !ended',
    told: ['opened warning, t0 22 s, at 22 s', 'recovered warning, t0 22 s'],
  },
  blinking: { timeline: '0..25: mos=3.4; 30..200: ok; 206: !ended', told: [] },
  muted: { timeline: '0: ok; 1: !muted; 5..200: kbps=15; 206: !ended', told: [] },
  healthy: { timeline: '0..200: ok; 206: !ended', told: [] },
};

const STEP_S = 5;

/** The body whose samples open the first incidents. */
export const OPENING_BODY = 30 / STEP_S;

/** The records of the story, one body for each five seconds of event time; `name` keeps its sessions apart from others'. */
export function bodiesOf(name: string): (QualitySample | SessionEvent)[][] {
  const bodies: (QualitySample | SessionEvent)[][] = [];
  for (const [session, { timeline }] of Object.entries(STORY)) {
    for (const entry of parseTimeline(timeline, sessionIdOf(name, session))) {
      if (entry.kind === 'now') continue;
      const step = Math.floor((entry.atMs - START_MS) / 1_000 / STEP_S);
      (bodies[step] ??= []).push(entry.kind === 'sample' ? entry.sample : entry.event);
    }
  }
  return bodies;
}

/** What the SIEM should have been told of each session, and what it was. */
export function toldOf(name: string, siem: Siem): { expected: unknown; actual: unknown } {
  const told = [...siem.effects.values()];
  const expected: Record<string, readonly string[]> = {};
  const actual: Record<string, readonly string[]> = {};
  for (const [session, story] of Object.entries(STORY)) {
    const id = sessionIdOf(name, session);
    expected[session] = story.told;
    actual[session] = told.filter((body) => body.session_id === id).map(lineOf);
  }
  return { expected, actual };
}

export function sessionIdOf(name: string, session: keyof typeof STORY): string {
  return `${name}-${session}`;
}

function lineOf(body: SiemBody): string {
  const line = `${body.transition} ${body.severity}, t0 ${secondOf(body.trigger_timestamp)}`;
  return isOpening(body) ? `${line}, at ${secondOf(body.occurred_at)}` : line;
}

function secondOf(timestamp: string): string {
  return `${(Date.parse(timestamp) - START_MS) / 1_000} s`;
}
