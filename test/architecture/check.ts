// Runs the architecture rules over the whole tree, and looks for exports that nobody imports. Fails when it sees fewer
// modules than there can be: with a compiler it can't load, dependency-cruiser sees none and is content.
import { readFileSync } from 'node:fs';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { FORBIDDEN, OPTIONS } from './rules.ts';
import { unusedExports } from './unused-exports.ts';

const FOLDERS = [
  'api',
  'collector',
  'receiver',
  'processor',
  'exporter',
  'bridge',
  'replay',
  'dashboards',
  'demo',
  'reference',
  'bench',
  'screenshots',
  'test',
];
const LEAST_MODULES = 100;

const { output } = await cruise(
  FOLDERS,
  { ruleSet: { forbidden: [...FORBIDDEN] }, validate: true, ...OPTIONS },
  undefined,
  { tsConfig: extractTSConfig('tsconfig.json') },
);
const result = output as ICruiseResult;
const problems = result.summary.violations.map(({ rule, from, to }) => {
  const comment = FORBIDDEN.find(({ name }) => name === rule.name)?.comment ?? '';
  return `${rule.name}: ${from} → ${to}\n  ${comment}`;
});
const sources = result.modules
  .map(({ source }) => source)
  .filter((source) =>
    /^(api|collector|receiver|processor|exporter|bridge|replay|dashboards|demo|reference|bench|screenshots|test)\/.*\.ts$/.test(
      source,
    ),
  );
if (sources.length < LEAST_MODULES)
  problems.push(`only ${sources.length} modules were seen: nothing was checked`);
problems.push(...unusedExports(sources, (path) => readFileSync(path, 'utf8')));

if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`architecture: ${sources.length} modules, ${FORBIDDEN.length} rules, no violation\n`);
}
