// Which panels are seen, and where. A closed row hides its panels, and what is below it moves up.
import type { Board, Panel } from './board.ts';

export interface Placed {
  readonly panel: Panel;
  /** From the top of the board, in steps of the height. */
  readonly top: number;
  /** Of a closed row: so many panels are in it. */
  readonly hiddenCount: number;
}

/** From the top. Rows are closed as the board has them, unless all are to be seen open. */
export function layout({ panels }: Board, areAllOpen: boolean): Placed[] {
  const placed: Placed[] = [];
  let hidden = 0;
  for (const panel of panels) {
    const inner = panel.panels ?? [];
    const isClosed = panel.collapsed === true && !areAllOpen;
    placed.push({ panel, top: panel.gridPos.y - hidden, hiddenCount: isClosed ? inner.length : 0 });
    if (isClosed) hidden += heightOf(inner);
    else placed.push(...inner.map((each) => ({ panel: each, top: each.gridPos.y - hidden, hiddenCount: 0 })));
  }
  return placed;
}

function heightOf(panels: readonly Panel[]): number {
  const tops = panels.map(({ gridPos }) => gridPos.y);
  const bottoms = panels.map(({ gridPos }) => gridPos.y + gridPos.h);
  return panels.length === 0 ? 0 : Math.max(...bottoms) - Math.min(...tops);
}
