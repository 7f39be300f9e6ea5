// What drawing a panel gives back.
import type { Panel } from '../panel/board.ts';
import type { TimeGrid } from '../panel/time-grid.ts';
import type { Answer, Context } from './context.ts';

export interface Drawing {
  readonly texts: readonly string[];
  /** A canvas on which data has left its colours, if there is one. */
  readonly ink?: { readonly canvas: HTMLCanvasElement; readonly colours: readonly string[] };
}

/** Draws into the body, whose size is settled. Undefined when there is nothing to draw. */
export type Draw = (
  body: HTMLElement,
  panel: Panel,
  answers: readonly Answer[],
  context: Context,
  grid: TimeGrid,
) => Drawing | undefined;

/** How many pixels of the canvas have one of the colours, or nearly. */
export function inkedPixels({ ink }: Drawing): number {
  if (ink === undefined) return 0;
  const { canvas, colours } = ink;
  const wanted = colours.map((colour) =>
    [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)),
  );
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    const isInk = (rgb: readonly number[]) =>
      data[at + 3]! > 30 && rgb.every((channel, index) => Math.abs(channel - data[at + index]!) < 24);
    if (wanted.some(isInk)) count++;
  }
  return count;
}
