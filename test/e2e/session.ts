/** The built server and a client of it, as an agent's host starts them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { CallToolResultSchema, type CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { jobSchema } from '../../src/services/answers/job.js';

/** Calls answer within 25 s; the rest is for machines that are busy with other things. */
const TIMEOUT_MS = 90_000;

const errorSchema = z.strictObject({ code: z.string(), message: z.string().min(1), hint: z.string().min(1) });
export type Failure = z.infer<typeof errorSchema>;
export const jobAnswerSchema = z.object({ job: jobSchema });
const unfinishedSchema = jobAnswerSchema.partial();
const cursorSchema = z.object({ next_cursor: z.string().nullable() });

export interface Session {
  client: Client;
  /** The whole result, error or not. */
  raw(tool: string, args: object, options?: RequestOptions): Promise<CallToolResult>;
  /** What a tool answers. @throws Error in the tool's words when it fails */
  call<T>(tool: string, args: object, schema: z.ZodType<T>, options?: RequestOptions): Promise<T>;
  /** The error that a tool must answer with. */
  fails(tool: string, args: object): Promise<Failure>;
  /** Every page of a listing. */
  pages<T>(tool: string, args: object, schema: z.ZodType<T>): Promise<T[]>;
  /** Waits for the end of a job, whatever the end, and answers what `job` says then. */
  follow(job_id: string): Promise<unknown>;
  /**
   * Indexes and waits, however long it takes. @throws ZodError when the job does not end well: its answer is not that
   * of a video
   */
  index<T>(args: { source: string } & Record<string, unknown>, schema: z.ZodType<T>): Promise<T>;
  /** @throws Error when the server ever wrote anything but protocol */
  close: () => Promise<void>;
}

export const serverEnv = (home: string, env: Record<string, string> = {}): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  ),
  ROLLCALL_HOME: home,
  ROLLCALL_LOG_LEVEL: 'error',
  ...env,
});

/** A server of its own over stdio. */
export function openStdio(bin: string, home: string, env: Record<string, string> = {}): Promise<Session> {
  return open(
    new StdioClientTransport({ command: process.execPath, args: [bin], env: serverEnv(home, env), stderr: 'inherit' }),
  );
}

/** A client of a server that listens. */
export function openHttp(url: string): Promise<Session> {
  return open(new StreamableHTTPClientTransport(new URL(url)));
}

/** A server over HTTP on a free port. */
export async function startHttpServer(bin: string, home: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [bin, '--http', '0'], {
    env: serverEnv(home),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '',
    stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
      const found = /http:\/\/127\.0\.0\.1:\d+\/mcp(?=")/.exec(stderr);
      if (found) resolve(found[0]);
    });
    child.once('exit', () => reject(new Error(`the HTTP server ended: ${stderr}`)));
  });
  return {
    url,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      if (stdout !== '') throw new Error(`the HTTP server wrote to stdout: ${stdout}`);
    },
  };
}

async function open(transport: StdioClientTransport | StreamableHTTPClientTransport): Promise<Session> {
  const client = new Client({ name: 'rollcall-e2e', version: '1' });
  const noise: string[] = [];
  client.onerror = (error) => {
    // Progress may cross with the cancellation of its call.
    if (!/unknown token/.test(error.message)) noise.push(String(error));
  };
  await client.connect(transport);
  // From here on the client holds every answer against its output schema.
  const { tools } = await client.listTools();
  /** Tests look at all there is, unless they say otherwise. */
  const inFull = (tool: string, args: object): object =>
    tools.find(({ name }) => name === tool)?.inputSchema.properties?.['detail'] ? { detail: 'full', ...args } : args;

  const raw: Session['raw'] = async (name, args, options) =>
    CallToolResultSchema.parse(
      await client.callTool({ name, arguments: { ...args } }, undefined, { timeout: TIMEOUT_MS, ...options }),
    );
  const call: Session['call'] = async (tool, args, schema, options) => {
    const { isError, content, structuredContent } = await raw(tool, inFull(tool, args), options);
    if (isError) throw new Error(`${tool}: ${JSON.stringify(content)}`);
    return schema.parse(structuredContent);
  };
  const follow = async (job_id: string): Promise<unknown> => {
    for (;;) {
      const answer = await call('job', { job_id, wait_s: 20 }, z.unknown());
      const { job } = jobAnswerSchema.parse(answer);
      if (job.state !== 'queued' && job.state !== 'running') return answer;
    }
  };
  return {
    client,
    raw,
    call,
    async fails(tool, args) {
      const { isError, structuredContent, content } = await raw(tool, args);
      const [first] = content;
      if (!isError || structuredContent !== undefined || first?.type !== 'text')
        throw new Error(`${tool} did not fail: ${JSON.stringify(content)}`);
      return errorSchema.parse(JSON.parse(first.text));
    },
    async pages(tool, args, schema) {
      const pages = [];
      let cursor: string | null = null;
      do {
        const page: unknown = await call(tool, cursor === null ? args : { ...args, cursor }, z.unknown());
        pages.push(schema.parse(page));
        cursor = cursorSchema.parse(page).next_cursor;
      } while (cursor !== null);
      return pages;
    },
    follow,
    async index(args, schema) {
      const answer = await call('index_video', args, z.unknown());
      const { job } = unfinishedSchema.parse(answer);
      return schema.parse(job ? await follow(job.job_id) : answer);
    },
    async close() {
      await client.close();
      if (noise.length > 0) throw new Error(`not protocol: ${noise.join('; ')}`);
    },
  };
}
