// The graph inside its frame: pev2, given one plan. Its links name a node by the frame's address, which is how it is told
// and tells which one is selected.

import { Plan } from 'pev2';
import { createApp, h } from 'vue';
import type { GraphFrame } from '../graph.js';

const frame = window as unknown as GraphFrame;
const { plan, statement, measure, onSelect, onLink } = frame.request;

// What pev2 has kept of the choices of its user; by itself it would start with times where there are none. 0 is its Metric.time,
// 2 its Metric.cost.
localStorage.setItem('diagramViewOptions', JSON.stringify({ metric: measure === 'time' ? 0 : 2 }));
// The sign "new" beside the grid goes away.
localStorage.setItem('gridIsNotNew', 'true');
localStorage.setItem(
  'viewOptions',
  JSON.stringify({ highlightType: measure === 'time' ? 'duration' : 'cost', diagramWidth: 25 }),
);

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
