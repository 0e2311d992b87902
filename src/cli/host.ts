/** What commands are given, and the one way they run: cancelled by Ctrl-C, errors with their next step, a clean end. */
import process from 'node:process';
import type { RawSettings, Settings } from '../config/settings.js';
import { type RollcallError, asRollcallError, cancelled } from '../domain/errors/errors.js';
import type { Progress } from '../services/progress.js';
import type { ToolHost } from '../tools/definition/define-tool.js';
import { inWordsOf } from '../tools/definition/hint-words.js';

export interface CommandHost extends ToolHost {
  /** Absent when nobody watches. */
  onProgress?: ((progress: Progress) => void) | undefined;
  settings: Settings;
  close(): Promise<void>;
}

export interface Entry {
  /** Runs a server until its client goes. */
  serve(flags: RawSettings, http: boolean): Promise<void>;
  /** Does what is in the shared queue, so many tasks at a time, until a signal comes. */
  work(flags: RawSettings, how: { tasks: number; partMinutes: number }): Promise<void>;
  /** @throws RollcallError when a setting is bad */
  open(flags: RawSettings): CommandHost;
}

/** What a command has to say: `data` for --json, `text` for a person. */
export interface CommandAnswer {
  data: unknown;
  text: string;
  exitCode?: number;
}

/** Given to every command file: runs its action with the options that were given. */
export type Run = (
  json: boolean | undefined,
  command: (host: CommandHost, signal: AbortSignal) => Promise<CommandAnswer>,
) => Promise<void>;

export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs one command and answers with the exit code. */
export async function runCommand(
  open: () => CommandHost,
  json: boolean,
  command: (host: CommandHost, signal: AbortSignal) => Promise<CommandAnswer>,
): Promise<number> {
  const controller = new AbortController();
  const interrupt = (): void => controller.abort(cancelled());
  // Not `once`: with no listener left but its own, that of proper-lockfile ends the process before anything is said.
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  let host: CommandHost | undefined;
  try {
    host = open();
    const { data, text, exitCode = EXIT.ok } = await command(host, controller.signal);
    process.stdout.write(json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
    return exitCode;
  } catch (thrown) {
    const error = asRollcallError(thrown);
    report(error, json);
    if (controller.signal.aborted) return EXIT.interrupted;
    return error.code === 'bad_argument' ? EXIT.usage : EXIT.failed;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await host?.close();
  }
}

function report(error: RollcallError, json: boolean): void {
  process.stderr.write(json ? `${JSON.stringify(toErrorData(error))}\n` : `Error: ${errorText(error)}\n`);
}

/** What is wrong, and on the next line what to do, in the words of a terminal. */
export function errorText({ message, hint }: RollcallError): string {
  return `${inWordsOf('commands', message)}\n${inWordsOf('commands', hint)}`;
}

export function toErrorData({ code, message, hint }: RollcallError): {
  error: { code: string; message: string; hint: string };
} {
  return { error: { code, message: inWordsOf('commands', message), hint: inWordsOf('commands', hint) } };
}
