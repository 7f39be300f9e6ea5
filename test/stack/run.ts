// `npm run test:stack`: the tests against the real programs, and at the end the names of those that are not there. What is
// left out has not passed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hasChromium } from '../support/chromium.ts';
import { leftOut } from './programs.ts';
import { STACK_TESTS } from './stack-tests.ts';

const tests = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', '--test', '--test-concurrency=1', STACK_TESTS],
  { stdio: 'inherit' },
);
// The tests end what they have started; this process waits for them.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tests.kill(signal));
const [code] = (await once(tests, 'exit')) as [number | null];
const missing = leftOut();
for (const name of missing) {
  process.stdout.write(
    `left out: everything that needs ${name}; test/stack/install builds it, or says why it can't\n`,
  );
}
if (!hasChromium()) process.stdout.write('left out: everything that needs Chromium; CHROMIUM names one\n');
process.exitCode = missing.length > 0 || !hasChromium() ? 1 : (code ?? 1);
