// What of an incident a person in a chat wants to read: names in plain words, values with their units. No lists of ids.
import type { IncidentCategory, Transition } from '../transition/transition.ts';
import { detailsOf } from './details.ts';

/** By the name of the detail: what it is called, and what stands behind its value. */
const WORDS: Readonly<Record<string, readonly [name: string, unit: string]>> = {
  severity: ['severity', ''],
  session_id: ['session', ''],
  group: ['group', ''],
  exporter: ['exporter', ''],
  environment: ['environment', ''],
  started_at: ['since', ''],
  member_count: ['sessions', ''],
  open_count: ['still bad', ''],
  worst_sessions: ['worst sessions', ''],
  members_by_severity: ['by severity', ''],
  members_by_reason: ['by reason', ''],
  mos: ['MOS', ''],
  jitter_ms: ['jitter', ' ms'],
  packet_loss_percent: ['packet loss', ' %'],
  rtt_ms: ['round trip time', ' ms'],
  bitrate_kbps: ['bitrate', ' kbit/s'],
  frames_per_second: ['frame rate', ' fps'],
  freeze_ratio: ['frozen', ' of the time'],
  experience: ['video experience', ''],
  suppressed_count: ['held back since the last message', ''],
  agent_id: ['agent', ''],
  conversation_id: ['conversation', ''],
};

/** Where another word is right. */
const WORDS_OF_CATEGORY: Readonly<Partial<Record<IncidentCategory, typeof WORDS>>> = {
  delivery: {
    member_count: ['incidents', ''],
    open_count: ['still waiting', ''],
  },
};

/** `except`: names of details that are shown elsewhere. */
export function chatFacts(
  transition: Transition,
  except: readonly string[] = [],
): Readonly<Record<string, string>> {
  const facts: [string, string][] = [];
  for (const [name, value] of Object.entries(detailsOf(transition))) {
    if (except.includes(name)) continue;
    const words = WORDS_OF_CATEGORY[transition.category]?.[name] ?? WORDS[name];
    if (words !== undefined) facts.push([words[0], `${value}${words[1]}`]);
    else if (name in transition.dimensions) facts.push([name, String(value)]);
    else if (name.startsWith('members_by_'))
      facts.push([name.slice('members_'.length).replace('_', ' '), String(value)]);
  }
  return Object.fromEntries(facts);
}
