/** The tools as a server needs them: what clients see of all of them, and each of them once it is called. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Tool as PublishedTool } from '@modelcontextprotocol/sdk/types.js';
import { once } from '../services/open-once.js';
import type { Tool, ToolHints } from '../tools/definition/define-tool.js';
import { publishedSchema } from './published-schema.js';

export interface Catalogue {
  /** What tools/list answers. */
  published(): Promise<readonly PublishedTool[]>;
  /** The tools themselves, in the same order. */
  tools(): Promise<readonly Tool[]>;
}

/** Written by the build beside the bundle (tsup.config.ts); from source there is none. */
const BUILT = fileURLToPath(new URL('tools.json', import.meta.url));

/**
 * @param load called once, by the first call of a tool; by the first tools/list only where the build left
 *   no list: making the schemas and their JSON is much of a server's start
 */
export function createCatalogue(load: () => Promise<readonly Tool[]>, built = BUILT): Catalogue {
  const tools = once(load);
  const published = once(async () =>
    existsSync(built) ? (JSON.parse(readFileSync(built, 'utf8')) as PublishedTool[]) : (await tools.get()).map(publish),
  );
  return { tools: () => tools.get(), published: () => published.get() };
}

export function publish({ name, title, description, hints, input, output }: Tool): PublishedTool {
  return {
    name,
    title,
    description,
    inputSchema: publishedSchema(input, 'input'),
    ...(output ? { outputSchema: publishedSchema(output, 'output') } : {}),
    annotations: hintsThatSay(hints),
  };
}

/** By the specification, what it destroys and repeats means something only of a tool that changes something. */
function hintsThatSay({ destructiveHint, idempotentHint, ...hints }: ToolHints): Partial<ToolHints> {
  return hints.readOnlyHint ? hints : { ...hints, destructiveHint, idempotentHint };
}
