/**
 * A small Google Cloud Storage for tests, in memory: what LanceDB and a library ask of its XML API
 * (https://cloud.google.com/storage/docs/xml-api/reference-methods), with generations, parts, pages and signed tokens.
 */
import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

const EMAIL = 'tests@rollcall.iam.gserviceaccount.com';
const KEY_ID = 'key-1';

export interface GcsBehaviour {
  /** Takes no notice of conditions. */
  ignores?: boolean;
  /** Whether the answer of writing an object gets lost, though what it says was done. */
  loses?: (key: string) => boolean;
  /** What is answered instead of an object, while it says something: its status, or other content. */
  answers?: (key: string) => number | Buffer | undefined;
  /** So often a write is refused as one too many, as Google does with more than one a second of an object. */
  refusesEvery?: number;
  /** Objects on a page of a list. */
  page?: number;
}

export interface GcsServer {
  objects: Map<string, { body: Buffer; generation: string; modified: Date }>;
  /** What a process is given to reach it. */
  env: Record<string, string>;
  endpoint: string;
  bucket: string;
  /** How many requests of each kind there were. */
  asked: Record<string, number>;
  stop(): void;
}

export async function startGcs(how: GcsBehaviour = {}): Promise<GcsServer> {
  const bucket = 'films';
  const objects: GcsServer['objects'] = new Map();
  const uploads = new Map<string, Map<number, Buffer>>();
  const asked: Record<string, number> = {};
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let [writes, ids, last] = [0, 0, Date.now() * 1000];

  const isSigned = ({ authorization = '' }: IncomingMessage['headers']): boolean => {
    const [head = '', claims = '', signature = ''] = authorization.replace(/^Bearer /, '').split('.');
    if (!verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url')))
      return false;
    const { iss, exp, scope } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
    return (
      iss === EMAIL && kid === KEY_ID && Number(exp) * 1000 > Date.now() && String(scope).endsWith('cloud-platform')
    );
  };
  const list = (query: URLSearchParams): string => {
    const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const entries = new Map<string, string>();
    for (const key of [...objects.keys()].sort()) {
      if (!key.startsWith(prefix)) continue;
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      const name = end < 0 ? key : key.slice(0, end + delimiter.length);
      const { body, modified } = objects.get(key) ?? {};
      const one = `<Contents><Key>${key}</Key><Size>${body?.length}</Size><LastModified>${modified?.toISOString()}</LastModified><ETag>"x"</ETag></Contents>`;
      if (name > after) entries.set(name, end < 0 ? one : `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`);
    }
    const shown = [...entries].slice(0, how.page ?? 1000);
    const more = shown.length < entries.size;
    const next = more ? `<NextContinuationToken>${shown.at(-1)?.[0]}</NextContinuationToken>` : '';
    return `<ListBucketResult>${shown.map(([, xml]) => xml).join('')}<IsTruncated>${more}</IsTruncated>${next}</ListBucketResult>`;
  };

  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const url = new URL(request.url ?? '/', 'http://x'),
      query = url.searchParams,
      method = request.method ?? '';
    asked[method] = (asked[method] ?? 0) + 1;
    const end = (status: number, text: string | Buffer = '', headers: Record<string, string> = {}): void =>
      void response
        .writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) })
        .end(method === 'HEAD' ? undefined : text);
    const refuse = (status: number, code: string): void => end(status, `<Error><Code>${code}</Code></Error>`);
    if (!isSigned(request.headers)) return refuse(401, 'AuthenticationRequired');
    const [, named, key = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    if (named !== bucket) return refuse(404, 'NoSuchBucket');
    const now = objects.get(key);
    if (method === 'GET' && key === '') return end(200, list(query));
    if (method === 'GET' || method === 'HEAD') {
      const instead = how.answers?.(key);
      if (typeof instead === 'number') return refuse(instead, 'AccessDenied');
      if (!now) return refuse(404, 'NoSuchKey');
      if (instead)
        return end(200, instead, {
          etag: '"x"',
          'x-goog-generation': now.generation,
          'last-modified': now.modified.toUTCString(),
        });
      const headers = {
        etag: `"${createHash('md5').update(now.body).digest('hex')}"`,
        'x-goog-generation': now.generation,
        'last-modified': now.modified.toUTCString(),
      };
      const [, first = '', final = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
      if (first === '' && final === '') return end(200, now.body, headers);
      const from = first === '' ? Math.max(0, now.body.length - Number(final)) : Number(first);
      const to = first === '' || final === '' ? now.body.length : Math.min(now.body.length, Number(final) + 1);
      if (from >= now.body.length) return refuse(416, 'InvalidRange');
      const range = `bytes ${from}-${to - 1}/${now.body.length}`;
      return end(206, now.body.subarray(from, to), { ...headers, 'content-range': range });
    }
    const upload = query.get('uploadId');
    if (method === 'DELETE') {
      if (upload !== null) return end(uploads.delete(upload) ? 204 : 404);
      return objects.delete(key) ? end(204) : refuse(404, 'NoSuchKey');
    }
    if (method === 'POST' && query.has('uploads')) {
      uploads.set(`upload ${++ids}`, new Map());
      return end(
        200,
        `<InitiateMultipartUploadResult><UploadId>upload ${ids}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    const parts = upload === null ? undefined : uploads.get(upload);
    if (method === 'PUT' && parts) {
      parts.set(Number(query.get('partNumber')), body);
      return end(200, '', { etag: `"${createHash('md5').update(body).digest('hex')}"`, 'x-goog-generation': '0' });
    }
    if (!(method === 'PUT' && upload === null) && !(method === 'POST' && parts)) return refuse(501, 'NotImplemented');
    if (how.refusesEvery !== undefined && ++writes % how.refusesEvery === 0) return refuse(429, 'SlowDown');
    const wanted = request.headers['x-goog-if-generation-match'];
    if (!how.ignores && wanted !== undefined && wanted !== (now?.generation ?? '0'))
      return refuse(412, 'PreconditionFailed');
    const tags = [...body.toString('utf8').matchAll(/"([0-9a-f]{32})"|&quot;([0-9a-f]{32})&quot;/g)];
    if (parts && tags.length !== parts.size) return refuse(400, 'InvalidPart');
    const content = parts ? Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, part]) => part)) : body;
    const generation = String(++last);
    objects.set(key, { body: content, generation, modified: new Date() });
    if (how.loses?.(key)) return void request.socket.destroy();
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    const done = `<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`;
    end(200, parts ? done : '', { etag, 'x-goog-generation': generation });
  };

  const server = createServer((request, response) => {
    void buffer(request).then((body) => answer(request, response, body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const endpoint = `http://127.0.0.1:${address.port}`;
  const key = {
    type: 'service_account',
    client_email: EMAIL,
    private_key_id: KEY_ID,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
  const env = { GOOGLE_SERVICE_ACCOUNT_KEY: JSON.stringify(key), GOOGLE_BASE_URL: endpoint };
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { objects, env, endpoint, bucket, asked, stop };
}
