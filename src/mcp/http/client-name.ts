/**
 * What the client of a request over stateless HTTP calls itself. It says so when it initializes, to a server object
 * that ends with the answer: so the name goes with the session id, which the client sends with all that follows.
 */
import type { IncomingMessage } from 'node:http';
import { plainLine } from '../../domain/plain-line.js';
import { SESSION_HEADER } from '../cancelling.js';

const MOST_LETTERS = 60;
/** A random id, a point, and the name in base64url: what a header may hold. */
const SESSION = /^[\w-]+\.([\w-]+)$/;

/** The session id, with the name in it. */
export function withClientName(session: string, name: string): string {
  const told = plainLine(name, MOST_LETTERS);
  return told === '' ? session : `${session}.${Buffer.from(told).toString('base64url')}`;
}

/**
 * The name that the session id holds; for a client that sends none the program it says it is.
 * @returns undefined where it says neither
 */
export function clientNameOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const session = headers[SESSION_HEADER];
  const [, coded] = (typeof session === 'string' && SESSION.exec(session)) || [];
  const said = coded === undefined ? headers['user-agent'] : Buffer.from(coded, 'base64url').toString();
  const name = plainLine(said ?? '', MOST_LETTERS);
  return name === '' ? undefined : name;
}
