// A running code-server with throw-away settings, extensions and home, on a free port of the loopback interface.
// It has no password: it must never listen anywhere else.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { installEditor } from './install-editor.js';

export interface EditorOptions {
  /** Packages to install, as a user would. */
  readonly vsix?: readonly string[];
  /** User settings over the quiet ones that every test wants. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The extension host and the language server inherit it. */
  readonly env?: Readonly<Record<string, string>>;
  /** A fixed port, for people; tests take any free one. */
  readonly port?: number;
}

/** What an extension's developer adds to the address of a window; see `Editor.address`. */
export interface Development {
  /** Folder of an extension to load without installing it. */
  readonly extension: string;
  /** A module whose `run` is called in the extension host, which then ends. */
  readonly tests?: string;
}

const QUIET: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.reduceMotion': 'on',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Light Modern',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'remote.autoForwardPorts': false,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  // In a browser VS Code saves by itself.
  'files.autoSave': 'off',
  'files.simpleDialog.enable': true,
  'window.dialogStyle': 'custom',
  'editor.minimap.enabled': false,
};

const START_DEADLINE = 60_000;

export class Editor {
  private constructor(
    /** `http://127.0.0.1:PORT`. */
    readonly url: string,
    private readonly folder: string,
    private readonly server: ChildProcess,
  ) {}

  /** Throws when code-server cannot be had; ask `installEditor` before. */
  static async start(options: EditorOptions = {}): Promise<Editor> {
    const installation = installEditor();
    if (installation.kind === 'unavailable') throw new Error(installation.reason);
    const { node, entry } = installation;

    const folder = mkdtempSync(join(tmpdir(), 'plumbline-editor-'));
    const env = environment(folder, options.env ?? {});
    const folders = ['--user-data-dir', join(folder, 'data'), '--extensions-dir', join(folder, 'extensions')];
    writeSettings(folder, options.settings ?? {});
    for (const vsix of options.vsix ?? [])
      installExtension(node, [entry, ...folders, '--install-extension', vsix], env);

    const port = options.port ?? (await freePort());
    const log = openSync(join(folder, 'server.log'), 'w');
    const server = spawn(node, [entry, ...folders, ...flags(port)], {
      env,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    const editor = new Editor(`http://127.0.0.1:${port}`, folder, server);
    process.once('exit', editor.kill);
    await editor.answering();
    return editor;
  }

  /** The address of a window on a folder; with `development`, an extension from its sources, or a test run. */
  address(workspace: string, development?: Development): string {
    const query = new URLSearchParams({ folder: workspace });
    if (development) {
      const payload = [
        ['extensionDevelopmentPath', this.remote(development.extension)],
        ...(development.tests ? [['extensionTestsPath', this.remote(development.tests)]] : []),
        ['skipWelcome', 'true'],
      ];
      query.set('payload', JSON.stringify(payload));
    }
    return `${this.url}/?${query}`;
  }

  /** What the server and its extension hosts printed. */
  log(): string {
    return readFileSync(join(this.folder, 'server.log'), 'utf8');
  }

  /** Ends the server with all that it started, which are processes of their own, and removes its folders. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.server.once('exit', resolve));
    this.signal('SIGTERM');
    if (this.server.exitCode === null) await Promise.race([ended, pause(3000, null, { ref: false })]);
    this.kill();
    process.off('exit', this.kill);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  private readonly kill = () => this.signal('SIGKILL');

  private signal(signal: NodeJS.Signals): void {
    if (this.server.pid === undefined) return;
    try {
      process.kill(-this.server.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  private remote(path: string): string {
    return `vscode-remote://${new URL(this.url).host}${encodeURI(path)}`;
  }

  private async answering(): Promise<void> {
    const deadline = Date.now() + START_DEADLINE;
    for (;;) {
      const answer = await fetch(`${this.url}/healthz`).catch(() => null);
      if (answer?.ok) return;
      if (this.server.exitCode !== null || Date.now() > deadline) {
        const log = this.log();
        await this.stop();
        throw new Error(`code-server did not start:\n${log}`);
      }
      await pause(100);
    }
  }
}

function flags(port: number): string[] {
  return [
    ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'],
    ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
    ...['--disable-getting-started-override', '--disable-proxy'],
    // A built VS Code ignores extensionDevelopmentPath and extensionTestsPath in an address unless this is on.
    ...['--vscode-option', 'enable-smoke-test-driver'],
  ];
}

function environment(home: string, own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VSCODE_'));
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'share'),
    XDG_RUNTIME_DIR: home,
    // Without it the server asks open-vsx.org for extensions.
    EXTENSIONS_GALLERY: '{}',
    ...own,
  };
}

function writeSettings(folder: string, settings: Readonly<Record<string, unknown>>): void {
  const user = join(folder, 'data/User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ ...QUIET, ...settings }, null, 2));
}

function installExtension(node: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status, stdout, stderr } = spawnSync(node, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the package could not be installed:\n${stdout}${stderr}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
