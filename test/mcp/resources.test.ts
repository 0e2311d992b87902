import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { serveHttp } from '../../src/mcp/http/http.js';
import { createMcpServer } from '../../src/mcp/server.js';
import type { ToolHost } from '../../src/tools/definition/define-tool.js';
import { allTools } from '../../src/tools/all-tools.js';
import { temporaryHome } from '../store/fixtures.js';
import { fakeHost } from '../support/servers/fake-host.js';
import { addPeople, appAt, madeUpLibrary } from '../support/libraries/made-up-library.js';

const catalogue = createCatalogue(() => Promise.resolve(allTools));

async function lasting(host: ToolHost): Promise<Client> {
  const [here, there] = InMemoryTransport.createLinkedPair();
  await createMcpServer(host, catalogue, '1', { listChanged: true }).connect(there);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(here);
  onTestFinished(() => client.close());
  return client;
}

async function overHttp(host: Parameters<typeof serveHttp>[0]): Promise<Client> {
  const server = await serveHttp(host, catalogue, '1', { host: '127.0.0.1', port: 0, token: null });
  onTestFinished(() => server.close());
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
  onTestFinished(() => client.close());
  return client;
}

const IDENTITY = { type: 'ref/resource', uri: 'rollcall://identity/{id}' } as const;
const VIDEO = { type: 'ref/resource', uri: 'rollcall://video/{id}' } as const;
const completed = async (client: Client, ref: typeof IDENTITY | typeof VIDEO, value: string, name = 'id') =>
  (await client.complete({ ref, argument: { name, value } })).completion;
const textSchema = z.object({
  contents: z.tuple([z.object({ uri: z.string(), mimeType: z.string(), text: z.string() })]),
});
const jsonOf = async (client: Client, uri: string): Promise<unknown> =>
  JSON.parse(textSchema.parse(await client.readResource({ uri })).contents[0].text);

