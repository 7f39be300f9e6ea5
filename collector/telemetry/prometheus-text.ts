// The process's own metrics as Prometheus text, in the names that dashboards for the Collector expect.
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';

const WITHOUT_TARGET_INFO = true;
const WITHOUT_SCOPE_INFO = true;

/** One scrape. */
export function prometheusText(metrics: ResourceMetrics): string {
  const serializer = new PrometheusSerializer(
    undefined,
    false,
    undefined,
    WITHOUT_TARGET_INFO,
    WITHOUT_SCOPE_INFO,
  );
  return collectorNames(serializer.serialize(metrics));
}

/**
 * Takes `_total` off the names that begin with `otelcol_`: the serializer appends it to every counter, the Collector's
 * own endpoint does not. Other names keep it. Only names at the start of a line are touched; label values can't begin
 * a line, since their line breaks are escaped.
 */
export function collectorNames(text: string): string {
  return text.replace(/^((?:# (?:HELP|UNIT|TYPE) )?otelcol_\w+?)_total(?=[ {])/gm, '$1');
}
