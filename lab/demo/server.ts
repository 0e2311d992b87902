/** The built server as an agent meets it: its own process, spoken to over stdio with the SDK's client. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { z } from 'zod';
import { jobSchema } from '../../src/services/answers/job.js';

export interface Server {
  /**
   * Calls a tool and reads `structuredContent` by a schema.
   * @throws Error with the tool's own words when it answers with an error.
   */
  call<T>(tool: string, args: Record<string, unknown>, schema: z.ZodType<T>): Promise<T>;
  /** All pages of a tool that pages. */
  pages<T>(tool: string, args: Record<string, unknown>, schema: z.ZodType<T>): Promise<T[]>;
  /** Indexes a video or folder, however long its job takes. */
  index<T>(
    source: string,
    schema: z.ZodType<T>,
    onProgress?: (job: { progress: number; stage: string }) => void,
  ): Promise<T>;
  /** For what is no tool: resources, completions. */
  readonly client: Client;
  /** Its process. */
  readonly pid: number;
  close(): Promise<void>;
}

const cursorSchema = z.object({ next_cursor: z.string().nullish() });
/** What matters of a job here; versions of the server differ in the rest. */
const startedSchema = jobSchema
  .pick({ job_id: true, state: true, progress: true, stage: true })
  .extend({ error: z.object({ message: z.string() }).nullish() });
const indexSchema = z.object({ job: startedSchema.optional() });

/** Starts `node bin` with its library in `home`. @param common arguments of every call. @param env settings besides */
export async function startServer(
  bin: string,
  home: string,
  signal: AbortSignal,
  common: Record<string, unknown> = { detail: 'full' },
  env: Record<string, string> = {},
): Promise<Server> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const client = new Client({ name: 'rollcall-demo', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin],
    env: { ROLLCALL_LOG_LEVEL: 'warn', ...inherited, ...env, ROLLCALL_HOME: home },
    stderr: 'inherit',
  });
  // One of its own each time: the client leaves a listener on it after every request.
  const untilEnd = (): AbortSignal => AbortSignal.any([signal]);
  await client.connect(transport, { signal: untilEnd() });
  // As every client does: from then on a server may read ahead.
  await client.listTools(undefined, { signal: untilEnd() });
  const { pid } = transport;
  if (pid === null) throw new Error(`${bin} ended as soon as it had started`);

  const ask = async (tool: string, args: Record<string, unknown>): Promise<unknown> => {
    const answer = await client.callTool({ name: tool, arguments: { ...common, ...args } }, undefined, {
      signal: untilEnd(),
      timeout: 120_000,
    });
    if (answer.isError) throw new Error(`${tool}: ${JSON.stringify(answer.content)}`);
    return answer.structuredContent;
  };
  return {
    client,
    pid,
    async call(tool, args, schema) {
      return schema.parse(await ask(tool, args));
    },
    async pages(tool, args, schema) {
      const pages = [];
      let cursor: string | undefined;
      do {
        const page = await ask(tool, cursor === undefined ? args : { ...args, cursor });
        pages.push(schema.parse(page));
        cursor = cursorSchema.parse(page).next_cursor ?? undefined;
      } while (cursor !== undefined);
      return pages;
    },
    async index(source, schema, onProgress) {
      let answer = await ask('index_video', { source });
      for (let { job } = indexSchema.parse(answer); job && job.state !== 'done'; { job } = indexSchema.parse(answer)) {
        if (job.state === 'failed' || job.state === 'cancelled')
          throw new Error(`index_video ${source}: ${job.error?.message ?? job.state}`);
        onProgress?.(job);
        answer = await ask('job', { job_id: job.job_id, wait_s: 5 });
      }
      return schema.parse(answer);
    },
    close: () => client.close(),
  };
}