describe.each([
  ['on a connection that lasts', lasting],
  ['over stateless HTTP', overHttp],
])('resources %s', (_, connect) => {
  it('are listed by page, read, completed, and refused by type where there is none', async () => {
    const home = await temporaryHome();
    const library = await madeUpLibrary(home);
    const first = await addPeople(library, '/films/lounge.mp4', ['Ada Lovelace', null, 'Bob']);
    await addPeople(
      library,
      '/films/crowd.mp4',
      Array.from({ length: 120 }, () => null),
    );
    const client = await connect(appAt(home));
    expect(client.getServerCapabilities()?.resources).toEqual(connect === lasting ? { listChanged: true } : {});

    expect((await client.listResourceTemplates()).resourceTemplates.map((t) => t.uriTemplate)).toEqual([
      'rollcall://identity/{id}',
      'rollcall://video/{id}',
      'rollcall://track/{id}/face.jpg',
    ]);
    const page = await client.listResources();
    expect(page.resources).toHaveLength(100);
    expect(page.resources.slice(0, 4).map((r) => r.title)).toEqual(['lounge.mp4', 'crowd.mp4', 'Ada Lovelace', 'Bob']);
    expect(page.resources[4]?.title).toMatch(/^Unnamed person in (lounge|crowd).mp4$/);
    const rest = await client.listResources({ cursor: page.nextCursor });
    expect(rest.resources).toHaveLength(25);
    expect(rest.nextCursor).toBeUndefined();
    expect(new Set([...page.resources, ...rest.resources].map((r) => r.uri)).size).toBe(125);
    await expect(client.listResources({ cursor: 'nonsense' })).rejects.toMatchObject({
      code: -32602,
      data: { code: 'bad_cursor' },
    });

    const [ada] = first.people,
      [track] = first.tracks;
    const uri = `rollcall://identity/${ada?.identity_id ?? ''}`;
    expect(await jsonOf(client, uri)).toMatchObject({
      identity_id: ada?.identity_id,
      name: 'Ada Lovelace',
      seconds_on_screen: 2.5,
      appearances: [{ start_s: 0, end_s: 2.5, track_ids: [track?.track_id] }],
      videos: [{ video_id: first.video_id, title: 'lounge.mp4' }],
    });
    expect(await jsonOf(client, 'rollcall://identity/ada%20lovelace')).toMatchObject({ name: 'Ada Lovelace' });
    expect(await jsonOf(client, `rollcall://video/${first.video_id}`)).toMatchObject({
      title: 'lounge.mp4',
      identities_total: 3,
      identities: [{ tracks: 1 }, { tracks: 1 }, { tracks: 1 }],
      coverage: [{ faces_seen: 40 }],
    });
    const { contents } = await client.readResource({ uri: `rollcall://track/${track?.track_id ?? ''}/face.jpg` });
    expect(contents).toEqual([
      expect.objectContaining({ mimeType: 'image/jpeg', blob: Buffer.from(track?.crops[0] ?? []).toString('base64') }),
    ]);

    for (const missing of [
      `rollcall://identity/${'a'.repeat(26)}`,
      'rollcall://video/video_aaaaaaaaaaaaaaaaaaaaaaaaaa',
      'rollcall://track/track_aaaaaaaaaaaaaaaaaaaaaaaaaa/face.jpg',
      'rollcall://track/track_aaaaaaaaaaaaaaaaaaaaaaaaaa/face.png',
      "rollcall://video/video_1' OR 1=1",
      'rollcall://identity/%E0%A4%A',
      'rollcall://video/../../etc/passwd',
      'file:///etc/passwd',
      '',
    ])
      await expect(client.readResource({ uri: missing }), missing).rejects.toMatchObject({
        code: -32002,
        data: {
          uri: missing,
          code: expect.stringMatching(/^(unknown_id|not_found)$/) as unknown,
          hint: expect.any(String) as unknown,
        },
      });

    expect(await completed(client, IDENTITY, 'LOVE')).toEqual({ values: ['Ada Lovelace'], total: 1, hasMore: false });
    expect(await completed(client, IDENTITY, uri.slice('rollcall://identity/'.length, -3))).toMatchObject({
      values: [ada?.identity_id],
    });
    expect(await completed(client, IDENTITY, '')).toMatchObject({ values: { length: 100 }, total: 123, hasMore: true });
    expect(await completed(client, VIDEO, 'loun')).toMatchObject({ values: [first.video_id] });
    expect(await completed(client, VIDEO, 'loun', 'other')).toMatchObject({ values: [], total: 0 });
  });

  it('leave a line in the audit log each, of what is not there as well', async () => {
    const home = await temporaryHome();
    const library = await madeUpLibrary(home);
    const { people, tracks, video_id } = await addPeople(library, '/films/lounge.mp4', ['Ada Lovelace']);
    const ada = people[0]?.identity_id ?? '';
    const host = appAt(home);
    const client = await connect(host);
    const unknown = `identity_${'a'.repeat(26)}`;
    await client.listResources();
    await expect(client.listResources({ cursor: 'nonsense' })).rejects.toThrow();
    await client.readResource({ uri: 'rollcall://identity/ada%20lovelace' });
    await client.readResource({ uri: `rollcall://video/${video_id}` });
    await client.readResource({ uri: `rollcall://track/${tracks[0]?.track_id ?? ''}/face.jpg` });
    for (const uri of [`rollcall://identity/${unknown}`, 'rollcall://identity/Eve', 'file:///etc/passwd'])
      await expect(client.readResource({ uri })).rejects.toThrow();
    expect(
      (await host.audit?.entries())?.map(({ tool, outcome, identity_ids }) => [tool, outcome, ...identity_ids]),
    ).toEqual([
      ['resources/list', 'ok', ada],
      ['resources/list', 'bad_cursor'],
      ['resources/read', 'ok', ada],
      ['resources/read', 'ok', ada],
      ['resources/read', 'ok', ada],
      ['resources/read', 'unknown_id', unknown],
      ['resources/read', 'not_found'],
      ['resources/read', 'not_found'],
    ]);
    expect(await readFile(path.join(home, 'audit', 'audit.jsonl'), 'utf8')).not.toMatch(/Lovelace|passwd|Eve/);
  });

  it('are none where nothing is indexed, and nothing is made', async () => {
    const home = path.join(await temporaryHome(), 'not-there');
    const client = await connect(appAt(home));
    expect(await client.listResources()).toEqual({ resources: [] });
    expect(await completed(client, IDENTITY, '')).toEqual({ values: [], total: 0, hasMore: false });
    await expect(client.readResource({ uri: 'rollcall://identity/Ada' })).rejects.toMatchObject({ code: -32002 });
    await expect(access(home)).rejects.toThrow();
  });
});

it('links what an answer is about, and no more', async () => {
  const host = fakeHost({ appearances: 3, identities: 30 });
  onTestFinished(() => host.close());
  const client = await lasting(host);
  const links = async (name: string, args: object) => {
    const { content } = await client.callTool({ name, arguments: { ...args } });
    return z
      .array(z.looseObject({ type: z.string() }))
      .parse(content)
      .filter((c) => c.type === 'resource_link');
  };
  expect(await links('find_person', { identity_id: 'identity_1' })).toEqual([
    {
      type: 'resource_link',
      uri: 'rollcall://identity/identity_1',
      name: 'identity_1',
      title: 'Unnamed person',
      mimeType: 'application/json',
    },
  ]);
  expect(await links('index_video', { source: 'https://example.org/a' })).toMatchObject([
    { uri: 'rollcall://video/video_https://example.org/a' },
  ]);
  expect(await links('list_identities', {})).toEqual([]);
});
