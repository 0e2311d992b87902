/** `edit`: edit_identities at a terminal. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { RollcallError } from '../../domain/errors/errors.js';
import { readsAsId } from '../../domain/ids.js';
import { editIdentities } from '../../tools/edit-identities.js';
import type { Run } from '../host.js';
import { answerOf } from '../run-tool.js';

interface Options {
  dryRun?: boolean;
  why?: string;
  json?: boolean;
}

export function addEdit(program: Command, run: Run): void {
  const edit = program
    .command('edit')
    .description(
      'say who is who: name, merge, split, assign, reject, ignore, enrol, undo; who is meant by an id or a name',
    );
  const add = (usage: string, description: string, edits: (given: string[][], one: string[]) => unknown) =>
    edit
      .command(usage)
      .description(description)
      .option('--dry-run', 'only say what would change')
      .option('--why <words>', 'reason, kept in the log')
      .option('--json', 'print the whole answer as JSON')
      .action(async (...all: unknown[]) => {
        // Commander gives the arguments, then the options, then the command.
        const { dryRun, why, json } = all.at(-2) as Options;
        const given = all.slice(0, -2).map((one) => (Array.isArray(one) ? one.map(String) : [String(one)]));
        await run(json, (host, signal) =>
          answerOf(editIdentities, { edits: edits(given, given.flat()), dry_run: dryRun, why }, host, signal),
        );
      });
  add('name <who> <name>', 'give a name; "" takes it away', (_, [identity_id, name]) => [
    { action: 'name', identity_id, name: name === '' ? null : name },
  ]);
  add('merge <into> <others...>', 'they are one person; the first goes on', (_, ids) => [
    { action: 'merge', identity_ids: ids, into: ids[0] },
  ]);
  for (const [action, description] of [
    ['split', 'these tracks are somebody else, all the same person'],
    ['assign', 'these tracks are this person'],
    ['reject', 'these tracks are not this person, now and later'],
  ] as const)
    add(
      `${action} <who> <tracks...>`,
      `${description}; a track_id, or VIDEO_ID@START-END`,
      ([id = [], tracks = []]) => [{ action, identity_id: id[0], ...placesOf(tracks) }],
    );
  add('enrol <who> <pictures...>', 'photos of somebody, by name or id, seen or not', ([who = [], images = []]) => {
    const [given = ''] = who;
    return [{ action: 'enrol', ...(readsAsId(given) ? { identity_id: given } : { name: given }), images }];
  });
  add('ignore <who...>', 'leave out of lists: posters, statues, crowds', (_, ids) =>
    ids.map((identity_id) => ({ action: 'ignore', identity_id })),
  );
  add('unignore <who...>', 'list again', (_, ids) =>
    ids.map((identity_id) => ({ action: 'ignore', identity_id, ignore: false })),
  );
  add('undo <edit_ids...>', 'take edits back', (_, ids) => ids.map((edit_id) => ({ action: 'undo', edit_id })));
  add('undo-to <moment>', 'take back all after an edit_id, a number of the log (0: all) or a time', (_, [to = '']) => [
    { action: 'undo', to: /^\d+$/.test(to) ? Number(to) : to },
  ]);
  add('json <file>', 'a list of edits as the tool takes them, from a file or - for stdin', (_, [file = '-']) =>
    listIn(file),
  );
}

/** "video_…@12.5-14" is an appearance, anything else a track_id. */
function placesOf(given: readonly string[]): { track_ids?: string[]; appearances?: object[] } {
  const track_ids: string[] = [],
    appearances: object[] = [];
  for (const one of given) {
    const [, video_id, start, end] = /^(video_\w+|V\d+)@([\d.]+)-([\d.]+)$/.exec(one) ?? [];
    if (video_id === undefined) track_ids.push(one);
    else appearances.push({ video_id, start_s: Number(start), end_s: Number(end) });
  }
  return { ...(track_ids.length > 0 ? { track_ids } : {}), ...(appearances.length > 0 ? { appearances } : {}) };
}

function listIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (cause) {
    throw new RollcallError(
      'bad_argument',
      `${file} can't be read as JSON.`,
      'Give a file that holds a list, as in [{ "action": "name", "identity_id": …, "name": "Ada" }].',
      { cause },
    );
  }
}
