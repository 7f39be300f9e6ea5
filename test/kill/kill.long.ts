// The long run: every way to die, and at least a hundred kills at random. `npm run test:kill`, and with
// `-- --seed N` the same sessions, SIEM and kills again, as far as two processes on one machine can be repeated.
import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { parseArgs } from 'node:util';
import {
  atPoint,
  atTimedPoint,
  beforeTheAnswer,
  describeDeaths,
  withStaleCheckpoint,
} from './crash-points.ts';
import { killAtRandom, type RandomKillReport } from './random-kills.ts';

const LEAST_KILLS = 100;

const { values } = parseArgs({ options: { seed: { type: 'string' }, kills: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const killCount = Number(values.kills ?? 120);
assert.ok(Number.isSafeInteger(seed), '--seed takes a whole number');
assert.ok(
  Number.isSafeInteger(killCount) && killCount >= LEAST_KILLS,
  `--kills takes ${LEAST_KILLS} or more`,
);

const times = (point: string, ...calls: number[]) => calls.map((call) => atPoint(point, call));

const deaths = [
  ...times('receiver.before-hand-on', 1, 2, 3, 7),
  ...times('receiver.before-answer', 1, 2, 3, 7),
  ...times('receiver.answered', 1, 2, 3, 7),
  ...times('processor.decided', 1, 2, 3, 4, 5),
  ...times('outbox.before-commit', 1, 2, 3, 4, 5),
  ...times('outbox.committed', 1, 2, 3, 4, 5),
  // At 25 s of the story there are candidates; at 50 s incidents are open, and at 125 s they have recovered.
  atTimedPoint('outbox.before-checkpoint', 5),
  atTimedPoint('outbox.checkpointed', 5),
  withStaleCheckpoint(10, 25),
  ...times('delivery.before-attempt', 1, 2, 3, 5),
  ...times('delivery.attempted', 1, 2, 3, 5),
  ...times('delivery.settled', 1, 2, 3, 5),
  ...[1, 2, 3].flatMap((call) => [beforeTheAnswer(call, false), beforeTheAnswer(call, true)]),
];

const verdicts: string[] = [];
describeDeaths(deaths);

it(`keeps every promise through ${killCount} kills at random, seed ${seed}`, async () => {
  const report = await killAtRandom(seed, killCount);
  verdicts.push(...describeReport(report));
  assert.deepEqual(report.broken, []);
});

after(() => {
  for (const line of verdicts) console.log(line);
});

process.on('exit', (exitCode) => {
  const isWhole = verdicts.length > 0;
  const result = exitCode !== 0 ? 'PROMISES BROKEN' : isWhole ? 'nothing lost, nothing doubled' : 'cut short';
  console.log(`test:kill: ${deaths.length + 1} chosen deaths and ${killCount} kills at random: ${result}`);
  console.log(`test:kill: the same again: npm run test:kill -- --seed ${seed} --kills ${killCount}`);
});

function describeReport(report: RandomKillReport): string[] {
  const fell = [...report.fell].sort(([, one], [, other]) => other - one);
  return [
    `${report.killCount} kills, seed ${seed}; they fell after:`,
    ...fell.map(([place, count]) => `  ${String(count).padStart(4)}  ${place}`),
    `${report.recordCount} records of ${report.sessionCount} sessions acknowledged, ${report.resentCount} of them sent again`,
    `${report.transitionCount} transitions told, in ${report.requestCount} requests`,
  ];
}
