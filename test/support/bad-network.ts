/** A way to a server that is slow, or breaks: a proxy of TCP in between. */
import { once } from 'node:events';
import net from 'node:net';

export interface BadNetwork {
  url: string;
  /** Connections that were cut so far. */
  cuts: number;
}

interface How {
  /** Every piece of an answer comes so much later, ms. */
  delayMs?: number;
  /** Instead of every so manieth piece of an answer the connection ends; what was asked has been done by then. */
  cutEvery?: number;
}

/** Ends when `onEnd` is run. @param url of the server */
export async function badNetwork(url: string, { delayMs = 0, cutEvery }: How, onEnd: (end: () => void) => void) {
  const { hostname, port } = new URL(url);
  const open = new Set<net.Socket>();
  let pieces = 0;
  const server = net.createServer((client) => {
    const there = net.connect(Number(port), hostname);
    const end = (): void => {
      client.destroy();
      there.destroy();
    };
    for (const socket of [client, there]) {
      open.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        open.delete(socket);
        end();
      });
    }
    client.pipe(there);
    there.on('data', (piece: Buffer) => {
      if (cutEvery !== undefined && ++pieces % cutEvery === 0) {
        network.cuts++;
        end();
      } else if (delayMs === 0) client.write(piece);
      else setTimeout(() => client.writable && client.write(piece), delayMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const network: BadNetwork = { url: `http://127.0.0.1:${address.port}`, cuts: 0 };
  onEnd(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return network;
}
