// A VS Code window as a person uses it: keys, mouse, and what is on the screen. Knows nothing of any extension.
// Class names are those of VS Code 1.139; when it changes, this file changes and no test does.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'jsonc-parser';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { Editor } from './editor.js';
import { eventually } from './eventually.js';

export type Theme = keyof typeof THEMES;
export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** One row of the refactor preview: a file, or a change within the file above it. */
export interface PreviewRow {
  /** As read to the blind: `Creating moved.sql, also making text edits`, `line 2, removing drop table a;`. */
  readonly label: string;
  readonly checked: boolean;
}

const SCREENSHOTS = join(import.meta.dirname, '../../out/screenshots');

const THEMES = {
  light: { name: 'Default Light Modern', mark: 'vs' },
  dark: { name: 'Default Dark Modern', mark: 'vs-dark' },
  'high-contrast': { name: 'Default High Contrast', mark: 'hc-black' },
  'high-contrast-light': { name: 'Default High Contrast Light', mark: 'hc-light' },
} as const;

export class EditorWindow {
  /** Content that a page's security policy refused, as the browser's console words it. A good view has none. */
  readonly refused: string[] = [];

  private constructor(
    /** For what has no method here. */
    readonly page: Page,
    /** The open folder: a copy that the test may write to. */
    readonly folder: string,
  ) {
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) this.refused.push(message.text());
    });
  }

  static async open(page: Page, editor: Editor, folder: string): Promise<EditorWindow> {
    const window = new EditorWindow(page, folder);
    await page.goto(editor.address(folder));
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    return window;
  }

  // Files and text.

  /** Opens a file of the folder through Ctrl+P, when it is there. */
  async openFile(path: string): Promise<void> {
    await eventually(`there is a file ${path}`, () => this.file(path) !== null);
    await this.page.keyboard.press('Control+P');
    // An absolute path is looked up; anything else is searched for, in a list that may be older than the file.
    await this.page.locator('.quick-input-widget .quick-input-box input').fill(join(this.folder, path));
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: basename(path) }).first();
    await this.press(row);
    await this.page.locator(`.tab.active[data-resource-name="${basename(path)}"]`).waitFor();
    await this.activeEditor().locator('.view-line').first().waitFor();
  }

  /** The visible lines of the active editor. */
  async text(): Promise<string> {
    const lines = await this.activeEditor()
      .locator('.view-line')
      .evaluateAll((all) =>
        all.map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent })),
      );
    // The editor reuses its line elements in any order, and shows spaces as U+00A0.
    const sorted = lines.sort((a, b) => a.top - b.top);
    return sorted.map(({ text }) => (text ?? '').replaceAll('\u00a0', ' ')).join('\n');
  }

  /** Waits until the visible lines of the active editor contain `part`. */
  async showsText(part: string): Promise<void> {
    await eventually(`the editor shows ${part}`, async () => (await this.text()).includes(part));
  }

  /** Selects the first `text` in the active editor, through its find box; `text` is one line or a part of one. */
  async select(text: string): Promise<void> {
    await this.activeEditor().locator('.native-edit-context, textarea.inputarea').first().focus();
    await this.page.keyboard.press('Control+Home');
    await this.page.keyboard.press('Control+F');
    const find = this.activeEditor().locator('.find-widget.visible textarea[aria-label="Find"]');
    // The box remembers what was looked for last, and looks again only when it changes.
    await find.fill('');
    await find.fill(text);
    await this.activeEditor()
      .locator('.find-widget .matchesCount', { hasText: /\d+ of \d+/ })
      .waitFor();
    await this.page.keyboard.press('Escape');
    await this.activeEditor().locator('.selected-text').first().waitFor();
  }

  /** Types at the cursor, replacing what is selected. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Asks for it; the file on disk follows a moment later, see `fileBecomes`. */
  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
  }

  /** Waits until a file on disk is `expected`; a failure shows the difference. */
  async fileBecomes(path: string, expected: string): Promise<void> {
    await eventually(`${path} is as expected`, () => this.file(path) === expected).catch(() => {});
    assert.equal(this.file(path), expected);
  }

  /** The text of a file on disk; `null` when there is none. */
  file(path: string): string | null {
    try {
      return readFileSync(join(this.folder, path), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  // What the language server says.

  squiggles(severity: Severity): Locator {
    return this.activeEditor().locator(`.squiggly-${severity}`);
  }

  /**
   * Rests the mouse on the first `text` until the card that appears contains `expected`; gives all that it says. Parts
   * of a card come from several sources, one after the other.
   */
  async hover(text: string, expected: string): Promise<string> {
    await this.select(text);
    const box = await this.activeEditor().locator('.selected-text').first().boundingBox();
    if (box === null) throw new Error(`${text} is not on the screen`);
    await eventually(`a hover on ${text} that says ${expected}`, async () => {
      await this.page.mouse.move(0, 0);
      await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await this.hoverCard().filter({ hasText: expected }).waitFor({ timeout: 3000 });
      return true;
    });
    return (await this.hoverCard().allInnerTexts()).join('\n');
  }

  /** The card that `hover` left open, to press its links. */
  hoverCard(): Locator {
    return this.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content').first();
  }

  /** The links of a code lens are made by the extension a moment after the text. */
  codeLens(title: string): Locator {
    return this.activeEditor().locator('.codelens-decoration a', { hasText: title });
  }

  /**
   * The titles in the Ctrl+. menu at the first `text`, without its headings; leaves the menu closed. Keeps a screenshot of it
   * under that name.
   *
   * @param scrolled lines by which the text is moved up before, so that the menu stands below it and does not cover it
   */
  async codeActions(text: string, screenshot?: string, scrolled = 0): Promise<string[]> {
    await this.openCodeActions(text, scrolled);
    if (screenshot !== undefined) await this.screenshot(screenshot);
    const titles = await this.page.locator('.action-widget .monaco-list-row.action .title').allInnerTexts();
    await this.page.keyboard.press('Escape');
    return titles;
  }

  /** Chooses an entry of the Ctrl+. menu at the first `text`, by its whole title. */
  async applyCodeAction(text: string, title: string): Promise<void> {
    await this.openCodeActions(text);
    const titles = this.page.locator('.action-widget .monaco-list-row.action .title');
    await titles.getByText(title, { exact: true }).click();
  }

  /** A menu asked for right after the cursor has moved is cancelled: the light bulb tells that VS Code has settled. */
  private async openCodeActions(text: string, scrolled = 0): Promise<void> {
    await this.select(text);
    for (let line = 0; line < scrolled; line++) await this.page.keyboard.press('Control+ArrowDown');
    await this.page
      .locator('.lightBulbWidget:visible, [class*="codicon-gutter-lightbulb"]:visible')
      .first()
      .waitFor();
    const row = this.page.locator('.action-widget .monaco-list-row.action').first();
    await eventually(`code actions at ${text}`, async () => {
      await this.page.keyboard.press('Control+.');
      await row.waitFor({ timeout: 2500 });
      return true;
    });
  }

  // The refactor preview, which VS Code opens for edits that need confirmation.

  async previewRows(): Promise<PreviewRow[]> {
    const rows = this.preview().locator('.monaco-list-row');
    await rows.first().waitFor();
    return Promise.all(
      (await rows.all()).map(async (row) => ({
        label: (await row.getAttribute('aria-label'))?.trim() ?? '',
        checked: (await row.locator('.edit-checkbox').getAttribute('aria-checked')) === 'true',
      })),
    );
  }

  /** Ticks every file of the preview that is not ticked, and with it the changes in it. */
  async confirmPreview(): Promise<void> {
    for (const row of await this.preview().locator('.monaco-list-row[aria-level="1"]').all()) {
      const box = row.locator('.edit-checkbox');
      if ((await box.getAttribute('aria-checked')) !== 'true') await box.click();
    }
  }

  async applyPreview(): Promise<void> {
    await this.endPreview('Apply');
  }

  async discardPreview(): Promise<void> {
    await this.endPreview('Discard');
  }

  private async endPreview(button: 'Apply' | 'Discard'): Promise<void> {
    await this.preview().locator('.monaco-button', { hasText: button }).click();
    await this.preview().locator('.monaco-list-row').first().waitFor({ state: 'hidden' });
  }

  private preview(): Locator {
    return this.page.locator('.bulk-edit-panel');
  }

  // Commands, questions and messages.

  /** Runs a command by its whole title in the palette. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.page.locator('.quick-input-widget .quick-input-box input').fill(`>${title}`);
    await this.pick(title);
  }

  /** Chooses an entry of the open quick pick by its whole label. */
  async pick(label: string): Promise<void> {
    const labels = this.page.locator('.quick-input-list .label-name');
    await this.press(labels.getByText(label, { exact: true }).first());
  }

  /** Answers the open input box. */
  async answer(text: string): Promise<void> {
    await this.page.locator('.quick-input-widget .quick-input-box input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Answers the dialog for a file, which is an input box here, with a path of the folder. */
  async answerFile(path: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    // The dialog fills the box itself once it has read its folder, whatever stands there by then.
    await input.waitFor();
    await eventually('the dialog for a file takes the answer', async () => {
      if (await input.isHidden()) return true;
      await input.fill(join(this.folder, path));
      await this.page.keyboard.press('Enter');
      await input.waitFor({ state: 'hidden', timeout: 2000 });
      return true;
    });
  }

  /** A message in the corner that contains `text`. */
  notification(text: string): Locator {
    return this.page.locator('.notification-list-item', { hasText: text });
  }

  /** A button of the open modal dialog. */
  dialogButton(label: string): Locator {
    return this.page.locator('.monaco-dialog-box .monaco-button', { hasText: label });
  }

  // Views.

  /** The document inside the visible webview. The first one of a window takes seconds to come. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame');
  }

  async setTheme(theme: Theme): Promise<void> {
    const { name, mark } = THEMES[theme];
    this.configure({ 'workbench.colorTheme': name });
    await this.page.locator(`.monaco-workbench.${mark}`).waitFor();
  }

  /** Writes NAME-THEME.png of what is seen, in every kind of theme. A webview is visible, and follows the theme. */
  async screenshotInThemes(name: string): Promise<void> {
    for (const theme of Object.keys(THEMES) as Theme[]) {
      await this.setTheme(theme);
      await this.webview().locator(`body[data-vscode-theme-kind="vscode-${theme}"]`).waitFor();
      await this.screenshot(`${name}-${theme}`);
    }
    await this.setTheme('dark');
  }

  /** Makes the window so wide and high, in pixels. */
  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
  }

  /** Changes settings of the folder; VS Code follows within a moment. (User settings it would read only at its start.) */
  configure(settings: Readonly<Record<string, unknown>>): void {
    const file = '.vscode/settings.json';
    const all = { ...parse(this.file(file) ?? '{}'), ...settings };
    mkdirSync(join(this.folder, '.vscode'), { recursive: true });
    writeFileSync(join(this.folder, file), JSON.stringify(all, null, 2));
  }

  /** Leaves the whole width to the editors. */
  async hideSideBar(): Promise<void> {
    if (await this.page.locator('.part.sidebar').isVisible())
      await this.runCommand('View: Toggle Primary Side Bar Visibility');
    await this.page.locator('.part.sidebar').waitFor({ state: 'hidden' });
  }

  async closeEditors(): Promise<void> {
    await this.runCommand('View: Close All Editors');
  }

  /** Writes out/screenshots/NAME.png. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name.replace(/[^\w.-]+/g, '-')}.png`) });
  }

  /** Clicks, and takes the mouse away from what appears under it. */
  private async press(target: Locator): Promise<void> {
    await target.click();
    await this.page.mouse.move(0, 0);
  }

  private activeEditor(): Locator {
    return this.page
      .locator(
        '.editor-group-container.active .editor-instance > .monaco-editor, .editor-group-container.active .editor-container .monaco-editor',
      )
      .first();
  }
}
