// The vocabulary of panels: what a number, a line, a heat map looks like here, whatever it shows. Every panel has a
// title, a description and a width of 24ths.
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  AxisPlacement,
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DataTransformerConfig,
  FieldColorBuilder,
  FieldColorModeId,
  type ThresholdsConfigBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapTooltipBuilder,
  PanelBuilder as Heatmap,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { neutral } from './thresholds.ts';

/** The data source that the reader of the dashboard chooses. */
export const DATASOURCE: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

export interface PanelText {
  readonly title: string;
  /** What it shows, and what to make of it. */
  readonly description: string;
  /** Of the 24 columns. */
  readonly span: number;
  readonly height?: number;
  /** One of Grafana's unit ids. */
  readonly unit?: string;
}

export interface Query {
  readonly expr: string;
  /** What a line is called, such as `{{destination}}`. */
  readonly legend: string;
}

const STAT_HEIGHT = 4;
const GRAPH_HEIGHT = 8;

/** A query over the time range. */
function rangeQuery({ expr, legend }: Query, index: number) {
  return new DataqueryBuilder()
    .refId(refId(index))
    .datasource(DATASOURCE)
    .expr(expr)
    .legendFormat(legend)
    .range();
}

/** A query for the end of the time range. */
function instantQuery({ expr, legend }: Query, index: number, format = PromQueryFormat.TimeSeries) {
  return new DataqueryBuilder()
    .refId(refId(index))
    .datasource(DATASOURCE)
    .expr(expr)
    .legendFormat(legend)
    .format(format)
    .instant();
}

/** The letter of a query, by which transformations name its values. */
export function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

interface PanelBuilder {
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: DataSourceRef): this;
  span(columnCount: number): this;
  height(rowCount: number): this;
}

/** With what every panel has. */
function framed<Panel extends PanelBuilder>(panel: Panel, text: PanelText, height = GRAPH_HEIGHT): Panel {
  return panel
    .title(text.title)
    .description(text.description)
    .datasource(DATASOURCE)
    .span(text.span)
    .height(text.height ?? height);
}

/** One number, as it is now, over its history. */
export function stat(text: PanelText, query: Query, thresholds: ThresholdsConfigBuilder = neutral()): Stat {
  return framed(new Stat(), text, STAT_HEIGHT)
    .unit(text.unit ?? 'short')
    .thresholds(thresholds)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .noValue('–')
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .withTarget(rangeQuery(query, 0));
}

/** Lines over time. */
export function lines(text: PanelText, queries: readonly Query[]): TimeSeries {
  return queries.reduce(
    (panel, query, index) => panel.withTarget(rangeQuery(query, index)),
    framed(new TimeSeries(), text)
      .unit(text.unit ?? 'short')
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
      .lineWidth(1)
      .fillOpacity(8)
      .showPoints(VisibilityMode.Auto)
      // Silence is shown as a gap, never as a line from one end to the other.
      .spanNulls(false)
      .axisPlacement(AxisPlacement.Auto)
      .legend(
        new VizLegendOptionsBuilder()
          .displayMode(LegendDisplayMode.List)
          .placement(LegendPlacement.Bottom)
          .showLegend(true)
          .calcs([]),
      )
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending)),
  );
}

/** Lines with the limits drawn in, each line in the colour of where it is. */
export function limitedLines(
  text: PanelText,
  queries: readonly Query[],
  thresholds: ThresholdsConfigBuilder,
): TimeSeries {
  return lines(text, queries)
    .thresholds(thresholds)
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.DashedAndArea));
}

/** Lines whose names match the pattern, and the colour of what they tell of. */
export interface ColouredLines {
  readonly pattern: string;
  readonly color: string;
}

/**
 * Parts of a whole, or events per interval, on top of each other. A part that is good or bad is given its colour; the others
 * have one by their names, in which two may agree.
 */
export function stacked(
  text: PanelText,
  queries: readonly Query[],
  style: 'areas' | 'bars',
  coloured: readonly ColouredLines[] = [],
): TimeSeries {
  const panel = lines(text, queries)
    .fillOpacity(style === 'areas' ? 40 : 80)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .min(0);
  for (const { pattern, color } of coloured)
    panel.overrideByRegexp(`/${pattern}/`, [
      { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: color } },
    ]);
  return style === 'bars' ? panel.drawStyle(GraphDrawStyle.Bars).lineWidth(0) : panel;
}

/** Where the values of many lie over time, from counts per bucket (a `sum` by `le`). */
export function heatmap(text: PanelText, perBucket: string): Heatmap {
  return framed(new Heatmap(), text)
    .calculate(false)
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Turbo')
        .exponent(0.5)
        .steps(64)
        .reverse(false),
    )
    .yAxis(new YAxisConfigBuilder().unit(text.unit ?? 'short').axisPlacement(AxisPlacement.Left))
    .cellGap(0)
    .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true))
    .withTarget(rangeQuery({ expr: perBucket, legend: '{{le}}' }, 0).format(PromQueryFormat.Heatmap));
}

/** The worst few, as bars, now. */
export function ranking(
  text: PanelText,
  query: Query,
  thresholds: ThresholdsConfigBuilder = neutral(),
): BarGauge {
  return framed(new BarGauge(), text)
    .unit(text.unit ?? 'short')
    .min(0)
    .thresholds(thresholds)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .noValue('–')
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .withTarget(instantQuery(query, 0));
}

/** Rows with labels as columns, now. */
export function table(text: PanelText, queries: readonly Query[]): Table {
  return queries.reduce(
    (panel, query, index) => panel.withTarget(instantQuery(query, index, PromQueryFormat.Table)),
    framed(new Table(), text).showHeader(true).noValue('–'),
  );
}

/** Columns left out, and the others in their order: Grafana's own is that of the alphabet. */
export function organized(hidden: readonly string[], order: readonly string[]): DataTransformerConfig {
  return {
    id: 'organize',
    options: {
      excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
      indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
      renameByName: {},
    },
  };
}

/** Which state lasted for how long. */
export function stateTimeline(text: PanelText, queries: readonly Query[]): StateTimeline {
  return queries.reduce(
    (panel, query, index) => panel.withTarget(rangeQuery(query, index)),
    framed(new StateTimeline(), text)
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
      .showValue(VisibilityMode.Auto)
      .mergeValues(true)
      .rowHeight(0.8)
      .fillOpacity(80)
      .spanNulls(false)
      .legend(
        new VizLegendOptionsBuilder()
          .displayMode(LegendDisplayMode.List)
          .placement(LegendPlacement.Bottom)
          .showLegend(false)
          .calcs([]),
      ),
  );
}
