// A page with @peermetrics/webrtc-stats.
import { WebRTCStats } from '@peermetrics/webrtc-stats';
import { servePage } from './page.ts';

servePage({
  watch(connections, report, { sessionId, intervalMs }) {
    const stats = new WebRTCStats({ getStatsInterval: intervalMs });
    for (const tag of ['stats', 'connection']) stats.on(tag, report);
    for (const pc of connections) stats.addConnection({ pc: pc as RTCPeerConnection, peerId: sessionId });
  },
});
