/** Which ffmpeg and ffprobe are used: the user's, the system's, or those from npm. */
import { join } from 'node:path';
import { RollcallError } from '../../domain/errors/errors.js';
import { fetchPackageFiles } from '../../registry/fetch-package.js';
import { captureOutput } from '../processes/child-process.js';
import type { Sandbox } from '../processes/confinement.js';

/** What asking a program for its version may take. */
const ASKING = { limits: { memoryBytes: 2 * 1024 ** 3, cpu_s: 20 }, timeoutMs: 20_000, maxBytes: 1024 * 1024 };

export interface FfmpegTools {
  /** Path or command name of ffmpeg. */
  ffmpeg: string;
  /** Path or command name of ffprobe. */
  ffprobe: string;
  origin: 'configured' | 'system' | 'npm';
  /** ffmpeg's own version string: "5.1.9-0+deb12u1", or "N-47683-g0e8eb07980-static" for a build without release. */
  version: string;
  /** Hardware that it decodes with, by its own name; absent: none. */
  hwaccel?: string;
  /** What both are run in; absent: see `unconfined`. */
  sandbox?: Sandbox;
  /** Why there is no sandbox, in words; absent where nobody has looked for one. */
  unconfined?: string;
}

export interface FfmpegLocation {
  /** From the user's settings (FFMPEG_PATH): must work, or it is an error. */
  ffmpegPath?: string | undefined;
  ffprobePath?: string | undefined;
  /** Folder where binaries fetched from npm are kept. */
  cacheDir: string;
  /** False: don't look on PATH. */
  useSystem?: boolean;
}

interface NpmBinary {
  version: string;
  /** `dist.integrity` of the tarball on the npm registry. */
  integrity: string;
}

/**
 * Static builds on npm (ffmpeg 4.1 of 2018 for most), for machines without ffmpeg; see `npm view <name>@<version>
 * dist.integrity`.
 */
const NPM_FFMPEG: Readonly<Record<string, NpmBinary>> = {
  'darwin-arm64': {
    version: '4.1.5',
    integrity: 'sha512-hYqTiP63mXz7wSQfuqfFwfLOfwwFChUedeCVKkBtl/cliaTM7/ePI9bVzfZ2c+dWu3TqCwLDRWNSJ5pqZl8otA==',
  },
  'darwin-x64': {
    version: '4.1.0',
    integrity: 'sha512-Z4EyG3cIFjdhlY8wI9aLUXuH8nVt7E9SlMVZtWvSPnm2sm37/yC2CwjUzyCQbJbySnef1tQwGG2Sx+uWhd9IAw==',
  },
  'linux-arm64': {
    version: '4.1.4',
    integrity: 'sha512-dljEqAOD0oIM6O6DxBW9US/FkvqvQwgJ2lGHOwHDDwu/pX8+V0YsDL1xqHbj1DMX/+nP9rxw7G7gcUvGspSoKg==',
  },
  'linux-x64': {
    version: '4.1.0',
    integrity: 'sha512-Y5BWhGLU/WpQjOArNIgXD3z5mxxdV8c41C+U15nsE5yF8tVcdCGet5zPs5Zy3Ta6bU7haGpIzryutqCGQA/W8A==',
  },
  'win32-x64': {
    version: '4.1.0',
    integrity: 'sha512-Drt5u2vzDnIONf4ZEkKtFlbvwj6rI3kxw1Ck9fpudmtgaZIHD4ucsWB2lCZBXRxJgXR+2IMSti+4rtM4C4rXgg==',
  },
};
const NPM_FFPROBE: Readonly<Record<string, NpmBinary>> = {
  'darwin-arm64': {
    version: '5.0.1',
    integrity: 'sha512-vwNCNjokH8hfkbl6m95zICHwkSzhEvDC3GVBcUp5HX8+4wsX10SP3B+bGur7XUzTIZ4cQpgJmEIAx6TUwRepMg==',
  },
  'darwin-x64': {
    version: '5.1.0',
    integrity: 'sha512-J+YGscZMpQclFg31O4cfVRGmDpkVsQ2fZujoUdMAAYcP0NtqpC49Hs3SWJpBdsGB4VeqOt5TTm1vSZQzs1NkhA==',
  },
  'linux-arm64': {
    version: '5.2.0',
    integrity: 'sha512-X1VvWtlLs6ScP73biVLuHD5ohKJKsMTa0vafCESOen4mOoNeLAYbxOVxDWAdFz9cpZgRiloFj5QD6nDj8E28yQ==',
  },
  'linux-x64': {
    version: '5.2.0',
    integrity: 'sha512-D3UeqTLYPNs7pBWPLUYGehPdRVqU8eACox4OZy3pZUZatxye2YKlvBwEfaLdL1v2Z4FOAlLUhms0kY8m8kqSRA==',
  },
  'win32-x64': {
    version: '5.1.0',
    integrity: 'sha512-jMGYeAgkrdn4e2vvYt/qakgHRE3CPju4bn5TmdPfoAm1BlX1mY9cyMd8gf5vSzI8gH8Zq5WQAyAkmekX/8TSTg==',
  },
};

