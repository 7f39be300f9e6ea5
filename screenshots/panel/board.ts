// Of a dashboard in Grafana's JSON what these pictures read. What a board has beyond it is not drawn.

export interface Board {
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
}

/** In 24ths of the width, and in steps of the height. */
export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A row is one too; a closed row holds its panels. */
export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: GridPos;
  readonly collapsed?: boolean;
  readonly panels?: readonly Panel[];
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly defaults: FieldConfig; readonly overrides: readonly Override[] };
  readonly options?: {
    readonly legend?: { readonly showLegend?: boolean };
    readonly color?: { readonly scheme?: string; readonly exponent?: number };
    readonly yAxis?: { readonly unit?: string };
    readonly filterValues?: { readonly le?: number };
  };
  readonly transformations?: readonly Transformation[];
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat?: string;
  readonly instant?: boolean;
}

/** `value` is null for the first, which holds from the least value on. */
export interface ThresholdStep {
  readonly value: number | null;
  readonly color: string;
}

export interface ValueMapping {
  readonly type: string;
  readonly options: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
}

export interface FieldConfig {
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  readonly noValue?: string;
  readonly displayName?: string;
  readonly color?: { readonly mode: string; readonly fixedColor?: string };
  readonly thresholds?: { readonly steps: readonly ThresholdStep[] };
  readonly mappings?: readonly ValueMapping[];
  readonly custom?: {
    readonly drawStyle?: string;
    /** Percent. */
    readonly fillOpacity?: number;
    readonly lineWidth?: number;
    readonly stacking?: { readonly mode: string };
    readonly thresholdsStyle?: { readonly mode: string };
    readonly cellOptions?: { readonly type: string };
  };
}

export interface Override {
  readonly matcher: { readonly id: string; readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

export interface Transformation {
  readonly id: string;
  readonly options: {
    readonly excludeByName?: Readonly<Record<string, boolean>>;
    readonly indexByName?: Readonly<Record<string, number>>;
    readonly sort?: readonly { readonly field: string; readonly desc?: boolean }[];
  };
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly query?: unknown;
  readonly allValue?: string;
  readonly current?: { readonly value?: unknown };
}

export interface Annotation {
  readonly name: string;
  readonly expr: string;
  readonly iconColor: string;
  /** Such as `10s`. */
  readonly step: string;
}
