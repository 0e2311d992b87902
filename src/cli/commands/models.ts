/** `models`: which packs there are, what they may be used for, and getting their weights. */
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { RollcallError } from '../../domain/errors/errors.js';
import type { ModelPack } from '../../services/upkeep/model-packs.js';
import type { Run } from '../host.js';
import { startAndWait } from '../../tools/answers/await-job.js';
import { answerOfJob } from '../../tools/answers/job-answer.js';
import { answerIn } from '../../tools/definition/hint-words.js';
import { progressBar } from '../progress-bar.js';

/** The command ends with its job, or with Ctrl-C. */
const FOR_EVER_S = 1e9;

interface GetOptions {
  acceptLicence?: boolean;
  from?: string;
  json?: boolean;
}

export function addModels(program: Command, run: Run): void {
  const models = program
    .command('models')
    .description('list the model packs and what they may be used for')
    .option('--json', 'print the list as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      await run(json, async ({ settings }) => {
        const packs = await (await import('../../services/upkeep/model-packs.js')).modelPacks(settings);
        return { data: { packs }, text: packs.map(packLines).join('\n\n') };
      });
    });
  models
    .command('get')
    .description('get the weights of a pack into the home folder; shows their licence first, and asks')
    .argument('<pack>', 'its name')
    .option('--accept-licence', 'do not ask: the licence is known and accepted')
    .option(
      '--from <url>',
      'a folder on a server that has the files under their names, instead of where they come from',
    )
    .option('--json', 'print what was done as JSON')
    .action(async (id: string, _: GetOptions, command: Command) => {
      // `models` has --json as well, and commander gives it to whichever comes first.
      const { acceptLicence, from, json }: GetOptions = command.optsWithGlobals();
      await run(json, async ({ settings }, signal) => {
        const { getModelPack, modelPack } = await import('../../services/upkeep/model-packs.js');
        const pack = await modelPack(settings, id);
        if (!pack.ready) await agreed(pack, acceptLicence ?? false, signal);
        const bar = progressBar();
        const done = await getModelPack(settings, id, { signal, onProgress: (p) => bar.show(p) }, { from }).finally(
          () => bar.stop(),
        );
        const next = pack.in_use
          ? `Pack ${id} is in use.`
          : `To use it: --pack ${id}, ROLLCALL_PACK=${id}, or "pack": "${id}" in config.json in ${settings.home}.`;
        return {
          data: { pack: { ...pack, ready: true, missing: [] }, done, next },
          text: [...(done.length > 0 ? done : ['Everything was here already.']), next].join('\n'),
        };
      });
    });
  addUse(models, run);
}

function addUse(models: Command, run: Run): void {
  models
    .command('use')
    .description('change the library to a pack: vectors are made anew from the stored faces; ids, names and edits stay')
    .argument('<pack>', 'its name')
    .option('--json', 'print what was done as JSON')
    .action(async (pack: string, _: unknown, command: Command) => {
      const { json }: { json?: boolean } = command.optsWithGlobals();
      await run(json, async (host, signal) => {
        const { modelPack } = await import('../../services/upkeep/model-packs.js');
        const { ready } = await modelPack(host.settings, pack);
        if (!ready)
          throw new RollcallError(
            'missing_model',
            `The weights of pack ${pack} are not here.`,
            `Run \`rollcall-mcp models get ${pack}\` first.`,
          );
        const bar = progressBar();
        try {
          const record = await startAndWait('change_pack', { pack }, FOR_EVER_S, {
            ...host,
            signal,
            onProgress: (p) => bar.show(p),
          });
          return answerIn('commands', await answerOfJob(record, { ...host, signal, detail: 'full' }));
        } finally {
          bar.stop();
        }
      });
    });
}

function packLines({ id, title, licence, in_use, ready, dimensions, missing }: ModelPack): string {
  return [
    `${id}${in_use ? ' (in use)' : ''}: ${ready ? 'ready' : `to get: \`rollcall-mcp models get ${id}\``}`,
    `  ${title}, ${dimensions} numbers a face`,
    `  ${licence}`,
    ...missing.map((m) => `  ${m.file} from ${m.from} (${m.licence})`),
  ].join('\n');
}

/** Shows the licence, and asks where nobody has agreed yet. @throws RollcallError bad_argument, cancelled */
async function agreed(pack: ModelPack, accepted: boolean, signal: AbortSignal): Promise<void> {
  process.stderr.write(`${packLines(pack)}\n`);
  if (accepted) return;
  const refused = (message: string): RollcallError =>
    new RollcallError('bad_argument', message, 'Give --accept-licence if you may use it so.');
  if (!process.stdin.isTTY) throw refused('The licence of these weights is to be accepted first.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const said = await terminal.question('Get them under this licence? [y/N] ', { signal });
    if (!/^y(es)?$/i.test(said.trim())) throw refused('Nothing was downloaded.');
  } finally {
    terminal.close();
  }
}
