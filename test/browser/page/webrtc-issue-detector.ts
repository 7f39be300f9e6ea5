// A page with webrtc-issue-detector.
import WebRTCIssueDetector from 'webrtc-issue-detector';
import { servePage } from './page.ts';

servePage({
  watch(connections, report, { intervalMs }) {
    const detector = new WebRTCIssueDetector({
      onStats: report,
      getStatsInterval: intervalMs,
      autoAddPeerConnections: false,
    });
    for (const connection of connections) detector.handleNewPeerConnection(connection as RTCPeerConnection);
  },
});
