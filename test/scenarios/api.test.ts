// The guide's API spoken from both ends: a monitoring tool asks the whole process over HTTP, and a second process listens
// to the first with the receiver that was written for Genesys Cloud.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { formatSecretHash, hashSecret } from '../../api/access/secret-hash.ts';
import { apiFactory } from '../../api/factory.ts';
import type { ApiConfig } from '../../api/config.ts';
import { ProcessContents } from '../../api/contents.ts';
import { type Scope, SCOPES } from '../../api/scope.ts';
import { oauth2ClientFactory } from '../../collector/extension/oauth2client/factory.ts';
import { type GenesysCloudConfig, genesysCloudFactory } from '../../receiver/genesyscloud/factory.ts';
import { GenesysCloudReceiver } from '../../receiver/genesyscloud/receiver.ts';
import type { QualityBatch } from '../../receiver/sample.ts';
import { testHost, testSettings } from '../support/component-settings.ts';
import { DocumentWalk } from '../support/document-walk.ts';
import { Scenario } from '../support/scenario.ts';
import { START_MS } from '../support/timeline.ts';

const SECRET = 'sesame-of-the-monitoring';

let scenario: Scenario;
let url: string;

before(async () => {
  const hash = formatSecretHash(await hashSecret(SECRET, { ln: 14, r: 8, p: 1 }));
  const client = (id: string, scopes: readonly Scope[]) =>
    `{ id: ${id}, secret_hash: "${hash}", scopes: [${scopes.map((scope) => `"${scope}"`).join(', ')}] }`;
  scenario = await Scenario.start({
    set: [
      'extensions.api.endpoint=127.0.0.1:0',
      `extensions.api.clients=[${client('everything', SCOPES)}, ${client('guide', ['analytics:read', 'realtime:read'])}]`,
      'service.extensions=[health_check, file_storage, bearertokenauth/siem, api]',
    ],
  });
  url = `http://${scenario.collector.component('extension:api')!.boundAddress!}`;
  await scenario.play('0..20: mos=4.2 kbps=900; 25..65: mos=2.5 loss=5 kbps=300', 's-bad');
  await scenario.push([
    {
      kind: 'sample',
      sessionId: 's-good',
      agentId: 'agent-9',
      conversationId: 'c-1',
      observedAtMs: scenario.clock.nowMs(),
      receivedAtMs: scenario.clock.nowMs(),
      mos: 4.4,
      media: 'camera',
      direction: 'inbound',
      dimensions: { edge: 'fra-3' },
    },
  ]);
  await scenario.settle();
});

after(() => scenario.close());

