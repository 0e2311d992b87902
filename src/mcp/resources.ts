/** Resources over the protocol: their list, their templates, and reading one. */
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type ResourceLink,
} from '@modelcontextprotocol/sdk/types.js';
import { asRollcallError } from '../domain/errors/errors.js';
import type { ToolHost } from '../tools/definition/define-tool.js';
import { inWordsOf } from '../tools/definition/hint-words.js';

/** MCP 2025-11-25, Resources, "Error Handling"; the SDK has no name for it. */
const RESOURCE_NOT_FOUND = -32002;

/** Loaded when they are asked for: tools/list is answered sooner. */
const resources = () => import('../tools/library-resources.js');

/** Has a server answer what is asked of resources. */
export function serveResources(server: Server, host: ToolHost): void {
  const asked = (tool: string) => ({ client: server.getClientVersion()?.name, tool });
  server.setRequestHandler(ListResourceTemplatesRequestSchema, async () => ({
    resourceTemplates: [...(await resources()).RESOURCE_TEMPLATES],
  }));
  server.setRequestHandler(ListResourcesRequestSchema, ({ params }, { signal }) =>
    explained(host, {}, async () => {
      const call = { ...asked('resources/list'), args: {}, onlyAtHome: true };
      const { listResources } = await resources();
      const { resources: listed, next_cursor } = await listResources(host, params?.cursor, signal).catch(
        async (error: unknown) => {
          await host.audit?.record({ ...call, outcome: asRollcallError(error).code });
          throw error;
        },
      );
      await host.audit?.record({ ...call, outcome: 'ok', answer: listed });
      return { resources: listed, ...(next_cursor === null ? {} : { nextCursor: next_cursor }) };
    }),
  );
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }, { signal }) =>
    explained(host, { uri }, async () => {
      const call = { ...asked('resources/read'), args: uri };
      const { readResource } = await resources();
      const { mimeType, content, about } = await readResource(host, uri, signal).catch(async (error: unknown) => {
        await host.audit?.record({ ...call, outcome: asRollcallError(error).code, onlyAtHome: true });
        throw error;
      });
      await host.audit?.record({ ...call, outcome: 'ok', answer: about ?? content });
      const body = typeof content === 'string' ? { text: content } : { blob: Buffer.from(content).toString('base64') };
      return { contents: [{ uri, mimeType, ...body }] };
    }),
  );
}

/** Runs what answers a request. @throws McpError in the protocol's codes; its data hold ours, and what to do */
export async function explained<T>(host: ToolHost, about: object, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    const { code, message, hint } = asRollcallError(thrown);
    host.logger[code === 'internal' ? 'error' : 'debug']({ code, err: thrown }, 'a resource could not be read');
    throw new McpError(protocolCode(code), inWordsOf('tools', message), {
      ...about,
      code,
      hint: inWordsOf('tools', hint),
    });
  }
}

function protocolCode(code: string): number {
  if (code === 'unknown_id' || code === 'not_found') return RESOURCE_NOT_FOUND;
  return code === 'internal' ? ErrorCode.InternalError : ErrorCode.InvalidParams;
}

/** Whom and what an answer is about, to be read on: the person and the video that it names first. */
export async function linksOf(data: Record<string, unknown> | undefined): Promise<ResourceLink[]> {
  const text = (key: string): string | null => (typeof data?.[key] === 'string' ? data[key] : null);
  const identity_id = text('identity_id'),
    video_id = text('video_id');
  if (identity_id === null && video_id === null) return [];
  const { resourceOf } = await resources();
  return [
    ...(identity_id === null ? [] : [resourceOf('identity', identity_id, text('name') ?? 'Unnamed person')]),
    ...(video_id === null ? [] : [resourceOf('video', video_id, text('title') ?? video_id)]),
  ].map((link) => ({ type: 'resource_link', ...link }));
}
