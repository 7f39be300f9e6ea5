// What a webhook of either side says of sessions: that one is degraded, or no longer. Pure.

export interface Notice {
  readonly sessionId: string;
  readonly kind: 'degraded' | 'over';
}

export interface ArrivedNotice extends Notice {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
}

export type ReadNotices = (body: string) => Notice[];

/** Transitions of ours that open an incident, or end it. Others say neither. */
const KINDS: Readonly<Record<string, Notice['kind']>> = {
  opened: 'degraded',
  reopened: 'degraded',
  recovered: 'over',
  ended: 'over',
};

/** Of our exporter `webhook` in its default format. */
export function readOurs(body: string): Notice[] {
  const { session_id, transition } = JSON.parse(body) as { session_id: string; transition: string };
  const kind = KINDS[transition];
  return kind === undefined ? [] : [{ sessionId: session_id, kind }];
}

/** Of Alertmanager's webhook, version 4. */
export function readTheirs(body: string): Notice[] {
  const { alerts } = JSON.parse(body) as {
    alerts: { status: 'firing' | 'resolved'; labels: { session_id: string } }[];
  };
  return alerts.map(({ status, labels }) => ({
    sessionId: labels.session_id,
    kind: status === 'firing' ? 'degraded' : 'over',
  }));
}
