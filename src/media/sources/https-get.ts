/** One download over https, refused for addresses that are not public. */
import { lookup as dnsLookup } from 'node:dns';
import { type IncomingMessage, get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { type LookupFunction, isIP } from 'node:net';
import { RollcallError, cancelled } from '../../domain/errors/errors.js';
import { saidBy } from '../../domain/errors/thrown.js';
import { isPrivateAddress } from './private-addresses.js';

export interface HttpsOptions {
  /** For tests and for people who say so: also http, also addresses of this machine and its network. */
  allowPrivate?: boolean | undefined;
  /** Longest wait for the answer's headers, and between two pieces of its body, milliseconds. */
  timeoutMs: number;
  /** What the answer should be, for the Accept header. */
  accept: string;
}

const MAX_REDIRECTS = 5;

/**
 * Opens an https URL; the answer's body is still to be read, and to be destroyed if it isn't. Redirects are followed to
 * https only. Addresses of this machine and of private networks are refused where the name has been
 * resolved, so that a name cannot be pointed at them.
 * @throws RollcallError `forbidden`, `unreachable`, `cancelled`.
 */
export async function openHttps(url: string, options: HttpsOptions, signal?: AbortSignal): Promise<IncomingMessage> {
  let next = parseUrl(url, options);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const answer = await request(next, options, signal);
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    answer.destroy();
    const location = answer.headers.location;
    if (status < 300 || status >= 400 || location === undefined) {
      throw new RollcallError(
        'unreachable',
        `${next.host} answered ${status} ${answer.statusMessage ?? ''}`.trim() + '.',
        status === 401 || status === 403
          ? 'Give a URL that needs no login, or download it and give the path.'
          : 'Check the URL in a browser, or download it and give the path.',
      );
    }
    if (!URL.canParse(location, next.href))
      throw new RollcallError(
        'unreachable',
        `${next.host} redirects to ${JSON.stringify(location)}, which is no address.`,
        'Check the URL in a browser, or download it and give the path.',
      );
    next = parseUrl(new URL(location, next).href, options);
  }
  throw new RollcallError('unreachable', `${url} redirects more than ${MAX_REDIRECTS} times.`, 'Give the final URL.');
}

/** Why the body of an answer ended before its end. */
export function brokenOff(error: unknown): string {
  const said = saidBy(error);
  // Node's word for a connection that the other side closed.
  return said === 'aborted' ? 'the server closed the connection before all had come' : said;
}

function parseUrl(url: string, options: HttpsOptions): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed) throw new RollcallError('bad_argument', `${url} is not a URL.`, 'Give an https URL or a path.');
  if (parsed.protocol !== 'https:' && !(options.allowPrivate && parsed.protocol === 'http:')) {
    throw new RollcallError(
      'forbidden',
      `${parsed.protocol}// addresses are not opened, only https.`,
      'Give an https URL or a path on this machine.',
    );
  }
  // A literal address is never looked up, so it is checked here.
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  if (!options.allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) throw privateAddress(parsed.host);
  return parsed;
}

function request(url: URL, options: HttpsOptions, signal?: AbortSignal): Promise<IncomingMessage> {
  const get = url.protocol === 'http:' ? httpGet : httpsGet;
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const sent = get(
      url,
      {
        headers: { accept: options.accept, 'user-agent': 'rollcall-mcp' },
        // No connection is kept: one that the server has just given up must not fail the next request.
        agent: false,
        timeout: options.timeoutMs,
        ...(signal ? { signal } : {}),
        ...(options.allowPrivate ? {} : { lookup: publicLookup }),
      },
      (came) => {
        answer = came;
        resolve(came);
      },
    );
    // Whoever reads an answer hears of nothing else that befell it.
    sent.on('timeout', () => (answer ?? sent).destroy(new Error(`no answer for ${options.timeoutMs / 1000} s`)));
    sent.on('error', (error) => {
      if (error instanceof RollcallError) reject(error);
      else if (signal?.aborted) reject(cancelled(error));
      else
        reject(
          new RollcallError(
            'unreachable',
            `${url.host} could not be reached: ${error.message}.`,
            'Check the address and this machine’s connection, or download it and give the path.',
            { cause: error },
          ),
        );
    });
  });
}

/** DNS as usual, but private addresses are an error. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    const first = addresses?.[0];
    if (error || !first) return callback(error ?? new Error(`${hostname} has no address`), '');
    if (addresses.some(({ address }) => isPrivateAddress(address))) return callback(privateAddress(hostname), '');
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function privateAddress(host: string): RollcallError {
  return new RollcallError(
    'forbidden',
    `${host} is an address of this machine or a private network.`,
    'Give a public https URL, or the path of the file.',
  );
}
