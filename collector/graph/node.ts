// What the host runs: a component together with what it is called in health reports, logs and errors.
import type { Component } from '../component.ts';

export type NodeKind = 'telemetry' | 'extension' | 'hub' | 'exporter' | 'processor' | 'receiver';

/** A processor has one instance per pipeline, so its pipeline is part of its name. */
export interface NodeName {
  readonly kind: NodeKind;
  readonly id: string;
  readonly pipeline?: string;
}

export interface GraphNode<Part extends Component = Component> {
  readonly name: NodeName;
  readonly component: Part;
}

/** A unique key: `exporter:webhook/siem`, `processor:degradation@logs/incidents`. */
export function nodeKey({ kind, id, pipeline }: NodeName): string {
  return pipeline === undefined ? `${kind}:${id}` : `${kind}:${id}@${pipeline}`;
}

/** As it stands in a sentence: `"webhook/siem" exporter`, `"degradation" processor of pipeline "logs"`. */
export function describeNode({ kind, id, pipeline }: NodeName): string {
  return pipeline === undefined ? `"${id}" ${kind}` : `"${id}" ${kind} of pipeline "${pipeline}"`;
}
