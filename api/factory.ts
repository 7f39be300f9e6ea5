// The extension `api`: its keys, and what it serves.
import { defineExtension } from '../collector/define.ts';
import { Api } from './api.ts';
import { apiConfigSchema } from './config.ts';
import { ProcessContents } from './contents.ts';

export const apiFactory = defineExtension({
  type: 'api',
  summary:
    'Serves live quality, aggregates and incidents to monitoring tools over REST, by OAuth 2.0 tokens.',
  configSchema: apiConfigSchema,
  create: (settings, config) => new Api(settings, config, new ProcessContents(settings, config)),
});
