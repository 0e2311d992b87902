import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { createMcpServer } from '../../src/mcp/server.js';
import { allTools } from '../../src/tools/all-tools.js';
import { temporaryHome } from '../store/fixtures.js';
import { addPeople, appAt, madeUpLibrary } from '../support/libraries/made-up-library.js';

async function connect(home: string): Promise<Client> {
  const [here, there] = InMemoryTransport.createLinkedPair();
  await createMcpServer(
    appAt(home),
    createCatalogue(() => Promise.resolve(allTools)),
    '1',
  ).connect(there);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(here);
  onTestFinished(() => client.close());
  return client;
}

const gotSchema = z.object({
  messages: z.tuple([z.object({ role: z.literal('user'), content: z.object({ text: z.string() }) })]),
});
const got = async (client: Client, name: string, args: Record<string, string> = {}): Promise<string> =>
  gotSchema.parse(await client.getPrompt({ name, arguments: args })).messages[0].content.text;

it('put people and videos in, in the words of the tools', async () => {
  const home = await temporaryHome();
  const library = await madeUpLibrary(home);
  const { video_id } = await addPeople(library, '/films/Café Müller.mp4', ['Ada Lovelace']);
  await addPeople(library, '/films/Café Central.mp4', ['Bob', null]);
  const client = await connect(home);

  expect(await got(client, 'cast_list', { video: 'cafe muller.mp4' })).toContain(
    `list_identities with video_ids ["${video_id}"]`,
  );
  expect(await got(client, 'cast_list', { video: video_id })).toContain(`video_ids ["${video_id}"]`);
  expect(await got(client, 'when_on_screen', { person: 'Ada "the first"', video: 'müll' })).toContain(
    `find_person with name "Ada \\"the first\\"", video_ids ["${video_id}"]`,
  );
  expect(await got(client, 'when_on_screen', { person: 'identity_x' })).toContain(
    'find_person with identity_id identity_x,',
  );
  expect(await got(client, 'who_appears_together')).toContain('co_occurrence. ');
  expect(await got(client, 'who_appears_together', { person: 'Bob' })).toContain('find_person with name "Bob"');

  for (const [name, args, message] of [
    ['cast_list', {}, 'cast_list needs video'],
    ['when_on_screen', { person: '  ' }, 'when_on_screen needs person'],
    ['cast_list', { video: 'café' }, '2 videos are called "café"'],
    ['cast_list', { video: 'no such' }, 'No video is called "no such"'],
    ['sing', {}, 'There is no prompt "sing"'],
  ] as const)
    await expect(client.getPrompt({ name, arguments: args }), message).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining(message) as unknown,
      data: { code: 'bad_argument', hint: expect.any(String) as unknown },
    });

  const complete = async (name: string, argument: string, value: string) =>
    (await client.complete({ ref: { type: 'ref/prompt', name }, argument: { name: argument, value } })).completion
      .values;
  expect(await complete('when_on_screen', 'person', 'lov')).toEqual(['Ada Lovelace']);
  expect(await complete('when_on_screen', 'video', 'cafe c')).toEqual(['Café Central.mp4']);
  expect(await complete('cast_list', 'person', 'A')).toEqual([]);
  expect(await complete('sing', 'person', 'A')).toEqual([]);
});

it('are terse, and name only tools and arguments that there are', async () => {
  const client = await connect(await temporaryHome());
  const { prompts } = await client.listPrompts();
  expect(prompts.map((p) => p.name)).toEqual([
    'cast_list',
    'when_on_screen',
    'who_appears_together',
    'settle_doubts',
    'name_everyone',
  ]);
  const known = new Set(allTools.flatMap((t) => [t.name, ...Object.keys(t.input.shape)]));
  for (const { name, arguments: args = [] } of prompts) {
    const all = Object.fromEntries(args.map((a) => [a.name, a.name === 'video' ? 'video_1' : 'Ada']));
    const required = Object.fromEntries(args.filter((a) => a.required).map((a) => [a.name, all[a.name] ?? '']));
    for (const given of [all, required]) {
      const text = await got(client, name, given);
      expect(text.length, name).toBeLessThan(700);
      const named = [...text.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([word]) => word);
      expect(
        named.filter((word) => !known.has(word)),
        name,
      ).toEqual([]);
      expect(
        named.some((word) => allTools.some((t) => t.name === word)),
        name,
      ).toBe(true);
    }
  }
});
