// A page with webrtc-stats-gatherer, which watches one connection each, in seconds.
import * as library from 'webrtc-stats-gatherer';
import { servePage } from './page.ts';

// It is CommonJS: to an ES module, as pages are here, all that it exports is its default.
const { default: StatsGatherer } = library.default as unknown as typeof library;

servePage({
  watch(connections, report, { sessionId, intervalMs }) {
    for (const connection of connections) {
      const gatherer = new StatsGatherer(connection as RTCPeerConnection, {
        session: sessionId,
        interval: intervalMs / 1_000,
      });
      gatherer.on('stats', report);
    }
  },
});
