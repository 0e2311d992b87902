/** `find`: find_person at a terminal. */
import type { Command } from 'commander';
import { findPerson } from '../../tools/find-person.js';
import type { Run } from '../host.js';
import { numberOption, pageOptions, personOf, videoOption } from '../options.js';
import { answerOf } from '../run-tool.js';

interface Options {
  video?: string[];
  together?: boolean;
  films?: boolean;
  scenes?: number;
  threshold?: number;
  limit?: number;
  cursor?: string;
  json?: boolean;
}

export function addFind(program: Command, run: Run): void {
  pageOptions(videoOption(program.command('find')), 'appearances')
    .description('find when people are on screen')
    .argument('<who...>', 'pictures, names or identity ids')
    .option('--together', 'only the moments when all of them are on screen')
    .option('--films', 'only the films with all of them, and the seconds of each')
    .option('--scenes <seconds>', 'join appearances at most so far apart', numberOption)
    .option('--threshold <score>', 'instead of the calibrated one', numberOption)
    .action(async (who: string[], { video, together, films, scenes, threshold, limit, cursor, json }: Options) => {
      const [single, ...more] = who.map(personOf);
      const asked = more.length === 0 ? single : { people: who.map(personOf) };
      const mode = films ? 'videos' : together ? 'together' : undefined;
      await run(json, (host, signal) =>
        answerOf(
          findPerson,
          { ...asked, mode, gap_s: scenes, video_ids: video, threshold, limit, cursor },
          host,
          signal,
        ),
      );
    });
}
