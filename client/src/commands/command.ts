// What a command is, and what it may use.

import type * as vscode from 'vscode';
import type { VirtualDocuments } from '../documents.js';
import type { LanguageServer } from '../language-client.js';
import type { Passwords } from '../passwords.js';
import type { PlanHistory } from '../plan/history.js';
import type { Plans } from '../plan/plans.js';
import type { RulePages } from '../rule-pages.js';

export interface Parts {
  readonly server: LanguageServer;
  readonly plans: Plans;
  readonly history: PlanHistory;
  readonly passwords: Passwords;
  readonly documents: VirtualDocuments;
  readonly pages: RulePages;
  readonly output: vscode.LogOutputChannel;
}

export interface Command {
  /** As in `contributes.commands`. */
  readonly id: string;
  /** @param argument what a code lens, a link or another command passes; from the palette there is none */
  run(parts: Parts, argument: unknown): Promise<void> | void;
}
