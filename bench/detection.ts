// The scorecard: what our rules and three baselines find, miss and invent, on the captured calls and on simulated ones whose
// truth is known. Run it with `npm run bench:detection`; `-- --seed N --timelines N` chooses the simulated calls.
import { parseArgs } from 'node:util';
import { capturedCalls } from './detection/capture-calls.ts';
import { renderFailures, renderHoldTable } from './detection/findings.ts';
import { LONG_BLIPS, SMALL_PICTURE, USUAL, generatedCalls } from './detection/generated-calls.ts';
import {
  BASELINES,
  GUIDE_BITRATE,
  HALF_OF_USUAL,
  HOLDS,
  OURS,
  WITH_WARNINGS,
  scoreAll,
} from './detection/scorecard.ts';
import { renderTable } from './detection/table.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    timelines: { type: 'string', default: '1000' },
  },
});
const [seed, count] = [Number(values.seed), Number(values.timelines)];
const smallCount = Math.ceil(count / 5);

const print = (...lines: readonly string[]) => console.log(`${lines.join('\n\n')}\n`);

const compared = [OURS, WITH_WARNINGS, GUIDE_BITRATE, HALF_OF_USUAL, ...BASELINES];
const usual = await scoreAll(generatedCalls(count, seed, USUAL), [...compared, ...HOLDS]);
print(`${count} simulated calls of 12 minutes, seed ${seed}:`, renderTable(usual.slice(0, compared.length)));
print('What ours got wrong in them:', renderFailures(usual[0]!.score));

const longBlips = await scoreAll(generatedCalls(count, seed, LONG_BLIPS), HOLDS);
print(renderHoldTable('blips of 1–25 s, short ones commoner', usual.slice(compared.length)));
print(renderHoldTable('blips of 1–25 s, all lengths alike', longBlips));

const small = await scoreAll(generatedCalls(smallCount, seed, SMALL_PICTURE), [
  OURS,
  GUIDE_BITRATE,
  HALF_OF_USUAL,
  ...BASELINES,
]);
print(`${smallCount} simulated calls of cameras that want 420–560 kbit/s:`, renderTable(small));

const { calls, absent } = capturedCalls();
for (const name of absent) print(`Left out: the capture ${name} is not on this machine.`);
const captured = await scoreAll(calls, [OURS, WITH_WARNINGS, GUIDE_BITRATE, HALF_OF_USUAL, ...BASELINES]);
print(`${calls.length} captured calls:`, renderTable(captured));
print('What ours got wrong in them:', renderFailures(captured[0]!.score));
