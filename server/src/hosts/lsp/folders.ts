// The workspace folders, each with a session of its own: a folder has its own settings, migrations and schema.
// One that lies inside another is read with that one.

import type { EmbeddedEngine } from './embedded-engine.js';
import type { Session } from './session.js';

export interface Folder {
  readonly session: Session;
  readonly engine: EmbeddedEngine;
  /** Ends the reading of the folder. */
  readonly stop: AbortController;
}

export class Folders {
  private readonly roots: Set<string>;
  private list: readonly [Folder, ...Folder[]];
  private trusted = false;

  /** @param open makes the folder of a path, `''` when no folder is open: there is always one */
  constructor(
    roots: readonly string[],
    private readonly open: (root: string) => Folder,
  ) {
    this.roots = new Set(roots);
    this.list = this.listed([]);
  }

  all(): readonly Folder[] {
    return this.list;
  }

  /** The folder that holds the file; the first one for a file, or no file, that none holds. */
  of(path: string | null): Folder {
    const found = path === null ? undefined : this.list.find(({ session }) => session.holds(path));
    return found ?? this.list[0];
  }

  /** Gives the folders that are new. An open document goes to the folder that holds it now. */
  change(added: readonly string[], removed: readonly string[]): readonly Folder[] {
    for (const root of removed) this.roots.delete(root);
    for (const root of added) this.roots.add(root);
    const before = this.list;
    this.list = this.listed(before);
    for (const { session } of before) {
      for (const { path } of session.openDocuments()) {
        const to = this.of(path).session;
        if (to !== session) session.moveDocument(path, to);
      }
    }
    for (const folder of before) if (!this.list.includes(folder)) void close(folder);
    return this.list.filter((folder) => !before.includes(folder));
  }

  /** The user trusts the workspace, and what will be added to it. */
  trust(): void {
    this.trusted = true;
    for (const { session } of this.list) session.trust();
  }

  async close(): Promise<void> {
    await Promise.all(this.list.map(close));
  }

  private listed(known: readonly Folder[]): readonly [Folder, ...Folder[]] {
    const folderOf = (root: string) => known.find(({ session }) => session.root === root) ?? this.made(root);
    const [first = '', ...others] = outermost([...this.roots]);
    return [folderOf(first), ...others.map(folderOf)];
  }

  private made(root: string): Folder {
    const folder = this.open(root);
    if (this.trusted) folder.session.trust();
    return folder;
  }
}

function outermost(roots: readonly string[]): readonly string[] {
  return roots.filter((root) => !roots.some((other) => root.startsWith(`${other}/`)));
}

async function close({ stop, engine }: Folder): Promise<void> {
  stop.abort();
  await engine.close();
}
