// The plans that were shown, kept by the workspace. Those with values of parameters that the user did not want to be
// kept live here only until the window is closed.

import type * as vscode from 'vscode';
import type { PlanResult } from '../../../server/src/hosts/lsp/extensions.js';
import { type KeptPlan, keptPlan, plansOf, queryOf, withPlan } from '../views/plan/history.js';

const PLANS = 'plumbline.plans';
const VALUES = 'plumbline.values';

export class PlanHistory {
  private plans: readonly KeptPlan[];

  constructor(private readonly workspace: vscode.Memento) {
    this.plans = workspace.get<readonly KeptPlan[]>(PLANS, []);
  }

  all(): readonly KeptPlan[] {
    return this.plans;
  }

  /** The newest first. */
  of(query: string): readonly KeptPlan[] {
    return plansOf(this.plans, query);
  }

  find(id: string): KeptPlan | undefined {
    return this.plans.find((plan) => plan.id === id);
  }

  /**
   * @param query that the plan belongs to, `null` to go by its statement
   * @param kept whether it may outlive the window
   */
  add(result: PlanResult, query: string | null, kept: boolean): KeptPlan {
    const plan = keptPlan(result, query ?? queryOf(this.plans, result), new Date(), kept);
    this.plans = withPlan(this.plans, plan);
    void this.workspace.update(
      PLANS,
      this.plans.filter((one) => one.kept),
    );
    return plan;
  }

  /** Values that the user wanted to be kept, by query. */
  valuesOf(query: string): readonly (string | null)[] {
    return this.values()[query] ?? [];
  }

  /** @param values `null` to forget those of the query */
  keepValues(query: string, values: readonly (string | null)[] | null): void {
    const { [query]: _, ...others } = this.values();
    // As many as plans: a workspace's state is read as a whole.
    const entries = Object.entries(values === null ? others : { [query]: values, ...others }).slice(0, 100);
    void this.workspace.update(VALUES, Object.fromEntries(entries));
  }

  async clear(): Promise<void> {
    this.plans = [];
    await this.workspace.update(PLANS, undefined);
    await this.workspace.update(VALUES, undefined);
  }

  private values(): Readonly<Record<string, readonly (string | null)[]>> {
    return this.workspace.get(VALUES, {});
  }
}