/**
 * Finds a working ffmpeg and ffprobe: the configured ones, else the system's, else static builds fetched
 * from npm into `cacheDir` (about 50 MB, once).
 * @throws RollcallError `missing_dependency` with what to install or set.
 */
export async function locateFfmpeg(location: FfmpegLocation, signal?: AbortSignal): Promise<FfmpegTools> {
  const { ffmpegPath, ffprobePath } = location;
  if (ffmpegPath || ffprobePath) {
    const ffmpeg = ffmpegPath ?? 'ffmpeg';
    const ffprobe = ffprobePath ?? 'ffprobe';
    const version = await requireVersion(ffmpeg, 'FFMPEG_PATH', signal);
    await requireVersion(ffprobe, 'FFPROBE_PATH', signal);
    return { ffmpeg, ffprobe, origin: 'configured', version };
  }
  if (location.useSystem !== false) {
    const [version, probe] = await Promise.all([versionOf('ffmpeg', signal), versionOf('ffprobe', signal)]);
    if ('version' in version && 'version' in probe)
      return { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe', origin: 'system', version: version.version };
  }
  const [ffmpeg, ffprobe] = await Promise.all([
    fetchBinary('ffmpeg', NPM_FFMPEG, location.cacheDir, signal),
    fetchBinary('ffprobe', NPM_FFPROBE, location.cacheDir, signal),
  ]);
  const version = await requireVersion(ffmpeg, 'FFMPEG_PATH', signal);
  await requireVersion(ffprobe, 'FFPROBE_PATH', signal);
  return { ffmpeg, ffprobe, origin: 'npm', version };
}

async function fetchBinary(
  program: 'ffmpeg' | 'ffprobe',
  builds: Readonly<Record<string, NpmBinary>>,
  cacheDir: string,
  signal?: AbortSignal,
): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const build = builds[platform];
  if (!build) {
    throw new RollcallError(
      'missing_dependency',
      `No ${program} was found, and npm has none for ${platform}.`,
      `Install ffmpeg (it includes ffprobe) with your package manager, or set ${program === 'ffmpeg' ? 'FFMPEG_PATH' : 'FFPROBE_PATH'}.`,
    );
  }
  const file = process.platform === 'win32' ? `${program}.exe` : program;
  const into = join(cacheDir, `${program}-${platform}-${build.version}`);
  await fetchPackageFiles(
    {
      name: `@${program}-installer/${platform}`,
      version: build.version,
      integrity: build.integrity,
      files: [{ path: file, executable: true }],
      into,
      what: 'dependency',
    },
    signal,
  );
  return join(into, file);
}

async function requireVersion(program: string, setting: string, signal?: AbortSignal): Promise<string> {
  const answer = await versionOf(program, signal);
  if ('version' in answer) return answer.version;
  throw new RollcallError(
    'missing_dependency',
    `${program} does not run: ${answer.error.message.split('\n')[0] ?? ''}`,
    `Set ${setting} to a working program, or leave it unset to use the one on PATH or from npm.`,
    { cause: answer.error },
  );
}

async function versionOf(program: string, signal?: AbortSignal): Promise<{ version: string } | { error: Error }> {
  const { stdout, stderr, notStarted, killed, code } = await captureOutput(program, ['-version'], ASKING, signal);
  if (notStarted !== null) return { error: new Error(notStarted) };
  const version = /version (\S+)/.exec(stdout.toString('utf8'))?.[1];
  if (code === 0 && version) return { version };
  const said = killed === 'time' ? `no answer in ${ASKING.timeoutMs / 1000} s` : stderr.lines.at(-1);
  return { error: new Error(said ?? `${program} -version says nothing of a version`) };
}
