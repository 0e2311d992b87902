/** The command line: settings as global options, one file a command. */
import { Command, CommanderError, Option } from 'commander';
import { packageInfo } from '../config/package-info.js';
import { type RawSettings, flagOf, settingInfo, settingNames } from '../config/settings.js';
import { addAudit } from './commands/audit.js';
import { addCalibrate } from './commands/calibrate.js';
import { addDoctor } from './commands/doctor.js';
import { addFaces } from './commands/faces.js';
import { addEdit } from './commands/edit.js';
import { addExport } from './commands/export.js';
import { addFind } from './commands/find.js';
import { addForget } from './commands/forget.js';
import { EXIT, type Entry, type Run, runCommand } from './host.js';
import { addIdentities } from './commands/identities.js';
import { addIndex } from './commands/index-videos.js';
import { addJobs } from './commands/jobs.js';
import { addLibrary } from './commands/library.js';
import { addModels } from './commands/models.js';
import { addRegroup } from './commands/regroup.js';
import { addReport } from './commands/report.js';
import { addSafekeeping } from './commands/safekeeping.js';
import { addTogether } from './commands/together.js';
import { addVerify } from './commands/verify.js';
import { addWorker } from './commands/worker.js';

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
    addRegroup,
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
