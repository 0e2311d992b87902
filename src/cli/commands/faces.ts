/** `faces`: show_faces at a terminal, its picture as a file. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { RollcallError } from '../../domain/errors/errors.js';
import { showFaces } from '../../tools/show-faces.js';
import { answerIn } from '../../tools/definition/hint-words.js';
import type { CommandAnswer, CommandHost, Run } from '../host.js';
import { numberOption } from '../options.js';

interface Options {
  out: string;
  at?: number;
  limit?: number;
  json?: boolean;
}

export function addFaces(program: Command, run: Run): void {
  program
    .command('faces')
    .description('show faces as one picture: of a person, of two side by side, of tracks, or at a moment of a video')
    .argument('<who...>', 'one or two people, by id or name; track ids; or a video id, of a film with --at')
    .requiredOption('-o, --out <file>', 'where to write the JPEG file')
    .option('--at <time>', 'moment of the video: seconds, or hh:mm:ss', timeOption)
    .option('--limit <n>', 'faces on the sheet', numberOption)
    .option('--json', 'print what is on it as JSON')
    .action(async (ids: string[], options: Options) => {
      await run(options.json, (host, signal) => drawFaces(ids, options, host, signal));
    });
}

async function drawFaces(
  ids: readonly string[],
  { out, at, limit }: Options,
  host: CommandHost,
  signal: AbortSignal,
): Promise<CommandAnswer> {
  const args = { ...askedBy(ids, at), ...(limit === undefined ? {} : { limit }) };
  const { text, pictures } = answerIn('commands', await showFaces.run(args, { ...host, signal }));
  const file = path.resolve(out);
  const [picture] = pictures ?? [];
  await writeFile(file, picture?.data ?? '').catch((cause: unknown) => {
    throw new RollcallError('not_found', `${file} can not be written.`, 'Give a file in a folder that exists.', {
      cause,
    });
  });
  return { data: { file, text }, text: `${text}\n${file}` };
}

/** @throws RollcallError bad_argument */
function askedBy(ids: readonly string[], at: number | undefined): Record<string, unknown> {
  const isTrack = (id: string) => id.startsWith('track_'),
    isVideo = (id: string) => /^(video_|V[1-9]\d*$)/.test(id);
  const [video_id] = ids;
  if (video_id !== undefined && isVideo(video_id) && ids.length === 1)
    return { video_id, ...(at === undefined ? {} : { time_s: at }) };
  if (at === undefined && ids.every(isTrack)) return { track_ids: ids };
  // What is neither is somebody, by id, label or name.
  if (at === undefined && !ids.some((id) => isTrack(id) || isVideo(id))) return { identity_ids: ids };
  throw new RollcallError(
    'bad_argument',
    'Give one or two people, or track ids, or one video id, of a film with --at.',
    '`rollcall-mcp identities` shows the ids there are.',
  );
}

/** Seconds, mm:ss or hh:mm:ss, with fractions. */
function timeOption(value: string): number {
  if (!/^(\d+:){0,2}\d+(\.\d+)?$/.test(value.trim()))
    throw new InvalidArgumentError('Give seconds, as in 75.5, or hh:mm:ss, as in 00:01:15.5.');
  return value
    .trim()
    .split(':')
    .reduce((seconds, part) => 60 * seconds + Number(part), 0);
}
