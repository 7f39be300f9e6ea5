// The notation of the truth table: a timeline of samples, session events and moments, in seconds from a fixed start.
//   0..30: mos=3.4:packet_loss loss=5; 31: !disconnected; 60: now
// What comes several times stands once, with how often and every how many seconds:
//   4×70(0..30: bad; 35..65: ok)
import type {
  ExperienceCause,
  MosCause,
  QualitySample,
  SessionEvent,
  SessionEventType,
} from '../../receiver/sample.ts';

/** A whole number of five-minute buckets since the epoch, so that second 0 is the start of one. */
export const START_MS = Date.UTC(2026, 0, 1);

export type TimelineEntry =
  | { readonly kind: 'sample'; readonly atMs: number; readonly sample: QualitySample }
  | { readonly kind: 'event'; readonly atMs: number; readonly event: SessionEvent }
  | { readonly kind: 'now'; readonly atMs: number };

const STEP_S = 5;

export function parseTimeline(text: string, sessionId = 's-1'): TimelineEntry[] {
  return partsOf(text.replace(/(\d+)×(\d+)\((.+?)\)/g, repeated)).flatMap((part) => {
    const match = /^(\d+)(?:\.\.(\d+))?: (.+)$/.exec(part);
    if (match === null) throw new Error(`not a timeline: "${part}"`);
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    const entries: TimelineEntry[] = [];
    for (let second = from; second <= to; second += STEP_S) {
      entries.push(entry(match[3]!.split(' '), START_MS + second * 1_000, sessionId));
    }
    return entries;
  });
}

function partsOf(text: string): string[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function repeated(_: string, times: string, everyS: string, text: string): string {
  const later = (seconds: number) => (part: string) =>
    part.replace(/^[\d.]+/, (range) => range.replace(/\d+/g, (second) => `${Number(second) + seconds}`));
  return Array.from({ length: Number(times) }, (_, index) =>
    partsOf(text)
      .map(later(index * Number(everyS)))
      .join('; '),
  ).join('; ');
}

function entry(words: readonly string[], atMs: number, sessionId: string): TimelineEntry {
  const [first = ''] = words;
  if (first === 'now') return { kind: 'now', atMs };
  if (first.startsWith('!')) {
    const type = first.slice(1) as SessionEventType;
    const event: SessionEvent = {
      kind: 'event',
      type,
      sessionId,
      observedAtMs: atMs,
      receivedAtMs: atMs,
      dimensions: {},
    };
    return { kind: 'event', atMs, event };
  }
  return { kind: 'sample', atMs, sample: sampleOf(words, atMs, sessionId) };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function sampleOf(words: readonly string[], atMs: number, sessionId: string): QualitySample {
  const sample: Mutable<QualitySample> = {
    kind: 'sample',
    sessionId,
    agentId: 'agent-7',
    observedAtMs: atMs,
    receivedAtMs: atMs,
    media: 'camera',
    direction: 'inbound',
    dimensions: {},
    mos: 4.2,
    packetLossPercent: 0,
    bitrateKbps: 1200,
    framesPerSecond: 30,
  };
  for (const word of words) {
    const [name = '', told = ''] = word.split('=');
    const [value = '', causes] = told.split(':');
    switch (name) {
      case 'ok':
        break;
      case 'bad':
        sample.mos = 3.4;
        break;
      case 'none':
        delete sample.mos;
        delete sample.packetLossPercent;
        delete sample.bitrateKbps;
        delete sample.framesPerSecond;
        break;
      case 'outage':
        if (value !== '') {
          sample.outage = value === 'true';
          break;
        }
        delete sample.packetLossPercent;
        sample.bitrateKbps = 0;
        sample.framesPerSecond = 0;
        break;
      case 'mos':
        sample.mos = Number(value);
        if (causes !== undefined) sample.mosCauses = causes.split(',') as MosCause[];
        break;
      case 'experience':
        sample.experience = Number(value);
        if (causes !== undefined) sample.experienceCauses = causes.split(',') as ExperienceCause[];
        break;
      case 'loss':
        sample.packetLossPercent = Number(value);
        break;
      case 'kbps':
        sample.bitrateKbps = Number(value);
        break;
      case 'usual':
        sample.usualBitrateKbps = Number(value);
        break;
      case 'fps':
        sample.framesPerSecond = Number(value);
        break;
      case 'freeze':
        sample.freezeRatio = Number(value);
        break;
      case 'codec':
        sample.codec = value;
        break;
      case 'muted':
        sample.muted = true;
        break;
      case 'reset':
        sample.boundary = 'counter_reset';
        break;
      case 'decoder':
        sample.boundary = 'decoder_change';
        break;
      case 'hole':
        sample.boundary = 'sampling_gap';
        break;
      case 'polled':
        sample.pollIntervalMs = 30_000;
        break;
      case 'screen':
      case 'audio':
        sample.media = name;
        break;
      default:
        throw new Error(`not a word of a timeline: "${word}"`);
    }
  }
  return sample;
}
