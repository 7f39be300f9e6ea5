// `npm run dashboards`: writes the dashboards, monitors and rules from the catalogues of metrics. A test fails when a file
// is not what this would write.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { format, type Options } from 'prettier';
import { bridgeBoard, fleetBoard, sessionBoard } from './datadog/boards.ts';
import { monitors } from './datadog/monitors.ts';
import { bridgeDashboard } from './grafana/bridge.ts';
import { fleetDashboard } from './grafana/fleet.ts';
import { sessionDashboard } from './grafana/session.ts';
import { alertingGroups } from './prometheus/alerting.ts';
import { recordingGroups } from './prometheus/recording.ts';
import { ruleFile } from './prometheus/rule.ts';

/** Everything in this folder is generated, and nothing else is. */
export const GENERATED = new URL('./generated/', import.meta.url).pathname;

const AS_YAML: Options = { parser: 'yaml', singleQuote: true, printWidth: 110 };
const AS_JSON: Options = { parser: 'json', printWidth: 110 };

/** Texts by their path below `GENERATED`. */
export async function generateAll(): Promise<Map<string, string>> {
  const json = (value: unknown) => format(JSON.stringify(value), AS_JSON);
  return new Map([
    ['grafana/fleet.json', await json(fleetDashboard())],
    ['grafana/session.json', await json(sessionDashboard())],
    ['grafana/bridge.json', await json(bridgeDashboard())],
    ['datadog/fleet.json', await json(fleetBoard())],
    ['datadog/session.json', await json(sessionBoard())],
    ['datadog/bridge.json', await json(bridgeBoard())],
    ...(await Promise.all(
      Array.from(monitors(), async ([name, monitor]) => {
        return [`datadog/monitors/${name}.json`, await json(monitor)] as const;
      }),
    )),
    ['prometheus/recording.rules.yaml', await format(ruleFile(recordingGroups()), AS_YAML)],
    ['prometheus/alerting.rules.yaml', await format(ruleFile(alertingGroups()), AS_YAML)],
  ]);
}

/** What lies there, by its path below `GENERATED`. */
export async function readAll(): Promise<Map<string, string>> {
  const entries = await readdir(GENERATED, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    paths.map(async (path) => [path.slice(GENERATED.length), await readFile(path, 'utf8')] as const),
  );
  return new Map(texts);
}

if (import.meta.main) {
  const texts = await generateAll();
  await rm(GENERATED, { recursive: true, force: true });
  for (const [path, text] of texts) {
    const target = join(GENERATED, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}
