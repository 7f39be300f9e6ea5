// `destination test` for a destination that does not speak HTTP, as a person runs it.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { destinationCommand } from '../../../bridge/destination-test/command.ts';
import { distribution } from '../../../collector/registry.ts';
import { collectedIo } from '../../support/collected-io.ts';
import { assertNoLeak } from '../../support/no-leak.ts';
import { emailSection } from '../../support/smtp-destination.ts';
import { readMail } from '../../support/smtp-mail.ts';
import { SmtpPeer } from '../../support/smtp-peer.ts';

let directory: string;
let peer: SmtpPeer;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'destination-test-'));
});

after(() => rm(directory, { recursive: true, force: true }));

beforeEach(async () => {
  peer = await new SmtpPeer().start();
});

afterEach(() => peer.stop());

async function run(more: object = {}) {
  const config = join(directory, 'config.yaml');
  const section = JSON.stringify(emailSection(peer.port, more));
  await writeFile(
    config,
    `receivers: {webrtcvideo: }
processors: {degradation: }
exporters: {email: ${section}}
extensions: {file_storage: {directory: ${join(directory, 'data')}}}
service:
  extensions: [file_storage]
  pipelines:
    logs: {receivers: [webrtcvideo], processors: [degradation], exporters: [email]}
`,
  );
  const io = collectedIo();
  const code = await destinationCommand.run(['test', 'email', '--config', config], { distribution, io });
  assertNoLeak(io.written);
  return { code, ...io.written };
}

describe('destination test with a mail server', () => {
  it('sends the opening and the recovery of a marked incident, and shows what the server said', async () => {
    const { code, out, err } = await run();
    assert.deepEqual([code, err], [0, '']);
    assert.match(
      out,
      /^email\n {2}opened .* delivered {2}\(status 250\) {2}250 .*\n {2}recovered .*\nthe destination took/,
    );
    const [opened, recovered] = peer.mails.map(({ raw }) => readMail(raw).headers);
    assert.match(opened!.get('subject')!, /^\[warning\] \[TEST\] Video degraded: session test-/);
    assert.equal(recovered!.get('in-reply-to'), opened!.get('message-id'));
  });

  it('says with its exit code that the login was refused, and shows no password that the server repeats', async () => {
    peer.isLoginBroken = true;
    const { code, out } = await run();
    assert.equal(code, 1);
    assert.match(
      out,
      /credential {2}\(the login is refused: status 535\) {2}535 who is webrtc with \[REDACTED\]\?/,
    );
    assert.match(out, /NOT DELIVERED\n$/);
  });

  it('says so when ca_file can not be read', async () => {
    const { code, err } = await run({ ca_file: '/nowhere/ca.pem' });
    assert.equal(code, 1);
    assert.match(err, /ca_file \/nowhere\/ca.pem can not be read/);
  });
});
