// The few things that are drawn. Lengths are attributes of SVG, since the page allows no inline styles.

import type { Flag } from '../rows.js';
import { svg } from './element.js';

const ICONS = {
  chevron: 'M6 4l4 4-4 4',
  more: 'M8 13V3M4 7l4-4 4 4',
  fewer: 'M8 3v10M4 9l4 4 4-4',
  warning: 'M8 2.5L14.5 13.5h-13zM8 6.5v3.5M8 11.5v.6',
  database: 'M3 4c0-2 10-2 10 0s-10 2-10 0v8c0 2 10 2 10 0V4M3 8c0 2 10 2 10 0',
} satisfies Record<string, string>;

/** Always beside a text that says the same. */
export function icon(name: keyof typeof ICONS | Flag['sign']): SVGElement {
  return svg('svg', { class: `icon icon-${name}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' }, [
    svg('path', { d: ICONS[name] }),
  ]);
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
