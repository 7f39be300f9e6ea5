// Axes as every chart has them.
import type uPlot from 'uplot';
import { formatValue } from '../panel/units.ts';

const FONT = '12px "DejaVu Sans", sans-serif';
const INK = '#9da0ad';
const GRID = { stroke: 'rgba(204, 204, 220, 0.08)', width: 1 };

/** Hours and minutes of the day, in UTC. */
export function timeAxis(): uPlot.Axis {
  return {
    font: FONT,
    stroke: INK,
    grid: GRID,
    ticks: { show: false },
    size: 26,
    space: 70,
    values: (_, splits) => splits.map(clockTime),
  };
}

/** Steps of units in which ten is no round number. */
const STEPS: Readonly<Record<string, number[]>> = {
  s: [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800,
    3_600,
  ],
  bytes: Array.from({ length: 40 }, (_, power) => 2 ** power),
};

/** As wide as its longest number. */
export function yAxis(unit: string): uPlot.Axis {
  const steps = STEPS[unit];
  return {
    ...(steps !== undefined && { incrs: steps }),
    font: FONT,
    stroke: INK,
    grid: GRID,
    ticks: { show: false },
    space: 34,
    gap: 6,
    size: (_, values) => 18 + 7.4 * Math.max(...(values ?? ['']).map(({ length }) => length)),
    values: (_, splits) => splits.map((value) => formatValue(value, unit)),
  };
}

/** `00:03`, and with seconds where they are not 0. */
export function clockTime(atS: number): string {
  const text = new Date(atS * 1_000).toISOString().slice(11, 19);
  return text.endsWith(':00') ? text.slice(0, 5) : text;
}
