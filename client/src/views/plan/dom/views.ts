// The tabs of the page, in their order.

import { compareView } from './compare-view.js';
import { graphView } from './graph-view.js';
import { icicleView } from './icicle-view.js';
import { tableView } from './table-view.js';
import type { PlanView } from './view.js';

export const PLAN_VIEWS: readonly PlanView[] = [tableView, icicleView, graphView, compareView];
