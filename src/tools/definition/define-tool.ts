/** A tool is data: name, schemas, hints and a thin handler that calls one service. Knows nothing of the protocol. */
import type { Logger } from 'pino';
import type { z } from 'zod';
import { asRollcallError, RollcallError } from '../../domain/errors/errors.js';
import type { Tracer } from '../../domain/tracing.js';
import type { Audit } from '../../services/audit.js';
import type { Services } from '../../services/create-services.js';
import type { Progress } from '../../services/progress.js';
import type { Jobs } from '../../services/jobs/jobs.js';
import type { ShortIds } from '../../services/library/short-ids.js';
import { type Detail, DETAILS, inBrief } from './brief-answers.js';
import type { QuietTime } from '../../services/quiet-time.js';
import { idsNamed, inLabels, withIds, withLabels, withShortTracks } from './labels.js';

/** What lives as long as the process and every call shares. */
export interface ToolHost {
  /** Put together at the first call: a server must answer tools/list before it loads natives. */
  services: () => Promise<Services>;
  jobs: () => Promise<Jobs>;
  logger: Logger;
  /** Is told of calls, and when a client knows what may be asked; absent in tests. */
  quiet?: QuietTime | undefined;
  /** Keeps who asked what about whom; absent in tests. */
  audit?: Audit | undefined;
  /** Absent where no traces are kept. */
  tracer?: Tracer | undefined;
}

