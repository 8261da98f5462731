// A minimal client for any language server over stdio, which measures how long diagnostics take after a keystroke.

import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
}

export interface Latency {
  /** Milliseconds from `didOpen` to the first diagnostics. */
  readonly open: number;
  readonly p50: number;
  readonly p95: number;
  readonly findings: number;
  /** Peak resident memory in MiB; `null` where the system does not tell. */
  readonly peakMemory: number | null;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[]; readonly uri?: string; readonly version?: number };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

class Client extends EventEmitter {
  private readonly process: ChildProcess;
  private buffer = Buffer.alloc(0);
  private next = 1;
  private readonly waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void }
  >();

  constructor({ command, arguments: words }: ServerCommand, cwd: string) {
    super();
    this.process = spawn(command, words, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    this.process.stdout?.on('data', (data: Buffer) => this.read(data));
    this.process.on('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new Error('the server has ended'));
    });
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  request<T>(method: string, params: unknown): Promise<T> {
    const id = this.next++;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: never) => void, reject });
      this.send({ id, method, params });
    });
  }

  notify(method: string, params: unknown): void {
    this.send({ method, params });
  }

  stop(): void {
    this.process.kill('SIGKILL');
  }

  private send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.process.stdin?.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.process.stdin?.write(body);
  }

  private read(data: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, data]);
    for (;;) {
      const head = this.buffer.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.buffer.subarray(0, head).toString())?.[1]);
      if (this.buffer.length < head + 4 + length) return;
      const message: Message = JSON.parse(this.buffer.subarray(head + 4, head + 4 + length).toString());
      this.buffer = this.buffer.subarray(head + 4 + length);
      this.handle(message);
    }
  }

  private handle(message: Message): void {
    const { id, method } = message;
    if (method !== undefined) {
      if (id !== undefined) {
        const items = message.params?.items ?? [];
        this.send({ id, result: method === 'workspace/configuration' ? items.map(() => null) : null });
      }
      this.emit(method, message.params);
      return;
    }
    const waiting = id === undefined ? undefined : this.waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.waiting.delete(id);
    if (message.error === undefined) waiting.resolve(message.result as never);
    else waiting.reject(new Error(message.error.message));
  }
}

interface Capabilities {
  readonly diagnosticProvider?: unknown;
  readonly textDocumentSync?: number | { readonly change?: number };
}

const CLIENT_CAPABILITIES = {
  general: { positionEncodings: ['utf-16'] },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
  textDocument: {
    synchronization: { didSave: true },
    publishDiagnostics: { relatedInformation: true, versionSupport: true, codeDescriptionSupport: true },
    diagnostic: { dynamicRegistration: true },
  },
};

/** Types letters into a comment in the middle of the document, one at a time, and waits for the diagnostics of each. */
export async function measureTyping(
  server: ServerCommand,
  workspace: string,
  path: string,
  keystrokes: number,
): Promise<Latency> {
  const client = new Client(server, workspace);
  try {
    return await typeInto(client, workspace, path, keystrokes);
  } finally {
    client.stop();
  }
}

async function typeInto(
  client: Client,
  workspace: string,
  path: string,
  keystrokes: number,
): Promise<Latency> {
  const rootUri = pathToFileURL(workspace).href;
  const { capabilities } = await client.request<{ capabilities: Capabilities }>('initialize', {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: 'bench' }],
    capabilities: CLIENT_CAPABILITIES,
  });
  client.notify('initialized', {});
  const uri = pathToFileURL(path).href;
  const sql = path.endsWith('.sql');
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n');
  const incremental =
    (typeof capabilities.textDocumentSync === 'object'
      ? capabilities.textDocumentSync.change
      : capabilities.textDocumentSync) === 2;
  const diagnostics = diagnosticsOf(client, uri, capabilities.diagnosticProvider !== undefined);

  let version = 1;
  const opened = performance.now();
  const first = diagnostics(version);
  client.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: sql ? 'sql' : 'elixir', version, text },
  });
  const findings = await first();
  const open = performance.now() - opened;

  const line = Math.floor(lines.length / 2);
  const change = async (inserted: string, character: number) => {
    version += 1;
    const answer = diagnostics(version);
    const position = { line, character };
    const started = performance.now();
    client.notify('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [
        incremental
          ? { range: { start: position, end: position }, text: inserted }
          : { text: lines.join('\n') },
      ],
    });
    await answer();
    return performance.now() - started;
  };
  lines.splice(line, 0, sql ? '-- ' : '# ');
  await change(sql ? '-- \n' : '# \n', 0);
  const times: number[] = [];
  for (let i = 0; i < keystrokes; i++) {
    const character = lines[line]?.length ?? 0;
    lines[line] += 'x';
    times.push(await change('x', character));
    // As somebody types: the server may finish what it put off.
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return {
    open,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    findings,
    peakMemory: peakMemory(client.pid),
  };
}

/** Waits for the diagnostics of a version: asked for, or pushed where the server does not answer questions. */
function diagnosticsOf(
  client: Client,
  uri: string,
  pull: boolean,
): (version: number) => () => Promise<number> {
  if (pull) {
    return () => async () => {
      const { items = [] } = await client.request<{ items?: readonly unknown[] }>('textDocument/diagnostic', {
        textDocument: { uri },
      });
      return items.length;
    };
  }
  return (version) => {
    const pushed = new Promise<number>((resolve) => {
      const hear = (params: { uri: string; version?: number; diagnostics: readonly unknown[] }) => {
        if (params.uri !== uri || (params.version ?? version) < version) return;
        client.off('textDocument/publishDiagnostics', hear);
        resolve(params.diagnostics.length);
      };
      client.on('textDocument/publishDiagnostics', hear);
    });
    return () => pushed;
  };
}

export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The most memory that a process and those it started have held, in MiB; `null` when it is gone, or where there is no /proc. */
export function peakMemory(pid: number | undefined): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    if (own === undefined) return null;
    const started = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return Number(own) / 1024 + started.reduce((sum, child) => sum + (peakMemory(Number(child)) ?? 0), 0);
  } catch {
    return null;
  }
}
