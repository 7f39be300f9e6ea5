// A thread that judges one seed after the other, as it is told.
import { parentPort } from 'node:worker_threads';
import { judgeDay } from './verdict.ts';

const port = parentPort;
if (port === null) throw new Error('must be started as a worker');

port.on('message', (seed: number) => {
  void judgeDay(seed).then((verdict) => port.postMessage(verdict));
});
