/** How a program is started in a sandbox that was found (see ffmpeg/sandbox), and what it sees there. */
import type { ChildLimits } from './child-process.js';

/** What a program is started by, and what it is given to see beside the file that it reads. */
export interface Sandbox {
  /** As it calls itself: "bubblewrap 0.8.0". */
  name: string;
  /** The command line, but for the file and the program. */
  command: readonly string[];
}

/** The sandbox that decoders run in, undefined where there is none; throws where there has to be one. */
export type FindSandbox = () => Promise<Sandbox | undefined>;

/**
 * What is added to the limits of a program that reads one file: it sees that file, at its own path, the system's
 * programs and libraries, and nothing else; it can write nowhere else than told, and reach no network and no other
 * process.
 * @param file absolute, with links followed; null: none
 * @param writes a folder that it sees with all in it, and may write to; absolute, with links followed
 */
export function confinement(
  sandbox: Sandbox | undefined,
  file: string | null,
  writes?: string,
): Pick<ChildLimits, 'within'> {
  if (!sandbox) return {};
  const seen = [
    ...(file === null ? [] : ['--ro-bind', file, file]),
    ...(writes === undefined ? [] : ['--bind', writes, writes]),
  ];
  return { within: [...sandbox.command, ...seen, '--remount-ro', '/', '--chdir', '/', '--'] };
}
