// A page with @observertc/client-monitor-js. Its event has the monitor in it, which is circular; the sample alone is not.
import { ClientMonitor } from '@observertc/client-monitor-js';
import { servePage } from './page.ts';

servePage({
  watch(connections, report, { sessionId, intervalMs }) {
    const monitor = new ClientMonitor({
      clientId: sessionId,
      collectingPeriodInMs: intervalMs,
      samplingPeriodInMs: intervalMs,
    });
    monitor.on('sample-created', ({ sample }) => report(sample));
    for (const connection of connections) monitor.addSource(connection);
  },
});
