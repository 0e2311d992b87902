/**
 * Two servers on one library and five clients that edit, index, forget and ask at once, held against a model of the
 * library. `ROLLCALL_CLIENTS_S=60` for so many seconds.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { serveHttpProcess, TOKEN } from '../../support/servers/http-process.js';
import { makePortraits, SITTERS } from '../../support/pictures/portraits.js';

const TIME_S = Number(process.env['ROLLCALL_CLIENTS_S'] ?? 8);

const listSchema = z.object({
  identities: z.array(z.object({ identity_id: z.string(), name: z.string().nullish() })),
});
const editedSchema = z.object({ steps: z.array(z.object({ edit_id: z.string() })) });
const logSchema = z.object({
  edits: z.array(z.object({ edit_id: z.string(), seq: z.number(), undone_by: z.string().nullish() })),
  next_cursor: z.string().nullish(),
});
const videosSchema = z.object({ videos: z.array(z.object({ video_id: z.string() })) });
const indexedSchema = z.object({ video_id: z.string() });

type Call = (name: string, args: Record<string, unknown>) => Promise<unknown>;

async function connect(url: URL, name: string): Promise<Call> {
  const client = new Client({ name, version: '1' });
  await client.connect(
    new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization: `Bearer ${TOKEN}` } } }),
  );
  onTestFinished(() => client.close());
  return async (tool, args) => {
    const { structuredContent, isError, content } = await client.callTool({ name: tool, arguments: args }, undefined, {
      timeout: 60_000,
    });
    if (isError) throw new Error(JSON.stringify(content));
    return structuredContent;
  };
}

/** An edit that a server said it had made. */
interface Made {
  edit_id: string;
  identity_id: string;
  name: string;
  /** Before it was asked for, and after it was answered. */
  asked: number;
  answered: number;
}

test('two servers and five clients: no edit is lost, doubled or out of order, nothing is torn', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-clients-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const portraits = await makePortraits(path.join('build', 'portraits'));
  const picture = (sitter: string, look = 0): string => path.resolve(portraits.get(sitter)?.[look] ?? '');
  const home = path.join(folder, 'home');
  await mkdir(home, { mode: 0o700 });
  const urls = [await serveHttpProcess(home), await serveHttpProcess(home)] as const;
  const calls = await Promise.all(
    ['editor-0', 'editor-1', 'indexer', 'forgetter', 'asker'].map((name, i) => connect(urls[i % 2 ? 1 : 0], name)),
  );
  const [first, second, indexer, forgetter, asker] = calls;
  if (!first || !second || !indexer || !forgetter || !asker) throw new Error('five clients');

  const edited = SITTERS.slice(0, 4),
    [gone, ...others] = SITTERS.slice(4);
  for (const sitter of edited) await indexer('index_video', { source: picture(sitter), wait_s: 25 });
  const { identities } = listSchema.parse(await asker('list_identities', {}));
  const ids = identities.map((one) => one.identity_id);
  expect(ids).toHaveLength(edited.length);

  const until = performance.now() + TIME_S * 1000;
  const isTime = (): boolean => performance.now() < until;
  const made: Made[] = [],
    asked = new Set<string>(),
    indexed: string[] = [],
    forgotten: string[] = [];
  let answers = 0;

  const edit = async (call: Call, who: number): Promise<void> => {
    const random = seededRandom(who + 1);
    for (let k = 0; isTime(); k++) {
      const identity_id = ids[Math.floor(random() * ids.length)] ?? '',
        name = `Somebody ${who} ${k}`,
        began = performance.now();
      asked.add(name);
      const { steps } = editedSchema.parse(
        await call('edit_identities', { edits: [{ action: 'name', identity_id, name }] }),
      );
      for (const { edit_id } of steps)
        made.push({ edit_id, identity_id, name, asked: began, answered: performance.now() });
    }
  };
  const index = async (): Promise<void> => {
    for (const sitter of others) {
      if (!isTime()) break;
      const answer = await indexer('index_video', { source: picture(sitter), wait_s: 25 });
      indexed.push(indexedSchema.parse(answer).video_id);
    }
  };
  const forget = async (): Promise<void> => {
    for (let look = 0; look < 2 && isTime(); look++) {
      const answer = await forgetter('index_video', { source: picture(gone ?? '', look), wait_s: 25 });
      const { video_id } = indexedSchema.parse(answer);
      await forgetter('forget', { video_ids: [video_id], dry_run: false });
      forgotten.push(video_id);
    }
  };
  const ask = async (): Promise<void> => {
    for (; isTime(); answers++) {
      const list = listSchema.parse(await asker('list_identities', { limit: 50 }));
      for (const id of ids) expect(list.identities.map((one) => one.identity_id)).toContain(id);
      for (const { name } of list.identities) if (name) expect(asked).toContain(name);
      const before = [...indexed];
      const { videos } = videosSchema.parse(await asker('library', { what: 'videos', limit: 50 }));
      for (const video_id of before) expect(videos.map((v) => v.video_id)).toContain(video_id);
      await asker('co_occurrence', {});
    }
  };
  await Promise.all([edit(first, 0), edit(second, 1), index(), forget(), ask()]);

  const log: z.infer<typeof logSchema>['edits'] = [];
  for (let cursor: string | null | undefined = ''; cursor !== null && cursor !== undefined; ) {
    const page = logSchema.parse(await asker('library', { what: 'log', limit: 100, ...(cursor && { cursor }) }));
    log.push(...page.edits);
    cursor = page.next_cursor;
  }
  const seqOf = new Map(log.map((e) => [e.edit_id, e.seq]));
  expect(log).toHaveLength(made.length);
  expect(made.filter((m) => !seqOf.has(m.edit_id))).toEqual([]);
  // Who was answered before another began came before it.
  const inOrder = made.toSorted((a, b) => (seqOf.get(a.edit_id) ?? 0) - (seqOf.get(b.edit_id) ?? 0));
  let soonest = Infinity;
  for (const m of inOrder.toReversed()) {
    // Nothing after it in the log was answered before it was asked for.
    expect(m.asked).toBeLessThan(soonest);
    soonest = Math.min(soonest, m.answered);
  }
  for (const call of [asker, forgetter]) {
    const { identities: now } = listSchema.parse(await call('list_identities', { limit: 50 }));
    for (const id of ids) {
      const last = inOrder.findLast((m) => m.identity_id === id);
      if (last) expect(now.find((one) => one.identity_id === id)?.name).toBe(last.name);
    }
    const { videos } = videosSchema.parse(await call('library', { what: 'videos', limit: 50 }));
    const there = videos.map((v) => v.video_id);
    for (const video_id of indexed) expect(there).toContain(video_id);
    for (const video_id of forgotten) expect(there).not.toContain(video_id);
  }
  expect(Math.min(made.length, answers, indexed.length, forgotten.length)).toBeGreaterThan(0);
  process.stderr.write(
    `${made.length} edits, ${indexed.length} photos indexed, ${forgotten.length} forgotten, ${answers} rounds of questions\n`,
  );
}, 300_000);
