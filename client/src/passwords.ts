// Passwords of connections: kept by VS Code's secret storage when the user says so, else until the window is closed.
// What surprises: they are kept by server, user and database, never by the connection's name. A name belongs to a
// workspace, and the next workspace may give it to another host.

import * as vscode from 'vscode';
import type { ConnectionInfo, PasswordParams } from '../../server/src/hosts/lsp/extensions.js';

export class Passwords {
  private readonly untilClosed = new Map<string, string>();

  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** What the server asks for; `null` when there is none, or the user gave none. */
  async answer({ connection, description, again }: PasswordParams): Promise<string | null> {
    const known = await this.known(description);
    if (!again) return known;
    const reason = known === null ? '' : 'The last one was refused. ';
    const password = await ask(connection, `${reason}Password for ${description}`);
    if (password === undefined) return null;
    if (await askWhetherToKeep()) await this.keep(description, password);
    else this.untilClosed.set(description, password);
    return password;
  }

  /** Asks for a password to keep. False when the user gave none. */
  async set({ name, description }: ConnectionInfo): Promise<boolean> {
    const password = await ask(name, `Password for ${description}`);
    if (password === undefined) return false;
    await this.keep(description, password);
    return true;
  }

  async forget({ description }: ConnectionInfo): Promise<void> {
    this.untilClosed.delete(description);
    await this.secrets.delete(keyOf(description));
  }

  private async known(description: string): Promise<string | null> {
    return this.untilClosed.get(description) ?? (await this.secrets.get(keyOf(description))) ?? null;
  }

  private async keep(description: string, password: string): Promise<void> {
    this.untilClosed.delete(description);
    await this.secrets.store(keyOf(description), password);
  }
}

function keyOf(description: string): string {
  return `password ${description}`;
}

async function ask(connection: string, prompt: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: `Plumbline: ${connection}`,
    prompt,
    password: true,
    ignoreFocusOut: true,
  });
}

/** Without an answer it is not kept. */
async function askWhetherToKeep(): Promise<boolean> {
  const keep = { label: 'Remember the password', detail: 'In the secret storage of VS Code, not in a file.' };
  const forget = { label: 'Use it until this window is closed' };
  const chosen = await vscode.window.showQuickPick([keep, forget], {
    title: 'Plumbline',
    ignoreFocusOut: true,
  });
  return chosen === keep;
}
