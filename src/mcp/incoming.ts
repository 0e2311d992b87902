/** What a client sent: a message the SDK can take, or the error to answer it with, in one plain sentence. */
import { isUtf8 } from 'node:buffer';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  InitializeRequestSchema,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  type RequestId,
  RequestIdSchema,
  RequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

/** The longest message that is taken: a picture of 36 MB as a data URL, and then some. */
export const MAX_MESSAGE_BYTES = 48 * 1024 * 1024;

/** Levels of objects and arrays in a message at most: those of the tools have five. */
const MOST_NESTED = 64;

/** A JSON-RPC error; `id` is null where the message has none that could be read. */
export interface Refusal {
  jsonrpc: '2.0';
  id: RequestId | null;
  error: { code: number; message: string };
}

export type Incoming = { message: JSONRPCMessage; refusal?: undefined } | { message?: undefined; refusal: Refusal };

function refusal(id: RequestId | null, code: ErrorCode, message: string): Refusal {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

/** What it says of a message beyond MAX_MESSAGE_BYTES. */
export function tooLong(id: RequestId | null): Refusal {
  return refusal(id, ErrorCode.InvalidRequest, `The message is too long: at most ${MAX_MESSAGE_BYTES} bytes.`);
}

/** Requests whose params the SDK would report on with a dump of its validator, as an internal error. */
const REQUESTS: Readonly<Record<string, z.ZodType>> = {
  initialize: InitializeRequestSchema,
  'tools/list': ListToolsRequestSchema,
  'tools/call': CallToolRequestSchema,
  'resources/list': ListResourcesRequestSchema,
  'resources/templates/list': ListResourceTemplatesRequestSchema,
  'resources/read': ReadResourceRequestSchema,
  'prompts/list': ListPromptsRequestSchema,
  'prompts/get': GetPromptRequestSchema,
  'completion/complete': CompleteRequestSchema,
};

const askedSchema = z.looseObject({ jsonrpc: z.literal('2.0'), id: RequestIdSchema, method: z.string() });
const taskSchema = z.looseObject({ params: z.looseObject({ task: z.looseObject({}) }) });

/** Reads one message, given without what delimits it. Never throws. */
export function readIncoming(bytes: Uint8Array): Incoming {
  if (!isUtf8(bytes)) return { refusal: refusal(null, ErrorCode.ParseError, 'The message is not valid UTF-8.') };
  let sent: unknown;
  try {
    sent = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return { refusal: refusal(null, ErrorCode.ParseError, 'The message is not valid JSON.') };
  }
  if (Array.isArray(sent)) {
    const message = 'Batches are not taken: send each message on its own.';
    return { refusal: refusal(null, ErrorCode.InvalidRequest, message) };
  }
  if (isDeeperThan(MOST_NESTED, sent)) {
    const message = `The message is nested too deeply: at most ${MOST_NESTED} levels.`;
    return { refusal: refusal(idOf(sent), ErrorCode.InvalidRequest, message) };
  }
  const value = withoutTask(sent);
  const asked = askedSchema.safeParse(value);
  if (asked.success) {
    const { id, method } = asked.data;
    const checked = (Object.hasOwn(REQUESTS, method) ? REQUESTS[method] : RequestSchema)?.safeParse(value);
    const [issue] = checked?.error?.issues ?? [];
    if (issue) return { refusal: refusal(id, ErrorCode.InvalidParams, `${method} needs ${wanted(issue)}.`) };
  }
  const parsed = JSONRPCMessageSchema.safeParse(value);
  if (parsed.success) return { message: parsed.data };
  const message = 'The message is not a request, notification or response of JSON-RPC 2.0.';
  return { refusal: refusal(idOf(value), ErrorCode.InvalidRequest, message) };
}

/** Level by level, since what is nested deeply would overflow the stack of anything that calls itself. */
function isDeeperThan(levels: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/**
 * Who does not declare tasks "MUST process requests of that type normally, ignoring any task-augmentation
 * metadata if present" (MCP 2025-11-25, Tasks, "Task Support and Handling"); the SDK fails instead.
 */
function withoutTask(sent: unknown): unknown {
  const augmented = taskSchema.safeParse(sent);
  if (!augmented.success) return sent;
  const { task: _, ...params } = augmented.data.params;
  return { ...augmented.data, params };
}

/** Only of what was to be a request: the id of a broken response is one of this side's own. */
function idOf(value: unknown): RequestId | null {
  const asked = z.looseObject({ id: RequestIdSchema, method: z.unknown() }).safeParse(value);
  return asked.success && 'method' in asked.data ? asked.data.id : null;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'a boolean',
  object: 'an object',
  record: 'an object',
  array: 'an array',
};

function wanted(issue: z.core.$ZodIssue): string {
  const kind = issue.code === 'invalid_type' ? KINDS[issue.expected] : undefined;
  return `${issue.path.join('.')} to be ${kind ?? 'what the protocol says'}`;
}
