// Asks a server to stop what one of its sessions does: a connection of its own that carries 16 bytes and is then closed
// (manual, section 54.2.8). pg's own `cancel` sends them without TLS even where the session has TLS.

import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

export interface CancelTarget {
  /** A host, or a folder that holds the server's socket. */
  readonly host: string;
  readonly port: number;
  /** As for the session itself; `null` for a plain connection. */
  readonly tls: ConnectionOptions | null;
  readonly processId: number;
  readonly secretKey: number;
}

const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;

/** Resolves when the request is delivered or cannot be, or after the time. Whether anything stops shows in the session. */
export function requestCancel(target: CancelTarget, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = target.host.startsWith('/')
      ? connect(`${target.host}/.s.PGSQL.${target.port}`)
      : connect(target.port, target.host);
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.on('error', () => socket.destroy());
    socket.once('connect', () => {
      if (target.tls === null) deliver(socket, target);
      else secure(socket, target, target.tls);
    });
  });
}

function secure(socket: Socket, target: CancelTarget, tls: ConnectionOptions): void {
  const request = Buffer.alloc(8);
  request.writeInt32BE(8, 0);
  request.writeInt32BE(SSL_REQUEST, 4);
  socket.write(request);
  socket.once('data', (answer) => {
    if (answer.toString('latin1') !== 'S') {
      socket.destroy();
      return;
    }
    const secured = connectTls({ ...tls, socket });
    secured.on('error', () => socket.destroy());
    secured.once('secureConnect', () => deliver(secured, target));
  });
}

function deliver(socket: Socket, target: CancelTarget): void {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL_REQUEST, 4);
  message.writeInt32BE(target.processId, 8);
  message.writeInt32BE(target.secretKey, 12);
  // The server closes the connection once it has passed the request on. Like libpq we do not end our side first: all of
  // PgBouncer 1.18 ended when we did.
  socket.resume();
  socket.write(message);
}
