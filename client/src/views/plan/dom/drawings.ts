// The few things that are drawn. Lengths are attributes of SVG, since the page allows no inline styles.

import type { Flag } from '../../../../../server/src/plans/table.js';
import { element, svg } from './element.js';

const ICONS = {
  chevron: 'M6 4l4 4-4 4',
  more: 'M8 13V3M4 7l4-4 4 4',
  fewer: 'M8 3v10M4 9l4 4 4-4',
  warning: 'M8 2.5L14.5 13.5h-13zM8 6.5v3.5M8 11.5v.6',
  database: 'M3 4c0-2 10-2 10 0s-10 2-10 0v8c0 2 10 2 10 0V4M3 8c0 2 10 2 10 0',
  error: 'M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6',
  info: 'M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM8 7v4.5M8 4.4v.6',
  table: 'M2 3h12v10H2zM2 6.5h12M2 10h12M6 6.5V13',
  index: 'M2 4h5M2 8h5M2 12h5M10.5 3v10M10.5 13l-2-2.5M10.5 13l2-2.5',
  join: 'M6 3.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM10 3.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9z',
  sort: 'M2 4h12M2 8h8M2 12h4',
  group: 'M3 3h4v4H3zM3 10h4v3H3zM10 3v10M10 8h4',
  write: 'M3 13l.8-3L11 2.8 13.2 5 6 12.2z',
  other: 'M2 8h11M9.5 4.5L13 8l-3.5 3.5',
} satisfies Record<string, string>;

/** Always beside a text that says the same. */
export function icon(name: keyof typeof ICONS | Flag['sign']): SVGElement {
  return svg('svg', { class: `icon icon-${name}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' }, [
    svg('path', { d: ICONS[name] }),
  ]);
}

/** The lines of a tree before a node. @param level 1 for the root */
export function guidesOf(level: number): HTMLElement {
  const guides = element('span', { class: 'guides' });
  guides.style.setProperty('--above', String(level - 1));
  return guides;
}

/** @param share 0 to 1; the number itself stands beside it */
export function barOf(share: number): SVGElement {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return svg(
    'svg',
    { class: 'bar', viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    [
      svg('rect', { class: 'bar-track', width: 100, height: 8 }),
      // A share that is there can be seen.
      svg('rect', { class: 'bar-value', width: width === 0 ? 0 : Math.max(width, 1.5), height: 8 }),
    ],
  );
}
