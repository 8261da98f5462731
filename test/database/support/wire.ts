// Servers that are not quite PostgreSQL, for what a real one does not do on request: no TLS, silence, a pooler's refusal,
// a connection that breaks.

import { createServer, connect as dial, type Server, type Socket } from 'node:net';

export interface FakeServer {
  readonly port: number;
  /** What clients have sent so far, as Latin-1; empty for servers that keep no log. */
  sent(): string;
  /** Breaks every connection. */
  breakConnections(): void;
  stop(): Promise<void>;
}

const PROTOCOL_3 = 196608;

/** Answers nothing, ever. */
export function silentServer(): Promise<FakeServer> {
  return serve(() => {});
}

/** Says that it has no TLS. */
export function serverWithoutTls(): Promise<FakeServer> {
  return serve((socket) => socket.once('data', () => socket.write('N')));
}

/** Speaks another protocol. */
export function webServer(): Promise<FakeServer> {
  return serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
}

/** Begins to speak another protocol with a letter that PostgreSQL knows. */
export function sshServer(): Promise<FakeServer> {
  return serve((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'));
}

/** Another program that speaks PostgreSQL's protocol: all that it knows is what it is. */
export function otherProduct(number: string, text: string, product: string): Promise<FakeServer> {
  const row = Buffer.concat([
    message(
      'T',
      [number, text, product].map((_, at) => column(['number', 'text', 'product'][at] ?? '')),
    ),
    message('D', [number, text, product].map(value)),
    Buffer.from('C\0\0\0\x0dSELECT 1\0', 'latin1'),
    READY,
  ]);
  return serve((socket) => {
    socket.once('data', () => {
      socket.write(WELCOME);
      socket.on('data', () => socket.write(row));
    });
  });
}

/** As PgBouncer with `pool_mode = statement`. */
export function statementPooler(): Promise<FakeServer> {
  const version = Buffer.concat([
    message('T', ['number', 'text', 'product'].map(column)),
    message('D', ['180000', '18.0', 'PostgreSQL 18.0'].map(value)),
    Buffer.from('C\0\0\0\x0dSELECT 1\0', 'latin1'),
    READY,
  ]);
  const refusal = errorMessage('08P01', 'transaction blocks not allowed in statement pooling mode', 'ERROR');
  return serve((socket) => {
    socket.once('data', () => {
      socket.write(WELCOME);
      socket.on('data', (sent) =>
        socket.write(sent.toString('latin1').includes('BEGIN') ? Buffer.concat([refusal, READY]) : version),
      );
    });
  });
}

const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');
const WELCOME = Buffer.concat([Buffer.from('R\0\0\0\x08\0\0\0\0', 'latin1'), READY]);

/** A message that begins with how many parts it has: a description of columns, or a row. */
function message(letter: string, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(7);
  head.write(letter, 0, 'latin1');
  head.writeInt32BE(body.length + 6, 1);
  head.writeInt16BE(parts.length, 5);
  return Buffer.concat([head, body]);
}

/** Of type text. */
function column(name: string): Buffer {
  return Buffer.concat([
    Buffer.from(`${name}\0`),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0]),
  ]);
}

function value(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

interface PoolerOptions {
  /** Refuses start-up parameters that it does not track, as PgBouncer does. */
  readonly strict: boolean;
  /** Drops them without a word, as PgBouncer does with `ignore_startup_parameters`. */
  readonly drops?: boolean;
  /** Keeps what clients send. */
  readonly logs?: boolean;
}

/** Passes everything else on. */
export function pooler(port: number, { strict, drops, logs }: PoolerOptions): Promise<FakeServer> {
  return serve((socket, log) => {
    if (logs) socket.on('data', (sent) => log(sent.toString('latin1')));
    socket.once('data', (start) => {
      const isStart = start.readInt32BE(4) === PROTOCOL_3;
      const untracked = /statement_timeout|lock_timeout|options/.exec(start.toString('latin1'));
      if (strict && isStart && untracked !== null) {
        socket.end(errorMessage('08P01', `unsupported startup parameter: ${untracked[0]}`));
        return;
      }
      const server = dial(port, '127.0.0.1');
      server.on('error', () => socket.destroy());
      server.on('close', () => socket.destroy());
      socket.on('close', () => server.destroy());
      server.write(drops && isStart ? withoutSettings(start) : start);
      socket.pipe(server).pipe(socket);
    });
  });
}

/** The start-up message with user and database alone. */
function withoutSettings(start: Buffer): Buffer {
  const words = start.toString('utf8', 8).split('\0');
  const kept = ['user', 'database', 'application_name'].flatMap((name) => [
    name,
    words[words.indexOf(name) + 1] ?? '',
  ]);
  const body = Buffer.from(`${kept.join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(PROTOCOL_3, 4);
  return Buffer.concat([head, body]);
}

function errorMessage(code: string, message: string, severity = 'FATAL'): Buffer {
  const fields = Buffer.from(`S${severity}\0C${code}\0M${message}\0\0`, 'utf8');
  const head = Buffer.alloc(5);
  head.write('E', 0, 'latin1');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

async function serve(answer: (socket: Socket, log: (text: string) => void) => void): Promise<FakeServer> {
  const sent: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    answer(socket, (text) => sent.push(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const breakConnections = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    sent: () => sent.join(''),
    breakConnections,
    async stop() {
      breakConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
