// The extension `api`, and the operations that it serves.
import { defineExtension } from '../collector/define.ts';
import { Api, type OperationMaker } from './api.ts';
import { apiConfigSchema } from './config.ts';

/** All that the API serves. */
const MAKERS: readonly OperationMaker[] = [];

export const apiFactory = defineExtension({
  type: 'api',
  summary:
    'Serves live quality, aggregates and incidents to monitoring tools over REST, by OAuth 2.0 tokens.',
  configSchema: apiConfigSchema,
  create: (settings, config) => new Api(settings, config, MAKERS),
});
