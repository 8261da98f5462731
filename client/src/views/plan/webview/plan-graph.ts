// The graph inside its frame: pev2, given one plan. Its links name a node by the frame's address, which is how it is told
// and tells which one is selected.

import { Plan } from 'pev2';
import { createApp, h } from 'vue';
import type { GraphFrame } from '../graph.js';

const frame = window as unknown as GraphFrame;
const { plan, statement, onSelect, onLink } = frame.request;

const place = document.createElement('div');
place.className = 'place';
document.body.append(place);
const app = createApp({ render: () => h(Plan, { planSource: plan, planQuery: statement, class: 'h-100' }) });
app.mount(place);

const NODE = /^#plan\/node\/(\d+)$/;

// Links that lead out of the frame would replace the graph.
document.addEventListener(
  'click',
  (event) => {
    const link = event
      .composedPath()
      .find((one) => one instanceof Element && one.tagName.toLowerCase() === 'a');
    const href = link instanceof Element ? (link.getAttribute('href') ?? '') : '';
    if (NODE.test(href)) {
      event.preventDefault();
      location.hash = href;
    } else if (/^https?:/.test(href)) {
      event.preventDefault();
      onLink(href);
    }
  },
  true,
);

window.addEventListener('hashchange', () => {
  const number = NODE.exec(location.hash)?.[1];
  if (number !== undefined) onSelect(Number(number));
});

frame.graph = {
  select(number) {
    location.hash = `#plan/node/${number}`;
  },
  close: () => app.unmount(),
};
