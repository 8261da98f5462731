// The plan as a table: what is seen first.

import { marksOf } from '../advice.js';
import { planTable } from '../rows.js';
import { element } from './element.js';
import { PlanTree } from './tree.js';
import type { PlanView } from './view.js';

export const tableView: PlanView = {
  id: 'table',
  title: 'Table',
  available: () => true,

  mount({ result }, page) {
    const tree = new PlanTree(planTable(result.plan, marksOf(result)), {
      collapsed: page.collapsed(),
      selected: page.selected(),
      onSelect: (id) => page.select(id),
      onCollapse: (ids) => page.collapse(ids),
      onOpen: () => page.openDetails(),
    });
    return {
      element: element('div', { class: 'table' }, [tree.element]),
      select: (id) => tree.show(id),
      reveal: () => tree.reveal(),
      focus: () => tree.focus(),
    };
  },
};
