// The request that stops a statement, as a server sees it.

import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { requestCancel } from '../../server/src/database/cancel-request.js';

describe('a cancel request', () => {
  it('is 16 bytes, and leaves it to the server to close: a pooler may fail when the client does', async () => {
    const came: string[] = [];
    const probes: Socket[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.once('data', (message) => {
        came.push(message.toString('hex'));
        if (message.length < 16) {
          socket.end();
          return;
        }
        socket.once('end', () => came.push('ended'));
        // What the client did at once has arrived when another one has been heard.
        const probe = connect(port, '127.0.0.1', () => probe.end('probe'));
        probes.push(probe);
        probe.once('close', () => {
          came.push('closed by the server');
          socket.destroy();
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await requestCancel({ host: '127.0.0.1', port, tls: null, processId: 7, secretKey: 9 }, 10_000);
    for (const probe of probes) probe.destroy();
    await new Promise((resolve) => server.close(resolve));
    assert.deepEqual(came, [
      '0000001004d2162e0000000700000009',
      Buffer.from('probe').toString('hex'),
      'closed by the server',
    ]);
  });
});
