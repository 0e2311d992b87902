/** Questions worth asking, where a client waits less long than comparing everybody takes: asked by the SDK's client. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { DEFAULT_REQUEST_TIMEOUT_MSEC } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { createMcpServer } from '../../src/mcp/server.js';
import type { Suggested, Suggestion } from '../../src/services/answers/suggestions.js';
import type { Patience } from '../../src/services/suggestions/suggest.js';
import { allTools } from '../../src/tools/all-tools.js';
import { fakeHost } from '../support/servers/fake-host.js';

const answerSchema = z.object({ total: z.number(), next_cursor: z.string().nullish(), hint: z.string().nullish() });

const question = (k: number): Suggestion => ({
  kind: 'merge',
  question: `Are these the same ${k}?`,
  identity_ids: [`identity_${k}`, `identity_${k + 1}`],
  names: [null, null],
  score: 0.4,
  best_score: 0.5,
  faces: [],
  chance: 0.5,
  gain: 10 - k,
  seconds: [1, 1],
  evidence: [],
  yes: {},
  no: {},
});

/** A client of a server whose library suggests that. */
async function asking(suggested: () => Suggested) {
  const host = fakeHost();
  onTestFinished(() => host.close());
  const asked: (Patience | undefined)[] = [];
  const services = await host.services();
  services.curation.suggestions = (context, patience) => {
    asked.push(patience);
    context?.onProgress?.({ fraction: 0.25, stage: 'comparing people', eta_s: null });
    return Promise.resolve(suggested());
  };
  const [here, there] = InMemoryTransport.createLinkedPair();
  await createMcpServer(
    host,
    createCatalogue(() => Promise.resolve(allTools)),
    '1.2.3',
  ).connect(there);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(here);
  onTestFinished(() => client.close());
  const told: unknown[] = [];
  return {
    asked,
    told,
    ask: async (more: { cursor?: string | null | undefined } = {}) => {
      const call = { name: 'library', arguments: { what: 'suggestions', limit: 2, ...more } };
      const result = await client.callTool(call, undefined, { onprogress: (p) => told.push(p) });
      return answerSchema.parse(result.structuredContent);
    },
  };
}

it('waits less long than clients do, and shows pages of what was found then', async () => {
  const { asked, told, ask } = await asking(() => ({ suggestions: [0, 1, 2].map(question), uncompared: null }));
  const first = await ask();
  expect(first).toMatchObject({ total: 3, hint: expect.not.stringContaining('compared yet') });
  await ask({ cursor: first.next_cursor });
  expect(asked).toMatchObject([{ asTheyStand: false }, { asTheyStand: true }]);
  // Room is left to put what was found into words.
  for (const patience of asked) {
    expect(patience?.within_ms).toBeGreaterThan(DEFAULT_REQUEST_TIMEOUT_MSEC / 2);
    expect(patience?.within_ms).toBeLessThanOrEqual(0.75 * DEFAULT_REQUEST_TIMEOUT_MSEC);
  }
  expect(told).toEqual([1, 2].map(() => ({ progress: 0.25, total: 1, message: 'comparing people' })));
});

it('says what was not compared yet, and how to have it compared', async () => {
  const suggested: Suggested = {
    suggestions: [question(0)],
    uncompared: { people: 150_000, pairs: 0.319, looked: 412, worth: 9000, most: 12.25 },
  };
  const { ask } = await asking(() => suggested);
  const { hint } = await ask();
  expect(hint).toContain(
    'Not all was compared yet: of 150000 people, those of most tracks first, 31 % of the pairs that matter were, and 412 of 9000 were looked at for being two. A question still to be found puts at most 12.3 tracks right. library with what: suggestions again goes on from there.',
  );
  expect(hint).toContain('Look with show_faces');
  suggested.suggestions = [];
  suggested.uncompared = { people: 0, pairs: 0, looked: 0, worth: 0, most: null };
  expect((await ask()).hint).toBe(
    'No question was found yet. Not all was compared yet: people are still being read. library with what: suggestions again goes on from there.',
  );
  suggested.uncompared = null;
  expect((await ask()).hint).toContain('Nobody is known yet');
});
