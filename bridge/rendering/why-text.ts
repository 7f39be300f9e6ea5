// What stands behind an incident, in one line: its reasons, and of one that stands for many how many these are. It goes
// also to those who have no room for a list of them.
import { isOver, type Transition } from '../transition/transition.ts';
import { countText } from './count-text.ts';
import { reasonsText } from './reason-text.ts';

/** `packet loss 12.5 % (limit 2 %); tells of 37 incidents`. Empty when there is nothing to say. */
export function whyText(transition: Transition): string {
  const why = reasonsText(transition.reasons);
  const many = groupText(transition);
  // At the end the number of those who are left weighs more than what it all began with.
  const texts = isOver(transition.kind) ? [many, why] : [why, many];
  return texts.filter((text) => text !== '').join('; ');
}

function groupText({ category, kind, group }: Transition): string {
  if (group === undefined) return '';
  const { memberCount, openCount, listedIds, survivorIds = [] } = group;
  const isStorm = category === 'storm';
  if (isOver(kind)) {
    if (!isStorm) return '';
    return survivorIds.length === 0
      ? 'none is still bad'
      : `${survivorIds.length} still bad, told one by one from here`;
  }
  const texts = [];
  if (listedIds.length > 0)
    texts.push(`tells of ${countText(listedIds.length, kind === 'opened' ? 'incident' : 'more incident')}`);
  if (openCount < memberCount) texts.push(`${openCount} still ${isStorm ? 'bad' : 'waiting'}`);
  return texts.join(', ');
}
