// One component, several parts that each tell how they are: it is unhealthy as long as one of them is.
import type { ComponentStatus, Settings } from '../../collector/component.ts';

/** The settings for each part, by its name: those of the component, but for how it tells of itself. */
export function sharedStatus(settings: Settings): (part: string) => Settings {
  const statuses = new Map<string, ComponentStatus>();
  return (part) => ({
    ...settings,
    reportStatus(status) {
      statuses.set(part, status);
      const unhealthy = [...statuses.values()].find(({ kind }) => kind === 'unhealthy');
      settings.reportStatus(unhealthy ?? status);
    },
  });
}
