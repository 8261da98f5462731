// What a person does in the plan viewer, over what the view has: its buttons stand in a line or in a menu, as there is room.

import type { FrameLocator, Locator } from 'playwright-core';

export async function pressButton(view: FrameLocator, name: RegExp | string): Promise<void> {
  const button = view.getByRole('button', { name }).first();
  if (!(await button.isVisible())) await view.locator('.menu summary').click();
  await button.click();
}

/** Of the nodes in the table that are not folded away. */
export function planRows(view: FrameLocator): Locator {
  return view.locator('[role=treegrid] [role=row][aria-level]');
}
