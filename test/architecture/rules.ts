// The architecture as rules. Each says what to do when it fires. Run by check.ts beside this file.

import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

/** Folders of the bridge that are no destination. */
const SHARED_BRIDGE_FOLDERS =
  '(?:delivery|destination-test|escalation|outbox|rendering|silences|transition)/';

export const FORBIDDEN: readonly (IForbiddenRuleType & { name: string; comment: string })[] = [
  {
    name: 'no-cycles',
    comment:
      'Two files that import each other are one idea, or share a third: move what they share into a leaf file.',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'no-orphans',
    comment: 'Nothing imports this file and it imports nothing: delete it, or wire it in.',
    severity: 'error',
    from: {
      orphan: true,
      pathNot: ['\\.d\\.ts$'],
    },
    to: {},
  },
  {
    name: 'unreachable',
    comment:
      'Product code that neither the program nor the storage thread reaches: delete it, or wire it in.',
    severity: 'error',
    from: { path: '^(collector/main|collector/extension/file_storage/thread|demo/demo)\\.ts$' },
    to: {
      path: '^(api|collector|receiver|processor|exporter|bridge|replay)/',
      pathNot: '^collector/(main|extension/file_storage/thread)\\.ts$',
      reachable: false,
    },
  },
  {
    name: 'main-is-the-edge',
    comment: 'The process edge is imported by nobody: move what you need out of it.',
    severity: 'error',
    from: {},
    to: { path: '^collector/main\\.ts$' },
  },
  {
    name: 'only-the-registry-knows-components',
    comment:
      'The host knows components by their contracts only. Name a new component in collector/registry.ts and nowhere else.',
    severity: 'error',
    from: { path: '^collector/', pathNot: '^collector/(registry|main)\\.ts$' },
    to: { path: '^(api|receiver|processor|exporter|bridge|replay)/' },
  },
  {
    name: 'receivers-know-no-later-stage',
    comment: 'A receiver hands batches to its consumer. What happens to them there is none of its business.',
    severity: 'error',
    from: { path: '^receiver/' },
    to: { path: '^(api|processor|exporter|bridge)/' },
  },
  {
    name: 'processors-know-models-only',
    comment:
      'A processor reads the sample model and writes the transition model; it knows no HTTP and no destination.',
    severity: 'error',
    from: { path: '^processor/' },
    to: {
      path: '^(receiver|exporter|bridge)/',
      pathNot: '^(receiver/sample|receiver/session-gauges/degraded-level|bridge/transition/[a-z-]+)\\.ts$',
    },
  },
  {
    name: 'exporters-read-the-session-table',
    comment: 'A metrics exporter reads the table of live sessions and nothing else of the receivers.',
    severity: 'error',
    from: { path: '^exporter/' },
    to: { path: '^(receiver|processor|bridge)/', pathNot: '^receiver/(session-gauges/|sample\\.ts$)' },
  },
  {
    name: 'the-bridge-knows-no-thresholds',
    comment: 'The bridge delivers what was decided. A limit that it needs belongs into the transition.',
    severity: 'error',
    from: { path: '^bridge/' },
    to: { path: '^(receiver|processor|exporter)/', pathNot: '^receiver/sample\\.ts$' },
  },
  {
    name: 'the-api-reads',
    comment:
      'The API shows what the process knows already: the models, the feed of the metrics hub, and the tables of incidents. It decides nothing and delivers nothing.',
    severity: 'error',
    from: { path: '^api/' },
    to: {
      path: '^(receiver|processor|exporter|bridge|replay)/',
      pathNot:
        '^(receiver/((sample|event-mark)\\.ts$|session-gauges/|filter-expression/|guide-event/)|bridge/(transition/|outbox/[a-z-]+\\.ts$))',
    },
  },
  {
    name: 'nobody-needs-the-api',
    comment:
      'The API is one way to look at the process from outside. What others need of it belongs to them.',
    severity: 'error',
    from: { path: '^(receiver|processor|exporter|bridge|replay)/' },
    to: { path: '^api/' },
  },
  {
    name: 'replay-is-a-command',
    comment: 'Replay looks at the others from outside. What one of them needs of it belongs into that one.',
    severity: 'error',
    from: { pathNot: '^(replay/|test/|collector/registry\\.ts$)' },
    to: { path: '^replay/' },
  },
  {
    name: 'replay-decides-and-prints',
    comment:
      'Replay reads recordings and runs the rules on them. It delivers nothing, serves nothing and stores nothing.',
    severity: 'error',
    from: { path: '^replay/' },
    to: {
      path: '^(exporter|bridge|receiver|collector/(extension|graph|service|telemetry))/',
      pathNot: '^(bridge/transition/|receiver/(dialect|get-stats)/|receiver/sample\\.ts$)',
    },
  },
  {
    name: 'dashboards-read-catalogues',
    comment:
      'Dashboards and rules are made of names, units and defaults: catalogues of metrics, schemas, models. What they need beyond that belongs into a catalogue.',
    severity: 'error',
    from: { path: '^dashboards/' },
    to: {
      path: '^(api|collector|receiver|processor|exporter|bridge|replay|reference|client)/',
      pathNot: [
        '/[a-z-]*(instruments|factory|fleet-config)\\.ts$',
        '^collector/telemetry/names\\.ts$',
        '^receiver/(sample|session-gauges/catalogue)\\.ts$',
        '^bridge/(transition/transition|delivery/sla)\\.ts$',
        '^exporter/prometheus/prometheus-name\\.ts$',
        '^processor/degradation/thresholds\\.ts$',
      ],
    },
  },
  {
    name: 'the-product-knows-no-dashboards',
    comment: 'Dashboards look at the process from outside. What it needs of them belongs into a catalogue.',
    severity: 'error',
    from: { path: '^(api|collector|receiver|processor|exporter|bridge|replay|client)/' },
    to: { path: '^dashboards/' },
  },
  {
    name: 'pictures-are-drawn-from-answers',
    comment:
      'What draws a panel runs in a page, and knows a board and what Prometheus answers. What it is played from, and who serves it, stand beside it.',
    severity: 'error',
    from: { path: '^screenshots/(panel|page)/' },
    to: { path: '.', pathNot: '^(screenshots/(panel|page)/|node_modules/uplot/)' },
  },
  {
    name: 'panels-are-decided-without-a-page',
    comment:
      'What a panel shows is a function of the board and the answers, tested without a browser. What touches the page stands in screenshots/page.',
    severity: 'error',
    from: { path: '^screenshots/panel/' },
    to: { path: '^(screenshots/page/|node_modules/)' },
  },
  {
    name: 'the-transition-model-is-a-leaf',
    comment: 'Models are plain data that every stage may import: they import models only.',
    severity: 'error',
    from: { path: '^(bridge/transition/|receiver/sample\\.ts$)' },
    to: {
      path: '^(?!bridge/transition/|receiver/sample\\.ts$|collector/component\\.ts$)[a-z]',
      pathNot: '^(node:|crypto$)',
    },
  },
  {
    name: 'destinations-are-siblings',
    comment:
      'One destination never imports another. What two of them share belongs into bridge/delivery or bridge/rendering.',
    severity: 'error',
    from: { path: `^bridge/(?!${SHARED_BRIDGE_FOLDERS})([a-z_]+)/` },
    to: { path: `^bridge/(?!${SHARED_BRIDGE_FOLDERS})[a-z_]+/`, pathNot: '^bridge/$1/' },
  },
  {
    name: 'the-bridge-knows-no-destination',
    comment:
      'What all destinations share must work for the next one too: what it needs to know of one belongs into its adapter.',
    severity: 'error',
    from: { path: `^bridge/(${SHARED_BRIDGE_FOLDERS})` },
    to: { path: `^bridge/(?!${SHARED_BRIDGE_FOLDERS})[a-z_]+/` },
  },
  {
    name: 'rendering-knows-the-transition-only',
    comment: 'Texts and documents are functions of a transition: no delivery, no storage, no configuration.',
    severity: 'error',
    from: { path: '^bridge/rendering/' },
    to: { path: '^(collector|receiver|bridge)/', pathNot: '^bridge/(rendering|transition)/' },
  },
  {
    name: 'express-in-receivers-and-extensions',
    comment: 'Everything else that serves HTTP is one path: use collector/http-listener.ts.',
    severity: 'error',
    from: { pathNot: '^(api/|receiver/|collector/extension/|test/)' },
    to: { path: '^node_modules/(@types/)?express/' },
  },
  {
    name: 'yaml-in-config',
    comment:
      'The file format is known in collector/config only; everybody else gets the checked configuration. Rules of Prometheus are written as YAML.',
    severity: 'error',
    from: { pathNot: '^(collector/config/|collector/cli/|dashboards/|test/)' },
    to: { path: '^node_modules/yaml/' },
  },
  {
    name: 'nodemailer-in-email',
    comment: 'Mail goes out by the destination email only: through its guarded socket, and never by a name.',
    severity: 'error',
    from: { pathNot: '^(bridge/email/|test/)' },
    to: { path: '^node_modules/(@types/)?nodemailer/' },
  },
  {
    name: 'otel-sdk-in-three-places',
    comment:
      'Components record through the OpenTelemetry API that Settings hands them. The SDK is for exporters, the session table and own telemetry.',
    severity: 'error',
    from: {
      path: '^(api|collector|receiver|processor|bridge)/',
      pathNot: '^(collector/telemetry/|receiver/session-gauges/)',
    },
    to: { path: '^node_modules/@opentelemetry/(?!api/)', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'sqlite-in-the-storage-thread',
    comment: 'A database is opened through the storage extension: a commit must never stall the event loop.',
    severity: 'error',
    from: { pathNot: '^(collector/extension/file_storage/|test/|bench/)' },
    to: { path: '^(node:)?sqlite$' },
  },
  {
    name: 'outgoing-http-behind-the-guard',
    comment:
      'Requests go out through collector/egress/guarded-client.ts and guarded-getter.ts, where the egress guard stands.',
    severity: 'error',
    from: {
      path: '^(api|collector|receiver|processor|exporter|bridge|replay)/',
      pathNot: '^collector/egress/guarded-(agent|client|getter)\\.ts$',
    },
    to: { path: '^node_modules/undici/' },
  },
  {
    name: 'outgoing-web-sockets-behind-the-guard',
    comment:
      'WebSockets are opened by collector/egress/guarded-web-socket.ts, where the egress guard stands.',
    severity: 'error',
    from: {
      path: '^(api|collector|receiver|processor|exporter|bridge|replay)/',
      pathNot: '^collector/egress/guarded-web-socket\\.ts$',
    },
    to: { path: '^node_modules/(@types/)?ws/' },
  },
  {
    name: 'product-code-imports-no-tests',
    comment: 'Test support stays out of the package. The demo, the benchmarks and the pictures may use it.',
    severity: 'error',
    from: { path: '^(api|collector|receiver|processor|exporter|bridge|replay|dashboards)/' },
    to: { path: '^(test|bench|demo|screenshots)/' },
  },
  {
    name: 'no-dev-dependencies-in-the-product',
    comment: 'What the package needs at run time belongs into dependencies.',
    severity: 'error',
    from: { path: '^(api|collector|receiver|processor|exporter|bridge|replay)/' },
    to: {
      dependencyTypes: ['npm-dev'],
      dependencyTypesNot: ['type-only'],
      pathNot: '^node_modules/@types/',
    },
  },
  {
    name: 'not-to-unresolvable',
    comment: 'The import leads nowhere: a wrong path, or a package that package.json does not list.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

export const OPTIONS: ICruiseOptions = {
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  doNotFollow: { path: 'node_modules' },
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default', 'types'],
  },
};
