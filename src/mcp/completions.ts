/** Completion over the protocol: of the ids in addresses of resources, and of what prompts take. */
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CompleteRequestSchema, type CompleteRequest } from '@modelcontextprotocol/sdk/types.js';
import type { Completed } from '../tools/definition/completion.js';
import type { ToolHost } from '../tools/definition/define-tool.js';
import { explained } from './resources.js';

const NOTHING = { completion: { values: [], total: 0, hasMore: false } };

/** Has a server complete what a person types. */
export function serveCompletions(server: Server, host: ToolHost): void {
  server.setRequestHandler(CompleteRequestSchema, ({ params }, { signal }) =>
    explained(host, {}, async () => {
      const what = await completedBy(params);
      if (what === null) return NOTHING;
      const { complete } = await import('../tools/definition/completion.js');
      const { values, total } = await complete(host, what, params.argument.value, signal);
      return { completion: { values, total, hasMore: total > values.length } };
    }),
  );
}

/** @returns null for what can't be completed, as the ids of tracks: too many, and nobody types one */
async function completedBy({ ref, argument }: CompleteRequest['params']): Promise<Completed | null> {
  if (ref.type === 'ref/prompt') {
    const { PROMPTS } = await import('../tools/prompts.js');
    const prompt = PROMPTS.find((p) => p.name === ref.name);
    return prompt?.arguments.find((a) => a.name === argument.name)?.completes ?? null;
  }
  if (argument.name !== 'id') return null;
  if (ref.uri.startsWith('rollcall://identity/')) return 'person';
  return ref.uri.startsWith('rollcall://video/') ? 'video_id' : null;
}
