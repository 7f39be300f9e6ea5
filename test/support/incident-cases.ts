// One transition of each kind for each category, and for each thing that can be wrong with a connection: what every
// destination must be able to tell.
import type {
  IncidentCategory,
  IncidentGroup,
  Transition,
  TransitionKind,
} from '../../bridge/transition/transition.ts';
import { transitionOf } from './transition.ts';

const TRIGGER_MS = Date.UTC(2026, 0, 11, 0, 0, 5, 250);

const IDS = [
  '0123456789abcdef0123456789abcdef',
  'fedcba9876543210fedcba9876543210',
  '00112233445566778899aabbccddeeff',
];

/** At the opening; later notices change it. */
const GROUP: IncidentGroup = {
  memberCount: 37,
  openCount: 37,
  listedIds: IDS,
  members: [
    {
      sessionId: 'call-1',
      incidentId: IDS[0]!,
      severity: 'critical',
      reasons: [{ rule: 'broken_path', value: 1.8, threshold: 3.2 }],
    },
    {
      sessionId: 'call-2',
      incidentId: IDS[1]!,
      severity: 'high',
      reasons: [{ rule: 'packet_loss', value: 12.5, threshold: 2 }],
    },
  ],
  breakdown: {
    bySeverity: { critical: 3, high: 34 },
    byReason: { packet_loss: 30, mos: 7 },
    byDimension: { edge: { 'fra-3': 37 }, isp: { 'ISP A': 20, 'ISP B': 17 } },
  },
};

const SUBJECTS: Readonly<Record<IncidentCategory, Partial<Transition>>> = {
  quality: {
    subject: '3f6c1f7e-video',
    agentId: 'agent-17',
    conversationId: 'conv-9',
    dimensions: { edge: 'fra-3', 'network.type': 'wifi' },
    reasons: [
      { rule: 'mos', value: 3.066_666_666_7, threshold: 3.5, causes: ['packet_loss'] },
      { rule: 'packet_loss', value: 5.1, threshold: 2 },
    ],
    triggerMetrics: { mos: 3.4, packetLossPercent: 2.5 },
    currentMetrics: { mos: 3.07, jitterMs: 41.5, packetLossPercent: 4.2, rttMs: 180, bitrateKbps: 412.25 },
  },
  connection: {
    subject: '3f6c1f7e-video',
    severity: 'warning',
    reasons: [{ rule: 'disconnected' }],
    triggerMetrics: {},
    currentMetrics: {},
  },
  storm: {
    subject: 'edge=fra-3',
    reasons: [{ rule: 'many_openings', value: 12, threshold: 10 }],
    dimensions: { edge: 'fra-3' },
    triggerMetrics: {},
    currentMetrics: {},
    group: GROUP,
  },
  pipeline: {
    subject: 'all sources',
    reasons: [{ rule: 'all_silent', value: 20, threshold: 15 }],
    triggerMetrics: {},
    currentMetrics: {},
  },
  delivery: {
    subject: 'webhook/siem',
    reasons: [{ rule: 'undelivered', value: 251, threshold: 240 }],
    triggerMetrics: {},
    currentMetrics: {},
    group: GROUP,
  },
};

/** What becomes of the incident, in the order in which it could. */
const KINDS: readonly (readonly [TransitionKind, Partial<Transition>])[] = [
  ['opened', {}],
  ['updated', { suppressedCount: 4 }],
  ['escalated', { severity: 'critical', peakSeverity: 'critical' }],
  ['deescalated', { severity: 'high', peakSeverity: 'critical' }],
  ['recovered', { severity: 'high', peakSeverity: 'critical' }],
  ['reopened', { severity: 'high', peakSeverity: 'critical' }],
  ['ended', { severity: 'high', peakSeverity: 'critical' }],
];

/** What a group is at each of these: it grows, and in the end some of a storm are still bad. */
function groupAt(category: IncidentCategory, kind: TransitionKind): Partial<Transition> {
  if (category !== 'storm' && category !== 'delivery') return {};
  switch (kind) {
    case 'opened':
      return {};
    case 'recovered':
    case 'ended': {
      const survivorIds = IDS.slice(0, 2);
      const openCount = category === 'storm' ? survivorIds.length : 0;
      return {
        group: { ...GROUP, openCount, listedIds: [], ...(category === 'storm' && { survivorIds }) },
      };
    }
    default:
      return { group: { ...GROUP, openCount: 31, listedIds: IDS.slice(2) } };
  }
}

/** By the case's name, such as `storm-escalated`. */
export const INCIDENT_CASES: ReadonlyMap<string, Transition> = new Map([
  ...Object.entries(SUBJECTS).flatMap(([category, fields]) =>
    KINDS.map(([kind, change], sequence) => {
      const name = `${category}-${kind}`;
      return [
        name,
        caseOf(
          {
            category: category as IncidentCategory,
            ...fields,
            ...groupAt(category as IncidentCategory, kind),
          },
          { kind, sequence, ...change },
        ),
      ] as const;
    }),
  ),
  ['connection-opened-gap', connectionCase({ reasons: [{ rule: 'gap', value: 15, threshold: 15 }] })],
  ['connection-opened-outage', connectionCase({ reasons: [{ rule: 'outage', value: 5 }] })],
  ['quality-updated-flapping', flappingCase()],
  ['quality-opened-test', caseOf({ subject: 'test-mk9', category: 'quality' }, { isTest: true })],
]);

function flappingCase(): Transition {
  const reasons: Transition['reasons'] = [
    { rule: 'flapping', value: 4, threshold: 4 },
    ...SUBJECTS.quality.reasons!,
  ];
  return caseOf({ category: 'quality', ...SUBJECTS.quality, reasons }, { kind: 'updated', sequence: 7 });
}

function connectionCase(fields: Partial<Transition>): Transition {
  return caseOf({ category: 'connection', ...SUBJECTS.connection, ...fields }, {});
}

function caseOf(fields: Partial<Transition>, change: Partial<Transition>): Transition {
  const { sequence = 0 } = change;
  const occurredAtMs = TRIGGER_MS + 30_000 * (sequence + 1);
  const times = { triggerAtMs: TRIGGER_MS, occurredAtMs, decidedAtMs: occurredAtMs + 250 };
  return transitionOf({ environment: 'prod', ...fields, ...times, ...change });
}
