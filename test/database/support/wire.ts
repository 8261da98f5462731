// Servers that are not quite PostgreSQL, for what a real one does not do on request: no TLS, silence, a pooler's refusal,
// a connection that breaks.

import { createServer, connect as dial, type Server, type Socket } from 'node:net';

export interface FakeServer {
  readonly port: number;
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

/** Passes everything on; like PgBouncer it refuses start-up parameters that it does not track. */
export function pooler(port: number, { strict }: { readonly strict: boolean }): Promise<FakeServer> {
  return serve((socket) => {
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
      server.write(start);
      socket.pipe(server).pipe(socket);
    });
  });
}

function errorMessage(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`, 'utf8');
  const head = Buffer.alloc(5);
  head.write('E', 0, 'latin1');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

async function serve(answer: (socket: Socket) => void): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const breakConnections = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    breakConnections,
    async stop() {
      breakConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
