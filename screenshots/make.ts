// `npm run screenshots`: plays a day, draws the three dashboards from it and writes docs/screenshots. Takes what
// test/stack/install builds, and Chromium. Fails, and writes nothing, when a panel that is seen could not be drawn.
import { mkdir, writeFile } from 'node:fs/promises';
import { without } from '../test/stack/programs.ts';
import { Stack } from '../test/stack/stack.ts';
import { hasChromium } from '../test/support/chromium.ts';
import { PICTURES } from './pictures.ts';
import { type Picture, Studio } from './studio.ts';

const TARGET = new URL('../docs/screenshots/', import.meta.url).pathname;

const missing = without('prometheus', 'promtool') || (!hasChromium() && 'there is no Chromium');
if (missing !== false) throw new Error(missing);

const stack = await Stack.open();
try {
  const pictures = await takeAll(await Studio.open(stack));
  const problems = Array.from(pictures, ([name, { report }]) =>
    report.panels
      .filter(({ outcome }) => outcome !== 'drawn')
      .map(({ title, outcome, error = '' }) => `${name}: ${title}: ${outcome} ${error}`),
  ).flat();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  await mkdir(TARGET, { recursive: true });
  for (const [name, { png, report }] of pictures) {
    await writeFile(`${TARGET}${name}.png`, png);
    process.stdout.write(
      `${name}.png: ${report.panels.length} panels, ${Math.round(png.length / 1_000)} kB\n`,
    );
  }
} finally {
  await stack.close();
}

async function takeAll(studio: Studio): Promise<Map<string, Picture>> {
  const pictures = new Map<string, Picture>();
  for (const [name, request] of Object.entries(PICTURES)) pictures.set(name, await studio.take(request));
  return pictures;
}
