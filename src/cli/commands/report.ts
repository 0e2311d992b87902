/** `report`: a page that tells a person who is in the films, when, and with whom. */
import type { Command } from 'commander';
import { asRollcallError } from '../../domain/errors/errors.js';
import type { CommandAnswer, CommandHost, Run } from '../host.js';

interface Options {
  out: string;
  overwrite?: boolean;
  json?: boolean;
}

export function addReport(program: Command, run: Run): void {
  program
    .command('report')
    .description('write one HTML file to look at or send: who, when, with whom, how sure')
    .argument('[video...]', 'ids, names or paths of indexed videos; all when left out')
    .requiredOption('-o, --out <file>', 'the file, ends in .html')
    .option('--overwrite', 'replace the file if it is there')
    .option('--json', 'print what is in it as JSON')
    .action(async (videos: string[], { out, overwrite = false, json }: Options) => {
      await run(json, (host, signal) => writeReport({ videos, out, overwrite }, host, signal));
    });
}

async function writeReport(
  request: { videos: string[]; out: string; overwrite: boolean },
  host: CommandHost,
  signal: AbortSignal,
): Promise<CommandAnswer> {
  const { reports } = await host.services();
  const call = { client: 'rollcall-mcp report', tool: 'report', args: request };
  const answer = await reports.write(request, { signal, onProgress: host.onProgress }).catch(async (error: unknown) => {
    await host.audit?.record({ ...call, outcome: asRollcallError(error).code });
    throw error;
  });
  // The answer counts people and names none: whoever is in those videos.
  await host.audit?.record({ ...call, outcome: 'ok', answer });
  const text = [
    `${answer.path}: ${answer.people} people, ${answer.films} films, ${answer.appearances} appearances, ${Math.ceil(answer.bytes / 1000)} kB`,
    ...(answer.left_out.length > 0 ? [`Left out: ${answer.left_out.join('; ')}`] : []),
    ...answer.uncertainty,
  ];
  return { data: answer, text: text.join('\n') };
}
