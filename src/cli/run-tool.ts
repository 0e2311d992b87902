/** A command is a tool with another face: the same checks, budget and handler, told in the words of a terminal. */
import type { Tool } from '../tools/definition/define-tool.js';
import { answerIn, inWordsOf } from '../tools/definition/hint-words.js';
import type { CommandAnswer, CommandHost } from './host.js';

/** @param args what was given; what was not is undefined. @throws RollcallError as the tool does */
export async function answerOf(
  tool: Tool,
  args: Record<string, unknown>,
  host: CommandHost,
  signal: AbortSignal,
): Promise<CommandAnswer> {
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
  const client = inWordsOf('commands', `{${tool.name}}`)
    .replace(/^`(.*)`$/, '$1')
    .replace(/^{(.*)}$/, 'rollcall-mcp $1');
  return answerIn('commands', await tool.run(given, { ...host, signal, client, detail: 'full' }));
}
