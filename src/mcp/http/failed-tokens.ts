/** Who guesses tokens gets few of them a second; who has the right one gets in all the same. */
import type { Socket } from 'node:net';
import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';

/** Wrong tokens of an address that are answered at once, until none came for as long as that. */
const FREE = 10,
  FORGOTTEN_MS = 60_000;
/** After those, one request of the address is looked at in this time, milliseconds. */
const APART_MS = 100;
/** Addresses kept in mind. */
const MOST = 10_000;

export interface FailedTokens {
  /**
   * Settles when the token of a request may be looked at; null for at once. That it is unless its address has sent
   * many wrong ones, and this connection no right one. Then they take turns; those that have hung up are passed over.
   */
  turn(socket: Socket): Promise<void> | null;
  /** It was right: this connection waits for no more turns. */
  right(socket: Socket): void;
  /** It was wrong. @returns whether that was one too many */
  wrong(socket: Socket): boolean;
}

interface Guesser {
  wrong: number;
  /** Ends when the last in the queue may be looked at. */
  queue: Promise<void>;
}

/** @param apartMs see APART_MS */
export function limitFailedTokens(apartMs = APART_MS): FailedTokens {
  const guessers = new LRUCache<string, Guesser>({ max: MOST, ttl: FORGOTTEN_MS });
  const known = new WeakSet<Socket>();
  return {
    turn(socket) {
      const guesser = guessers.get(addressOf(socket));
      if (guesser === undefined || guesser.wrong < FREE || known.has(socket)) return null;
      guesser.queue = guesser.queue.then(async () => {
        if (!socket.destroyed) await new Promise<void>((resolve) => setTimeout(resolve, apartMs));
      });
      return guesser.queue;
    },
    right: (socket) => void known.add(socket),
    wrong(socket) {
      const address = addressOf(socket);
      const guesser = guessers.get(address) ?? { wrong: 0, queue: Promise.resolve() };
      guesser.wrong += 1;
      // Also begins the time anew after which it is forgotten.
      guessers.set(address, guesser);
      return guesser.wrong > FREE;
    },
  };
}

/** Of IPv6 the first half: a client has the other half to itself. */
function addressOf({ remoteAddress = '' }: Socket): string {
  const [half = ''] = remoteAddress.split('%');
  if (!isIPv6(half) || half.startsWith('::ffff:')) return remoteAddress;
  return new URL(`http://[${half}]`).hostname.slice(1, -1).split('::')[0]?.split(':').slice(0, 4).join(':') ?? half;
}
