/** The command line: settings as global options, one file a command. */
import { Command, CommanderError, Option } from 'commander';
import { packageInfo } from '../config/package-info.js';
import { type RawSettings, flagOf, settingInfo, settingNames } from '../config/settings.js';
import { addAudit } from './audit.js';
import { addCalibrate } from './calibrate.js';
import { addDoctor } from './doctor.js';
import { addFaces } from './faces.js';
import { addEdit } from './edit.js';
import { addExport } from './export.js';
import { addFind } from './find.js';
import { addForget } from './forget.js';
import { EXIT, type Entry, type Run, runCommand } from './host.js';
import { addIdentities } from './identities.js';
import { addIndex } from './index-videos.js';
import { addJobs } from './jobs.js';
import { addLibrary } from './library.js';
import { addModels } from './models.js';
import { addReport } from './report.js';
import { addSafekeeping } from './safekeeping.js';
import { addTogether } from './together.js';
import { addVerify } from './verify.js';
import { addWorker } from './worker.js';

/** @returns the exit code; 0 for a server that has begun to listen */
export async function runProgram(args: readonly string[], entry: Entry): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command('rollcall-mcp')
    .description(
      'Tells AI agents who is in your footage, when, and with whom. Without a command: an MCP server on stdio.',
    )
    .version(packageInfo().version)
    .option('--http [port]', 'serve MCP over Streamable HTTP instead of stdio')
    .option('--host <address>', settingInfo('httpHost').description)
    .option('--token <secret>', settingInfo('httpToken').description)
    .showHelpAfterError('(rollcall-mcp --help shows what there is)')
    .exitOverride();
  for (const name of settingNames) {
    if (name.startsWith('http')) continue; // they have the shorter flags above
    const { description, env, allowed } = settingInfo(name);
    program.addOption(
      new Option(`${flagOf(name)} <value>`, `${description}: ${allowed} (${env})`).helpGroup('Settings:'),
    );
  }
  const flags = (): RawSettings => {
    const given: Record<string, unknown> = program.opts();
    const settings: RawSettings = Object.fromEntries(settingNames.map((name) => [name, given[name]]));
    return {
      ...settings,
      httpHost: given.host,
      httpToken: given.token,
      httpPort: given.http === true ? undefined : given.http,
    };
  };
  const run: Run = async (json, command) => {
    exitCode = await runCommand(() => entry.open(flags()), json ?? false, command);
  };
  program.allowExcessArguments().action(() => {
    const [unknown] = program.args;
    if (unknown !== undefined) program.error(`error: there is no command ${unknown}`, { exitCode: EXIT.usage });
    return entry.serve(flags(), program.opts().http !== undefined);
  });
  for (const add of [
    addIndex,
    addFind,
    addVerify,
    addIdentities,
    addTogether,
    addFaces,
    addEdit,
    addLibrary,
    addForget,
    addExport,
    addReport,
    addCalibrate,
    addJobs,
    addModels,
    addAudit,
    addSafekeeping,
    addDoctor,
  ])
    add(program, run);
  addWorker(program, (how) => entry.work(flags(), how));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // commander has said what is wrong
  }
  return exitCode;
}