async function tokenOf(client: string): Promise<string> {
  // As the guide writes it.
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=client_credentials&client_id=${client}&client_secret=${SECRET}&scope=analytics:read+realtime:read`,
  });
  assert.equal(response.status, 200);
  return ((await response.json()) as { access_token: string }).access_token;
}

async function wholeTokenOf(client: string): Promise<string> {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${client}:${SECRET}`).toString('base64')}`,
    },
    body: 'grant_type=client_credentials',
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function ask(path: string, token: string, body?: unknown): Promise<{ status: number; body: never }> {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as never };
}

describe('a monitoring tool that was written for the guide', () => {
  it('reads averages over five minutes with the request of the guide, word for word', async () => {
    const { status, body } = await ask('/api/v2/analytics/query', await tokenOf('guide'), {
      eventTypes: ['webrtc-video'],
      interval: 'PT5M',
      select: ['metrics.mos.avg', 'metrics.packetLossPercent.avg', 'metrics.jitter.ms.avg', 'count'],
      group: ['metrics.mos.avg'],
      where: 'timestamp > now() - 24h',
    });
    assert.equal(status, 200);
    const { results } = body as {
      results: { from: string; group: object; data: Record<string, number> }[];
    };
    const counted = results.map(({ from, data }) => [from, data.count, data['metrics.mos.avg']]);
    const from = new Date(START_MS).toISOString();
    // Nine bad samples, the one of the good session, and five before it became bad: three bands of MOS.
    assert.deepEqual(counted, [
      [from, 9, 2.5],
      [from, 5, 4.2],
      [from, 1, 4.4],
    ]);
  });

  it('reads what is bad now with the filter of the guide, and is told no ids', async () => {
    const path = '/api/v2/analytics/events/realtime?eventTypes=webrtc,webrtc-video&filter=metrics.mos%3C3.5';
    const { status, body } = await ask(path, await tokenOf('guide'));
    assert.equal(status, 200);
    const { entities } = body as { entities: { session: { id: string }; metrics: { mos: number } }[] };
    assert.deepEqual(
      entities.map(({ metrics }) => metrics.mos),
      [2.5],
    );
    assert.match(entities[0]!.session.id, /^anon-[0-9a-f]{32}$/);
    assert.doesNotMatch(JSON.stringify(body), /s-bad|agent/);
  });

  it('follows an incident from the session to each attempt of its delivery', async () => {
    const token = await wholeTokenOf('everything');
    const bad = await ask('/api/v1/sessions?filter=metrics.mos%3C3.5&degraded=degraded,critical', token);
    const { sessions } = bad.body as { sessions: { id: string; degraded: string }[] };
    assert.deepEqual(
      sessions.map(({ id }) => id),
      ['s-bad'],
    );
    const one = await ask('/api/v1/sessions/s-bad', token);
    const [incidentId] = (one.body as { openIncidents: string[] }).openIncidents;
    const details = await ask(`/api/v1/incidents/${incidentId}`, token);
    const text = JSON.stringify(details.body);
    assert.match(text, /"destination":"webhook"/);
    assert.match(text, /"outcome":"delivered"/);
    const listed = await ask('/api/v1/incidents?state=open', token);
    assert.equal((listed.body as { incidents: unknown[] }).incidents.length, 1);
  });

  it('is told of no agent, whatever it may ask', async () => {
    const token = await wholeTokenOf('everything');
    for (const path of [
      '/api/v1/sessions',
      '/api/v1/sessions/s-good',
      '/api/v1/incidents',
      '/api/v2/analytics/events/realtime',
    ]) {
      const { status, body } = await ask(path, token);
      assert.equal(status, 200);
      assert.doesNotMatch(JSON.stringify(body), /agent/);
    }
  });
});

describe('every documented answer of the whole API', () => {
  it('is given, and is what the document says', async () => {
    const config = apiFactory.configSchema.parse({ rollups: { enabled: true } }) as ApiConfig;
    const settings = testSettings({ id: 'api', clock: scenario.clock });
    const contents = new ProcessContents(settings, config);
    const operations = await contents.open(scenario.collector.host);
    const now = scenario.clock.nowMs();
    await scenario.push([
      {
        kind: 'sample',
        sessionId: 's-walk',
        observedAtMs: now,
        receivedAtMs: now,
        mos: 3,
        media: 'camera',
        direction: 'inbound',
        dimensions: {},
      },
    ]);
    const incidents = await ask('/api/v1/incidents', await wholeTokenOf('everything'));
    const [incident] = (incidents.body as { incidents: { id: string }[] }).incidents;
    const samples = {
      getSession: { path: { id: 's-walk' } },
      getIncident: { path: { id: incident!.id } },
      queryAnalytics: { body: { select: ['metrics.mos.p95', 'count'], group: ['edge'] } },
      streamEvents: { headers: { accept: 'application/json' } },
    };
    const walk = await DocumentWalk.start({ operations, samples, clock: scenario.clock });
    try {
      await walk.walkCommonAnswers();
      for (const { operationId } of operations) {
        await walk.walk(operationId, samples[operationId as keyof typeof samples]);
      }
      await walk.walk('getSession', { path: { id: 'nobody' } });
      await walk.walk('getIncident', { path: { id: 'none' } });
      await walk.walk('streamEvents', { headers: { accept: 'text/html' } });
      for (const accept of ['text/event-stream', 'application/x-ndjson']) {
        await walk.walk('streamEvents', { headers: { accept }, until: (text) => text.length > 0 });
      }
      walk.assertComplete();
    } finally {
      await walk.stop();
      await contents.close();
    }
  });
});

describe('a second process that listens to the first', () => {
  it(
    'gets the samples of the first by the receiver for Genesys Cloud, with a token of its own',
    { timeout: 60_000 },
    async () => {
      const { clock } = scenario;
      const egress = { allow_http: true, allow_loopback: true };
      const extension = oauth2ClientFactory.create(
        testSettings({ id: 'oauth2client', clock }),
        oauth2ClientFactory.configSchema.parse({
          client_id: 'everything',
          client_secret: SECRET,
          token_url: `${url}/oauth/token`,
          scopes: ['realtime:read', 'sessions:read'],
          egress,
        }) as never,
      );
      const heard: QualityBatch['records'][number][] = [];
      const next = {
        consume: ({ records }: QualityBatch) => Promise.resolve(void heard.push(...records)),
      };
      const settings = testSettings({ id: 'genesyscloud', clock });
      const receiver = new GenesysCloudReceiver(
        settings,
        genesysCloudFactory.configSchema.parse({
          base_url: url,
          auth: { authenticator: 'oauth2client' },
          realtime: { enabled: true },
          egress,
        }) as GenesysCloudConfig,
        next,
      );
      const host = testHost({ oauth2client: extension });
      await extension.start(host);
      await receiver.start(host);
      const until = async (isSo: () => boolean) => {
        while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
      };
      await until(() => settings.statuses.length > 1);
      const observedAtMs = clock.nowMs();
      await scenario.push([
        {
          kind: 'sample',
          sessionId: 's-chained',
          agentId: 'agent-9',
          observedAtMs,
          receivedAtMs: observedAtMs,
          mos: 3.9,
          jitterMs: 12,
          media: 'screen',
          direction: 'outbound',
          dimensions: { site: 'berlin' },
        },
      ]);
      clock.advance(100);
      await until(() => heard.length > 0);
      const [sample] = heard;
      const { receivedAtMs, ...shown } = sample!;
      assert.ok(receivedAtMs >= observedAtMs);
      assert.deepEqual(shown, {
        kind: 'sample',
        sessionId: 's-chained',
        observedAtMs,
        mos: 3.9,
        mosSource: 'reported',
        jitterMs: 12,
        media: 'screen',
        direction: 'outbound',
        dimensions: { site: 'berlin' },
      });
      await receiver.shutdown(AbortSignal.abort());
      await extension.shutdown(AbortSignal.abort());
    },
  );
});
