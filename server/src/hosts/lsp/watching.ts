// Which files the client watches for us: those whose names say that they concern us, and those that configurations are made
// of, wherever they are and whatever their names.

import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type Disposable,
  type FileSystemWatcher,
} from 'vscode-languageserver/node';
import { CONFIG_FILE } from '../../lint/config.js';
import { fileName, folderOf } from '../../text/source-file.js';
import { CODE_FILES, isConcerned, TOOL_FILES } from '../files.js';
import type { ClientFacts, Session } from './session.js';
import { toUri } from './to-protocol.js';

const BY_NAME: readonly FileSystemWatcher[] = [
  { globPattern: '**/*.{sql,ex,exs}' },
  { globPattern: `**/${CONFIG_FILE}` },
  ...[...TOOL_FILES, ...CODE_FILES].map((globPattern) => ({ globPattern })),
];

export class Watching {
  private paths: readonly string[] = [];
  private registered: Disposable | null = null;
  private registering: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly client: ClientFacts,
  ) {}

  /** Begins to watch. A client that refuses is one that does not watch. */
  async start(): Promise<void> {
    if (this.client.watchesFiles) await this.register([...BY_NAME]);
  }

  /** Asks the client to watch what the configurations are made of now, when that is not what they were made of. */
  follow(sessions: readonly Session[]): void {
    if (!this.client.watchesFiles) return;
    const paths = [...new Set(sessions.flatMap(pathsBeside))].sort();
    if (paths.join('\n') === this.paths.join('\n')) return;
    this.paths = paths;
    this.registering = this.registering.then(() => this.replace(paths));
  }

  private async replace(paths: readonly string[]): Promise<void> {
    const before = this.registered;
    const watchers = paths.map((path) => watcherOf(path, this.client));
    this.registered = watchers.length === 0 ? null : await this.register(watchers);
    before?.dispose();
  }

  private async register(watchers: FileSystemWatcher[]): Promise<Disposable | null> {
    const { type } = DidChangeWatchedFilesNotification;
    return this.connection.client.register(type, { watchers }).catch(() => null);
  }
}

function pathsBeside(session: Session): readonly string[] {
  return session.configurations().filter((path) => !(isConcerned(path) && session.holds(path)));
}

function watcherOf(path: string, { watchesElsewhere }: ClientFacts): FileSystemWatcher {
  const name = fileName(path).replace(/[*?{}[\]]/g, '[$&]');
  return {
    globPattern: watchesElsewhere ? { baseUri: toUri(folderOf(path)), pattern: name } : `**/${name}`,
  };
}
