/** A way to a server that is slow, or breaks: a proxy of TCP in between. */
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

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
  /** After so many bytes of both directions a connection ends; asked for each. */
  cutAfter?: (() => number) | undefined;
  /** No more than so many a second come back over a connection. */
  bytesPerSecond?: number | undefined;
}

/** Ends when `onEnd` is run. @param url of the server */
export async function badNetwork(
  url: string,
  { delayMs = 0, cutEvery, cutAfter, bytesPerSecond = Infinity }: How,
  onEnd: (end: () => void) => void,
) {
  const { hostname, port } = new URL(url);
  const open = new Set<net.Socket>();
  let pieces = 0;
  const server = net.createServer((client) => {
    const there = net.connect(Number(port), hostname);
    const end = (): void => {
      client.destroy();
      there.destroy();
    };
    let left = cutAfter?.() ?? Infinity;
    const isCut = (piece: Buffer): boolean => (left -= piece.length) < 0;
    /** When the last piece has gone through, by the clock of `performance`. */
    let through = 0;
    /** Pieces that are under way, which come in their order, and before the end. */
    let underWay = Promise.resolve();
    for (const socket of [client, there]) {
      open.add(socket);
      socket.on('error', end);
      socket.on('close', () => open.delete(socket));
    }
    client.on('close', end);
    there.on('close', () => void underWay.then(end));
    client.on('end', () => there.end());
    client.on('data', (piece: Buffer) => {
      if (!isCut(piece)) return void there.write(piece);
      network.cuts++;
      end();
    });
    there.on('data', (piece: Buffer) => {
      if (isCut(piece) || (cutEvery !== undefined && ++pieces % cutEvery === 0)) {
        network.cuts++;
        return end();
      }
      through = Math.max(performance.now(), through) + (1000 * piece.length) / bytesPerSecond;
      const due = through + delayMs;
      underWay = underWay.then(async () => {
        const wait_ms = due - performance.now();
        if (wait_ms > 1) await delay(wait_ms);
        if (client.writable) client.write(piece);
      });
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
