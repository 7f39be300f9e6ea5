// The frame of a dashboard: identity, links to the others, rows and panels. Ids are given by place, so that the same
// source always gives the same file.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  RowBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** Addresses of the dashboards, by which they link to each other. They never change. */
export const UID = {
  fleet: 'webrtc-quality-fleet',
  session: 'webrtc-quality-session',
  bridge: 'webrtc-quality-bridge',
} as const;

export interface Row {
  readonly title: string;
  readonly collapsed?: boolean;
  readonly panels: readonly Builder<Panel>[];
}

export interface Board {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Such as `10s`. */
  readonly refresh: string;
  /** Such as `now-1h`. */
  readonly from: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly annotations?: readonly AnnotationQueryBuilder[];
  readonly rows: readonly Row[];
}

/** By which the dashboards find each other. */
const TAG = 'webrtc-quality';
export function board(parts: Board): Dashboard {
  const dashboard = new DashboardBuilder(parts.title)
    .uid(parts.uid)
    .description(parts.description)
    .tags([TAG])
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh(parts.refresh)
    .time({ from: parts.from, to: 'now' })
    .variables([...parts.variables])
    .annotations([...(parts.annotations ?? [])])
    .links([linkToSiblings()]);
  for (const { title, collapsed = false, panels } of parts.rows) {
    const row = new RowBuilder(title).collapsed(collapsed);
    if (collapsed) panels.forEach((panel) => row.withPanel(panel));
    dashboard.withRow(row);
    if (!collapsed) panels.forEach((panel) => dashboard.withPanel(panel));
  }
  return numbered(dashboard.build());
}

/** Panels and rows, 1, 2, … from the top. */
function numbered(dashboard: Dashboard): Dashboard {
  let next = 1;
  for (const panel of dashboard.panels ?? []) {
    panel.id = next++;
    if ('panels' in panel) for (const inner of panel.panels) inner.id = next++;
  }
  return dashboard;
}

/** The dashboards of the tag, wherever Grafana is served. Takes the chosen variables and the time range along. */
function linkToSiblings() {
  return new DashboardLinkBuilder('WebRTC quality')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .icon('dashboard')
    .tooltip('')
    .includeVars(true)
    .keepTime(true);
}
