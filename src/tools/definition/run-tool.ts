/** The one place that turns a call into an outcome: time, log, and errors that say what to do next. */
import { asRollcallError, RollcallError } from '../../domain/errors/errors.js';
import { NO_TRACES } from '../../domain/tracing.js';
import { answerIn, inWordsOf } from './hint-words.js';
import type { Tool, ToolAnswer, ToolContext } from './define-tool.js';

/** Times that a tool which only reads begins anew. */
const READ_AGAIN = 3;
/** Characters of an error's message at most. */
const LONGEST_MESSAGE = 1000;

export interface ToolError {
  code: string;
  message: string;
  hint: string;
}
export type ToolOutcome =
  | { ok: true; answer: ToolAnswer<Record<string, unknown> | undefined> }
  | { ok: false; error: ToolError };

/** Never throws: whatever goes wrong is in the outcome. Arguments are not logged, they may hold pictures. */
export async function runTool(tool: Tool, args: unknown, context: ToolContext): Promise<ToolOutcome> {
  const began = performance.now();
  const ms = (): number => Math.round(performance.now() - began);
  try {
    context.signal.throwIfAborted();
    const answer = await (context.tracer ?? NO_TRACES).span(
      'tool call',
      { tool: tool.name },
      () => answerOf(tool, args, context),
      context.trace ?? null,
    );
    context.logger.info({ tool: tool.name, ms: ms() }, 'tool call');
    return { ok: true, answer: answerIn('tools', answer) };
  } catch (thrown) {
    const error = asRollcallError(thrown);
    const level = error.code === 'internal' ? 'error' : 'warn';
    // What it says names files and people: the caller is told, the log is not.
    const err: unknown = error.code === 'internal' ? thrown : (error.cause ?? undefined);
    context.logger[level]({ tool: tool.name, ms: ms(), code: error.code, err }, 'tool call failed');
    context.logger.debug({ tool: tool.name }, error.message);
    return {
      ok: false,
      error: {
        code: error.code,
        message: shortened(inWordsOf('tools', error.message)),
        hint: inWordsOf('tools', error.hint),
      },
    };
  }
}

/** Errors quote what was asked, which may be of any length. */
function shortened(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`;
}

/** What was read may be gone before it is answered, when something is forgotten meanwhile: then it is read again. */
async function answerOf(
  tool: Tool,
  args: unknown,
  context: ToolContext,
): Promise<ToolAnswer<Record<string, unknown> | undefined>> {
  for (let left = tool.hints.readOnlyHint ? READ_AGAIN : 0; ; left--) {
    try {
      return await tool.run(args, context);
    } catch (error) {
      if (left <= 0 || !(error instanceof RollcallError) || error.code !== 'busy') throw error;
    }
  }
}
