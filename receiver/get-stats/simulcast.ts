// Simulcast: one picture, sent in several layers. It is as good as its best one. Pure.
import { isSwitchedOff, type StreamState } from './stream-state.ts';

/** The streams of one connection; of each picture only the best layer keeps its score. A better one that stops is adaptation. */
export function withBestLayers(streams: readonly StreamState[]): readonly StreamState[] {
  const best = new Map<string, StreamState>();
  for (const stream of streams) {
    const picture = pictureOfLayer(stream);
    if (picture === undefined) continue;
    const rival = best.get(picture);
    if (rival === undefined || pixelRate(stream) > pixelRate(rival)) best.set(picture, stream);
  }
  if (best.size === 0) return streams;
  return streams.map((stream) => {
    const picture = pictureOfLayer(stream);
    return picture === undefined || best.get(picture) === stream
      ? stream
      : { ...stream, experience: undefined };
  });
}

/** What the layers of one picture have in common; undefined for what is no layer. */
function pictureOfLayer({ reading, missedCount }: StreamState): string | undefined {
  if (reading.direction === 'inbound' || reading.rid === undefined || missedCount > 0) return undefined;
  return reading.mid ?? '';
}

function pixelRate(stream: StreamState): number {
  if (isSwitchedOff(stream)) return -1;
  return (stream.interval?.pixels ?? 0) * (stream.interval?.framesPerSecond ?? 0);
}
