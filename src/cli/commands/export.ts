/** `export`: the tool of that name at a terminal. */
import { type Command, Option } from 'commander';
import { EXPORT_FORMATS } from '../../domain/handover/formats.js';
import { exportTool } from '../../tools/export.js';
import type { Run } from '../host.js';
import { numberOption, videoOption } from '../options.js';
import { answerOf } from '../run-tool.js';

interface Options {
  format: string;
  out?: string;
  together?: boolean;
  overwrite?: boolean;
  video?: string[];
  limit?: number;
  json?: boolean;
}

export function addExport(program: Command, run: Run): void {
  videoOption(program.command('export'))
    .description('write who is on screen when as a table, subtitles, chapters, markers for an editor, or pictures')
    .argument('[person...]', 'only these people, by id or name; everyone when left out')
    .addOption(new Option('-f, --format <format>', 'what to write').choices(EXPORT_FORMATS).makeOptionMandatory(true))
    .option('-o, --out <path>', 'file or folder to write; a short one is printed without')
    .option('--together', 'only while all of them are on screen at once')
    .option('--overwrite', 'replace files that are there')
    .option('--limit <n>', 'stills of a person', numberOption)
    .option('--json', 'print the whole answer as JSON')
    .action(async (people: string[], { video, format, out, together, overwrite, limit, json }: Options) => {
      const identity_ids = people.length > 0 ? people : undefined;
      const args = { format, identity_ids, video_ids: video, out, together, overwrite, limit };
      await run(json, (host, signal) => answerOf(exportTool, args, host, signal));
    });
}
