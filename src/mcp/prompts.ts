/** Prompts over the protocol: their list, and one of them with its arguments put in. */
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { GetPromptRequestSchema, ListPromptsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ToolHost } from '../tools/definition/define-tool.js';
import { explained } from './resources.js';

/** Loaded when they are asked for: tools/list is answered sooner. */
const prompts = () => import('../tools/prompts.js');

/** Has a server answer what is asked of prompts. */
export function servePrompts(server: Server, host: ToolHost): void {
  server.setRequestHandler(ListPromptsRequestSchema, async () => ({
    prompts: (await prompts()).PROMPTS.map(({ name, title, description, arguments: args }) => ({
      name,
      title,
      description,
      arguments: args.map((a) => ({ name: a.name, description: a.description, required: a.required })),
    })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }, { signal }) =>
    explained(host, {}, async () => {
      const { promptText } = await prompts();
      const { prompt, text } = await promptText(host, params.name, params.arguments ?? {}, signal);
      return {
        description: prompt.description,
        messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
      };
    }),
  );
}