export interface ToolContext extends ToolHost {
  /** Aborted with a RollcallError `cancelled` when the caller cancels, with anything else when it merely goes away. */
  signal: AbortSignal;
  /** The caller's span, as a `traceparent`. */
  trace?: string | undefined;
  /** What the caller calls itself; absent when it did not say. */
  client?: string;
  /** How much an answer says that was not told by its arguments; in brief when absent. */
  detail?: Detail;
  /** How long the caller is let wait for what can be answered in part; as long as it takes when absent. */
  within_ms?: number;
  /** Absent when the caller did not ask for progress. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** What a client may believe of a tool; all four, none left to guessing. */
export interface ToolHints {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

export interface Picture {
  data: Uint8Array;
  mimeType: string;
}

/** `data` holds every fact; `text` says the same to a person, in brief. */
export interface ToolAnswer<Data> {
  data: Data;
  text: string;
  pictures?: Picture[];
}

interface ToolBase {
  name: string;
  title: string;
  description: string;
  hints: ToolHints;
  input: z.ZodObject;
  /** What an error about the arguments says of those that are right, where they are a list of things to do. */
  refused?: string;
  /** Absent for tools that answer with pictures. */
  output?: z.ZodObject;
}

export interface Tool extends ToolBase {
  /**
   * Validates, calls the handler, and validates what it answers. @throws RollcallError bad_argument, or the handler's
   */
  run(args: unknown, context: ToolContext): Promise<ToolAnswer<Record<string, unknown> | undefined>>;
}

/** The context of a call whose detail is settled. */
export type AnswerContext = ToolContext & { detail: Detail };

interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> extends ToolBase {
  input: Input;
  output: Output;
  handler: (args: z.output<Input>, context: AnswerContext) => Promise<ToolAnswer<z.input<Output>>>;
}

/** What a tool says that shows something: some clients give the model structured content alone, and hide pictures. */
export interface PictureAnswer {
  text: string;
  pictures: Picture[];
}

interface PictureToolDefinition<Input extends z.ZodObject> extends ToolBase {
  input: Input;
  output?: never;
  handler: (args: z.output<Input>, context: ToolContext) => Promise<PictureAnswer>;
}

export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>({
  handler,
  ...tool
}: ToolDefinition<Input, Output>): Tool {
  return {
    ...tool,
    async run(args, context) {
      return audited(tool, args, context, async () => {
        const given = await understood(tool, args, context);
        const detail = DETAILS.find((one) => one === given['detail']) ?? context.detail ?? 'brief';
        const answer = await handler(given, { ...context, detail });
        const data = tool.output.parse(answer.data);
        const shown = await (detail === 'brief'
          ? labelled(withShortTracks(answer.text), inBrief(data), context)
          : labelled(answer.text, data, context));
        return { given, named: shown.data, answer: shown };
      });
    },
  };
}

/** A tool that answers with pictures and text, without structured content. */
export function definePictureTool<Input extends z.ZodObject>({ handler, ...tool }: PictureToolDefinition<Input>): Tool {
  return {
    ...tool,
    async run(args, context) {
      return audited(tool, args, context, async () => {
        const given = await understood(tool, args, context);
        const { text, pictures } = await handler(given, context);
        const shown = await labelled(context.detail === 'full' ? text : withShortTracks(text), {}, context);
        return { given, named: shown.text, answer: { text: shown.text, pictures, data: undefined } };
      });
    },
  };
}

/** Runs a call, and tells the audit log of it; of one that fails by what was asked. */
async function audited<A>(
  { name }: ToolBase,
  args: unknown,
  { audit, client }: ToolContext,
  run: () => Promise<{ given: unknown; named: unknown; answer: A }>,
): Promise<A> {
  try {
    const { given, named, answer } = await run();
    await audit?.record({ client, tool: name, outcome: 'ok', args: given, answer: named });
    return answer;
  } catch (error) {
    await audit?.record({ client, tool: name, outcome: asRollcallError(error).code, args });
    throw error;
  }
}

function shortIds(context: ToolContext): () => Promise<ShortIds> {
  return async () => (await context.services()).shortIds;
}

/** With short names beside ids, where the answer names any. */
async function labelled(
  text: string,
  data: Record<string, unknown>,
  context: ToolContext,
): Promise<ToolAnswer<Record<string, unknown>>> {
  const ids = new Set([...idsNamed(text), ...idsNamed(JSON.stringify(data))]);
  if (ids.size === 0) return { text, data };
  const labels = await (await shortIds(context)()).labelsOf([...ids], context.signal);
  return { text: inLabels(text, labels), data: withLabels(data, labels) };
}

/** The arguments with the ids that are meant. @throws RollcallError bad_argument, unknown_id */
async function understood<Input extends z.ZodObject>(
  tool: ToolBase & { input: Input },
  args: unknown,
  context: ToolContext,
): Promise<z.output<Input>> {
  try {
    return await withIds(argumentsOf(tool, args), shortIds(context), context.signal);
  } catch (error) {
    if (tool.refused === undefined || !(error instanceof RollcallError) || error.code === 'cancelled') throw error;
    throw new RollcallError(error.code, error.message, `${error.hint} ${tool.refused}`, { cause: error.cause });
  }
}

/** @throws RollcallError bad_argument */
function argumentsOf<Input extends z.ZodObject>(tool: ToolBase & { input: Input }, args: unknown): z.output<Input> {
  const parsed = tool.input.safeParse(args ?? {});
  if (!parsed.success) throw badArguments(tool, parsed.error);
  return parsed.data;
}

function badArguments(tool: ToolBase, error: z.ZodError): RollcallError {
  const problems = error.issues.map(
    (issue) => `${issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''}${issue.message}`,
  );
  return new RollcallError(
    'bad_argument',
    `${tool.name}: ${problems.join('; ')}.`,
    [...nextSteps(error), `Arguments of ${tool.name}: ${Object.keys(tool.input.shape).join(', ')}.`].join(' '),
    { cause: error },
  );
}

/** What to give in place of what is often given: a time as a player writes it, a title or a name for an id. */
function nextSteps({ issues }: z.ZodError): string[] {
  const isTime = issues.some(
    ({ code, path }) => code === 'invalid_type' && typeof path.at(-1) === 'string' && /_s$/.test(String(path.at(-1))),
  );
  const isOf = (kind: string) => issues.some(({ message }) => message.includes(`an id that starts with ${kind}_`));
  return [
    ...(isTime ? ['Times are in seconds: 83 for 1:23.'] : []),
    ...(isOf('video') ? ['{library videos} tells the ids of videos.'] : []),
    ...(isOf('identity') ? ['{list_identities} tells the ids of people.'] : []),
  ];
}
