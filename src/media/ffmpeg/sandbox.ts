/** A sandbox around ffmpeg and ffprobe, where the system has one: bubblewrap (`bwrap`) on Linux. */
import process from 'node:process';
import { RollcallError } from '../../domain/errors/errors.js';
import type { SandboxMode } from '../../domain/machine/sandbox-modes.js';
import { captureOutput } from '../processes/child-process.js';
import { confinement, type Sandbox } from '../processes/confinement.js';
import { onPath, programFiles, SYSTEM_FOLDERS } from '../processes/program-files.js';
import type { FfmpegTools } from './ffmpeg-binaries.js';

const LINKER = ['/etc/ld.so.cache', '/etc/alternatives'];
const DEVICES = ['/dev/null', '/dev/urandom'];
const TRYING = { limits: { memoryBytes: 2 * 1024 ** 3, cpu_s: 20 }, timeoutMs: 20_000, maxBytes: 1024 * 1024 };

/**
 * [Note: Namespaces] A user without rights gets them from a user namespace of their own, and the last of these ways
 * keeps the program from making further ones. Root needs none; it must not have one either, since there it could no
 * longer read what belongs to others, which a server of root's does today. It keeps that right and no other.
 */
function waysIn(): string[][] {
  const shared = ['--die-with-parent', '--new-session', '--cap-drop', 'ALL'];
  const own = ['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'];
  if (process.getuid?.() === 0) return [[...own, ...shared, '--cap-add', 'CAP_DAC_OVERRIDE']];
  const user = ['--unshare-user', ...own, ...shared];
  return [[...user, '--disable-userns'], user];
}

/**
 * The tools as they are to be run: in a sandbox where there is one that works here with both of them, else as they were
 * with the reason in `unconfined`.
 * @throws RollcallError `missing_dependency` when one is required
 */
export async function confineTools(tools: FfmpegTools, mode: SandboxMode, signal?: AbortSignal): Promise<FfmpegTools> {
  if (mode === 'off') return { ...tools, unconfined: 'switched off' };
  const found = await findSandbox(tools, signal);
  if (typeof found !== 'string') return found;
  if (mode === 'required')
    throw new RollcallError(
      'missing_dependency',
      `Decoders (ffmpeg) may only run in a sandbox, and there is none: ${found}.`,
      'Mend that, or set ROLLCALL_SANDBOX to auto to go without one.',
    );
  return { ...tools, unconfined: found };
}

async function findSandbox(tools: FfmpegTools, signal?: AbortSignal): Promise<FfmpegTools | string> {
  if (process.platform !== 'linux') return `none is known for ${process.platform}`;
  if (tools.hwaccel !== undefined) return `decoding with ${tools.hwaccel} needs the system's devices`;
  const bwrap = await onPath('bwrap');
  if (bwrap === null) return 'bwrap is not installed (the package bubblewrap has it)';
  const [ffmpeg, ffprobe] = await Promise.all([onPath(tools.ffmpeg), onPath(tools.ffprobe)]);
  if (ffmpeg === null || ffprobe === null) return 'ffmpeg is not on the PATH';
  const version = await captureOutput(bwrap, ['--version'], TRYING, signal);
  const name = version.stdout.toString('utf8').trim() || 'bwrap';
  const sees = [...(await programFiles(ffmpeg)), ...(await programFiles(ffprobe))];
  let why = 'bwrap does not work';
  for (const way of waysIn()) {
    const sandbox: Sandbox = { name, command: [bwrap, ...way, ...systemFolders(), ...sees] };
    const within = confinement(sandbox, null);
    const limits = { ...TRYING.limits, ...within };
    const tried = await Promise.all(
      [ffmpeg, ffprobe].map((program) => captureOutput(program, ['-version'], { ...TRYING, limits }, signal)),
    );
    const failed = tried.find(({ code, stdout }) => code !== 0 || !/version \S/.test(stdout.toString('utf8')));
    if (!failed) return { ...tools, ffmpeg, ffprobe, sandbox };
    why = failed.stderr.lines.at(-1) ?? why;
  }
  return why;
}

function systemFolders(): string[] {
  return [
    ...[...SYSTEM_FOLDERS, ...LINKER].flatMap((place) => ['--ro-bind-try', place, place]),
    ...DEVICES.flatMap((device) => ['--dev-bind', device, device]),
  ];
}
