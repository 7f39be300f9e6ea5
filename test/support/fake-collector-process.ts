// A process of its own that runs fake components: what `collector/main.ts` is, with parts that fail in known ways.
// Receivers: `fake/stuck` never stops, `fake/faulty` throws where nobody catches it once everything runs.
import { processEdge } from '../../collector/cli/process-edge.ts';
import { processIo } from '../../collector/cli/process-io.ts';
import { runProgram } from '../../collector/cli/program.ts';
import { fakeDistribution, Recorder } from './fake-distribution.ts';

const recorder = new Recorder();
recorder.behaviours['receiver:fake/stuck'] = { shutdown: () => new Promise(() => {}) };
recorder.behaviours['receiver:fake/faulty'] = {
  start() {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
  },
};

const exitCode = await runProgram(process.argv.slice(2), fakeDistribution(recorder), processIo, processEdge);
processEdge.exit(exitCode);
