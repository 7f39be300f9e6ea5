// What each session sends: a camera's sample, plainly good or plainly bad by the default rules.
import type { QualitySample } from '../../receiver/sample.ts';

export function sessionId(session: number): string {
  return `7f3c9a52-4e1b-4c8e-9d2f-${String(session).padStart(12, '0')}`;
}

export function sampleOf(session: number, atMs: number, isDegraded: boolean): QualitySample {
  // Values that change with each sample: the same again would be kind to whoever compresses.
  const wobble = ((session * 31 + Math.floor(atMs / 1_000) * 17) % 97) / 97;
  return {
    kind: 'sample',
    sessionId: sessionId(session),
    agentId: `agent-${session % 5_000}`,
    observedAtMs: atMs,
    receivedAtMs: atMs,
    mos: isDegraded ? 2.4 + wobble * 0.5 : 4 + wobble * 0.4,
    packetLossPercent: isDegraded ? 5 + wobble * 10 : wobble * 0.8,
    jitterMs: 5 + wobble * 30,
    rttMs: 40 + wobble * 200,
    bitrateKbps: 900 + wobble * 1_500,
    framesPerSecond: 20 + wobble * 10,
    freezeRatio: wobble * 0.1,
    codec: session % 3 === 0 ? 'H264' : 'VP8',
    mosSource: 'reported',
    media: 'camera',
    direction: 'inbound',
    dimensions: {
      site: `site-${session % 10}`,
      region: `r-${session % 4}`,
      edge: `edge-${session % 20}`,
      isp: `isp-${session % 7}`,
      'network.type': session % 2 === 0 ? 'wifi' : 'wired',
      'client.version': `4.${session % 3}`,
    },
  };
}
