// What the process uses: uptime, CPU, memory. Read only when someone looks.
import type { Meter } from '@opentelemetry/api';
import type { Clock } from '../clock.ts';
import { INSTRUMENTS, observe } from './names.ts';

/** Shows the process's own resource use on `meter`; its uptime counts from this call. */
export function observeProcess(meter: Meter, clock: Clock): void {
  const startedAtMs = clock.nowMs();
  observe(meter, INSTRUMENTS.processUptime, {}, () => (clock.nowMs() - startedAtMs) / 1_000);
  observe(meter, INSTRUMENTS.processCpuSeconds, {}, () => {
    const { user: userUs, system: systemUs } = process.cpuUsage();
    return (userUs + systemUs) / 1_000_000;
  });
  observe(meter, INSTRUMENTS.processMemoryRss, {}, () => process.memoryUsage.rss());
  observe(meter, INSTRUMENTS.processHeapAlloc, {}, () => process.memoryUsage().heapUsed);
  observe(meter, INSTRUMENTS.processSysMemory, {}, () => {
    const { heapTotal, external } = process.memoryUsage();
    return heapTotal + external;
  });
}
