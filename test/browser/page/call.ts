// Two peer connections in one page, with a relay between them: the publisher sends the fake camera, the subscriber
// decodes it into a video element. Candidates are gathered before the descriptions are exchanged.
import type { RelayPorts } from './api.ts';

export type Call = readonly [publisher: RTCPeerConnection, subscriber: RTCPeerConnection];

export async function startCall({ publisherPort, subscriberPort }: RelayPorts): Promise<Call> {
  const camera = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  const [publisher, subscriber] = [new RTCPeerConnection(), new RTCPeerConnection()];
  for (const track of camera.getTracks()) publisher.addTrack(track, camera);
  const video = document.createElement('video');
  video.muted = true;
  video.autoplay = true;
  document.body.append(video);
  const shown = new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()));
  subscriber.addEventListener('track', ({ track }) => (video.srcObject = new MediaStream([track])));

  await publisher.setLocalDescription();
  const offer = await gathered(publisher);
  await subscriber.setRemoteDescription({ type: 'offer', sdp: throughRelay(offer, subscriberPort) });
  await subscriber.setLocalDescription();
  const answer = await gathered(subscriber);
  await publisher.setRemoteDescription({ type: 'answer', sdp: throughRelay(answer, publisherPort) });
  await shown;
  return [publisher, subscriber];
}

/** The local description with all its candidates. */
async function gathered(connection: RTCPeerConnection): Promise<string> {
  if (connection.iceGatheringState !== 'complete') {
    await new Promise<void>((resolve) =>
      connection.addEventListener('icegatheringstatechange', () => {
        if (connection.iceGatheringState === 'complete') resolve();
      }),
    );
  }
  return connection.localDescription!.sdp;
}

/** The description with a single candidate: the port of the relay in the place of the peer's own. */
function throughRelay(sdp: string, relayPort: number): string {
  const lines = sdp.split('\r\n');
  const isLoopback = (line: string) => /^a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 /i.test(line);
  if (!lines.some(isLoopback)) throw new Error('no candidate on the loopback interface was offered');
  return lines
    .filter((line) => !line.startsWith('a=candidate:') || isLoopback(line))
    .map((line) => line.replace(/^(a=candidate:.* 127\.0\.0\.1) \d+ /, `$1 ${relayPort} `))
    .join('\r\n');
}
