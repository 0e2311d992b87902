/** Who may talk to the HTTP server: decided from headers alone, before a body is read. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import os from 'node:os';

export interface HttpPolicy {
  /** The address the server is bound to. */
  host: string;
  token: string | null;
}

const bare = (host: string): string => host.toLowerCase().replace(/^\[(.*)\]$/, '$1');

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/**
 * Names a request may use for this server. A web page that rebinds its own domain to this machine sends
 * that domain as Host and Origin, so only names it cannot own are let in; addresses are such names.
 */
function isOwnName(name: string, { host }: HttpPolicy): boolean {
  if (isLoopback(name) || name === bare(host)) return true;
  return !isLoopback(host) && (isIP(name) !== 0 || name === os.hostname().toLowerCase());
}

function hostOf(url: string): string | undefined {
  try {
    return bare(new URL(url).hostname);
  } catch {
    return undefined;
  }
}

/** Compared by digest, so that neither length nor prefix of the token shows in the time it takes. */
function sameSecret(a: string, b: string): boolean {
  const digest = (s: string): Buffer => createHash('sha256').update(s).digest();
  return timingSafeEqual(digest(a), digest(b));
}

export interface HttpRefusal {
  status: number;
  message: string;
}

/** What to refuse a request with for where it comes from, or undefined to look at its token. */
export function originRefusal(headers: IncomingHttpHeaders, policy: HttpPolicy): HttpRefusal | undefined {
  const host = hostOf(`http://${headers.host ?? ''}`);
  if (host === undefined || !isOwnName(host, policy))
    return { status: 403, message: 'Forbidden: this Host is not served here.' };
  if (headers.origin !== undefined) {
    const origin = hostOf(headers.origin);
    if (origin === undefined || !isOwnName(origin, policy))
      return { status: 403, message: 'Forbidden: requests from this Origin are not served.' };
  }
  return undefined;
}

/** Whether a request has the token, where there is one. */
export function hasToken(headers: IncomingHttpHeaders, { token }: HttpPolicy): boolean {
  if (token === null) return true;
  const [, given] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  return given !== undefined && sameSecret(given, token);
}
