// Whose rules decide a replay: the degradation processor of the given configuration, or of the one that the build brings.
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import type { CollectorConfig } from '../collector/config/model.ts';
import { nameHint } from '../collector/config/nearest-name.ts';
import { degradationFactory, thresholdsOf, type configSchema } from '../processor/degradation/factory.ts';
import type { Thresholds } from '../processor/degradation/thresholds.ts';
import type { z } from 'zod';

/** `otel-config.yaml` beside the package.json of this program, in the sources as well as in `dist`. */
export function defaultConfigPath(): string {
  const path = findPackageJSON('..', import.meta.url);
  if (path === undefined) throw new Error('the package.json of this program is missing');
  return join(dirname(path), 'otel-config.yaml');
}

/** The thresholds of the processor `wishedId`, or of the only one there is; else a sentence that says why not. */
export function chooseThresholds(config: CollectorConfig, wishedId: string | undefined): Thresholds | string {
  const ids = [...config.processors.values()]
    .filter(({ factory }) => factory === degradationFactory)
    .map(({ id }) => id);
  if (ids.length === 0) return 'the configuration has no degradation processor';
  if (wishedId === undefined && ids.length > 1) {
    return `the configuration has several degradation processors; choose with --processor: ${ids.join(', ')}`;
  }
  const id = wishedId ?? ids[0]!;
  if (!ids.includes(id)) {
    const hint = nameHint(id, ids, 'degradation processors');
    return `no degradation processor "${id}"${hint === undefined ? '' : `\n  hint: ${hint}`}`;
  }
  return thresholdsOf(config.processors.get(id)!.config as z.output<typeof configSchema>);
}
