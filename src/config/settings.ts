/** Every setting, in one schema. Precedence: flags > environment > config.json in the home folder > default. */
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { z } from 'zod';
import { POINT_NAMES } from '../domain/scores/operating-points.js';
import { EXECUTION_PROVIDERS } from '../domain/machine/execution-providers.js';
import { RollcallError } from '../domain/errors/errors.js';
import { isAddress } from '../domain/machine/library-address.js';
import { SANDBOX_MODES } from '../domain/machine/sandbox-modes.js';
import { readConfigFile } from './config-file.js';
import { packageInfo } from './package-info.js';

/** What is said of a setting beside its description: `byDefault` where the default depends on the machine. */
interface Documented {
  env: string;
  allowed?: string;
  byDefault?: string;
}

const number = (min: number, max: number) =>
  z.coerce
    .number()
    .min(min)
    .max(max)
    .meta({ allowed: `a number from ${min} to ${max}` });
const integer = (min: number, max: number) =>
  z.coerce
    .number()
    .int()
    .min(min)
    .max(max)
    .meta({ allowed: `a whole number from ${min} to ${max}` });
const SWITCH = new Map<unknown, boolean>([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);
const onOrOff = () => z.preprocess((v) => SWITCH.get(v) ?? v, z.boolean()).meta({ allowed: 'true or false' });
const anyOf = (values: readonly string[]): string => values.join(', ').replace(/, (?=[^,]*$)/, ' or ');
const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;
const folder = z
  .string()
  .min(1)
  .transform((p) => path.resolve(p.replace(/^~(?=$|[\\/])/, os.homedir())));
const folderOrAddress = z
  .string()
  .min(1)
  .transform((home) => {
    if (isAddress(home)) return home.replace(/\/+$/, '');
    return folder.parse(/^file:\/\//i.test(home) ? fileURLToPath(home) : home);
  });
const folders = z.preprocess(
  (v) => (typeof v === 'string' ? v.split(path.delimiter).filter(Boolean) : v),
  z.array(folder).min(1),
);

/** Values as they are used. Keys are those of config.json; flags are the same in kebab-case (see flagOf). */
const settingsSchema = z.strictObject({
  home: folderOrAddress
    .describe(
      'Folder of the library, its jobs and config.json; or where a library lies that machines share: s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX',
    )
    .meta({
      env: 'ROLLCALL_HOME',
      allowed: 'a folder, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX',
      byDefault: "the system's data folder for applications",
    } satisfies Documented),
  localHome: folder
    .nullable()
    .describe("With home in an object store: folder of what is a machine's own, as jobs, models and config.json")
    .meta({
      env: 'ROLLCALL_LOCAL_HOME',
      allowed: 'a folder',
      byDefault: "a folder for each library in the system's data folder",
    } satisfies Documented),
  modelsDir: folder
    .describe('Folder with packs/ and weights/')
    .meta({ env: 'ROLLCALL_MODELS_DIR', allowed: 'a folder', byDefault: "the package's own" } satisfies Documented),
  pack: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/)
    .describe('Model pack; a library belongs to one')
    .meta({ env: 'ROLLCALL_PACK', allowed: 'the name of a pack in models/packs' } satisfies Documented),
  sampleFps: number(0.1, 60)
    .describe('Pictures looked at per second of video')
    .meta({ env: 'ROLLCALL_SAMPLE_FPS' } satisfies Documented),
  detectorSide: integer(160, 4096)
    .describe('Long side of the picture the detector sees, pixels')
    .meta({ env: 'ROLLCALL_DETECTOR_SIDE' } satisfies Documented),
  maxSide: integer(160, 8192)
    .describe('Long side that video is decoded to, pixels; faces are cut from it')
    .meta({ env: 'ROLLCALL_MAX_SIDE' } satisfies Documented),
  threads: integer(1, 256)
    .describe('Threads for inference; up to four look at a picture each, more share pictures')
    .meta({ env: 'ROLLCALL_THREADS', byDefault: 'the cores of the machine' } satisfies Documented),
  executionProvider: z
    .enum(EXECUTION_PROVIDERS)
    .describe(
      'What runs the networks: the CPU, which everything was measured on, or another where it is there and answers alike (else the CPU, with a warning); auto takes the first that does',
    )
    .meta({ env: 'ROLLCALL_EXECUTION_PROVIDER', allowed: anyOf(EXECUTION_PROVIDERS) } satisfies Documented),
  hwaccel: z
    .string()
    .regex(/^[a-z0-9]+$/)
    .nullable()
    .describe(
      "Hardware that decodes video, by ffmpeg's name (auto, cuda, vaapi, videotoolbox, d3d11va …); where it does not work the processor does, with a warning. Drivers need more address space than a decoder is allowed: with this there is no limit",
    )
    .meta({ env: 'ROLLCALL_HWACCEL', allowed: 'a name that `ffmpeg -hwaccels` lists, or auto' } satisfies Documented),
  operatingPoint: z
    .enum(POINT_NAMES)
    .nullable()
    .describe(
      "How sure a match must be: a false-accept rate of 1e-4, 1e-3 or 1e-2 for one comparison; the calibration's own choice when null",
    )
    .meta({ env: 'ROLLCALL_OPERATING_POINT', allowed: anyOf(POINT_NAMES) } satisfies Documented),
  ffmpegPath: folder
    .nullable()
    .describe('The ffmpeg to run; the one on the PATH or the downloaded one when null')
    .meta({ env: 'FFMPEG_PATH', allowed: 'the path of an executable' } satisfies Documented),
  ffprobePath: folder
    .nullable()
    .describe('The ffprobe to run')
    .meta({ env: 'FFPROBE_PATH', allowed: 'the path of an executable' } satisfies Documented),
  sandbox: z
    .enum(SANDBOX_MODES)
    .describe(
      'Run ffmpeg, and what reads HEIC, in a sandbox (Linux, where bwrap is installed and works): it sees the one file, no network, and writes nowhere else; required refuses to run it without, auto goes without and doctor says why; with hwaccel there is none',
    )
    .meta({ env: 'ROLLCALL_SANDBOX', allowed: anyOf(SANDBOX_MODES) } satisfies Documented),
  allowDirs: folders
    .nullable()
    .describe('Only files inside these folders may be read; any file when null')
    .meta({ env: 'ROLLCALL_ALLOW_DIRS', allowed: `folders, separated by "${path.delimiter}"` } satisfies Documented),
  httpHost: z
    .string()
    .min(1)
    .describe('Address the HTTP server listens on')
    .meta({ env: 'ROLLCALL_HTTP_HOST', allowed: 'a host name or address' } satisfies Documented),
  httpPort: integer(0, 65535)
    .describe('Port the HTTP server listens on; 0 takes a free one')
    .meta({ env: 'ROLLCALL_HTTP_PORT' } satisfies Documented),
  httpToken: z
    .string()
    .min(16)
    .nullable()
    .describe('Bearer token HTTP clients must send')
    .meta({ env: 'ROLLCALL_HTTP_TOKEN', allowed: 'at least 16 characters' } satisfies Documented),
  readOnly: onOrOff()
    .describe('Only answer questions: nothing is indexed, edited, calibrated or forgotten')
    .meta({ env: 'ROLLCALL_READ_ONLY' } satisfies Documented),
  linkPeople: onOrOff()
    .describe(
      'Name people, find them by pictures, and link them across videos; when false each video has its own people',
    )
    .meta({ env: 'ROLLCALL_LINK_PEOPLE' } satisfies Documented),
  queue: z
    .url({ protocol: /^rediss?$/ })
    .nullable()
    .describe(
      'Redis that holds the jobs, for `rollcall-mcp worker` on any number of machines to do; a library has a database of its own there. When null the process that is asked does them',
    )
    .meta({ env: 'ROLLCALL_QUEUE', allowed: 'a redis:// or rediss:// URL' } satisfies Documented),
  traces: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .describe(
      'Collector of OpenTelemetry traces that spans of calls, jobs and the stages of films are sent to, with ids and counts and nothing else; OTEL_EXPORTER_OTLP_HEADERS lets one in, other variables of OpenTelemetry send nothing. Nothing is sent when null',
    )
    .meta({
      env: 'ROLLCALL_TRACES',
      allowed: 'the http(s) URL of an OTLP endpoint, as http://127.0.0.1:4318',
    } satisfies Documented),
  retentionDays: z.coerce
    .number()
    .min(0.001)
    .max(36_500)
    .nullable()
    .describe('Servers forget what was indexed, and photos that were enrolled, longer ago; nothing when null')
    .meta({ env: 'ROLLCALL_RETENTION_DAYS', allowed: 'a number of days from 0.001 to 36500' } satisfies Documented),
  auditLog: onOrOff()
    .describe('Keep a log of who asked what about whom, by ids, in audit/ in the home folder')
    .meta({ env: 'ROLLCALL_AUDIT_LOG' } satisfies Documented),
  keyCommand: z
    .string()
    .min(1)
    .nullable()
    .describe(
      "Command that prints the key of an encrypted library, as from the system's keychain; ROLLCALL_KEY in the environment, the key itself, goes before it",
    )
    .meta({ env: 'ROLLCALL_KEY_COMMAND', allowed: 'a command line' } satisfies Documented),
  logLevel: z
    .enum(LOG_LEVELS)
    .describe('What is logged on stderr')
    .meta({ env: 'ROLLCALL_LOG_LEVEL', allowed: anyOf(LOG_LEVELS) } satisfies Documented),
});
export type Settings = z.output<typeof settingsSchema> & {
  /** Address of a library that is not in the folder `home`, which then has only what is this machine's own. */
  remote?: string | undefined;
};

export type SettingName = keyof typeof settingsSchema.shape;
/** Raw values by setting, before they are parsed: from flags or from the file. */
export type RawSettings = Partial<Record<SettingName, unknown>>;

/** What no message shows: a queue's URL may hold a password. */
const SECRETS: readonly SettingName[] = ['httpToken', 'keyCommand', 'queue', 'traces'];

/** Folder or address of the library. */
export function libraryAt({ home, remote }: Pick<Settings, 'home' | 'remote'>): string {
  return remote ?? home;
}

/** All names of settings. */
export const settingNames = z.keyof(settingsSchema).options;

const metaSchema = z.object({
  env: z.string(),
  allowed: z.string(),
  description: z.string(),
  byDefault: z.string().optional(),
});

/**
 * What is documented of a setting: its environment variable, the allowed range in words, what it is for, and its
 * default where that depends on the machine.
 */
export function settingInfo(name: SettingName): z.output<typeof metaSchema> {
  return metaSchema.parse(settingsSchema.shape[name].meta());
}

function dataFolder(): string {
  return envPaths('rollcall', { suffix: '' }).data;
}

/** Where a machine keeps what is its own of a library that is elsewhere. */
function localHomeOf(address: string): string {
  const name = /[\w.-]*$/.exec(address)?.[0] ?? '';
  return path.join(dataFolder(), 'remote', `${name}-${createHash('sha256').update(address).digest('hex').slice(0, 8)}`);
}

function defaults(): Settings {
  return {
    home: dataFolder(),
    localHome: null,
    modelsDir: path.join(packageInfo().root, 'models'),
    pack: 'open',
    sampleFps: 5,
    detectorSide: 640,
    maxSide: 1280,
    threads: os.availableParallelism(),
    executionProvider: 'cpu',
    hwaccel: null,
    operatingPoint: null,
    ffmpegPath: null,
    ffprobePath: null,
    sandbox: 'auto',
    allowDirs: null,
    httpHost: '127.0.0.1',
    httpPort: 8642,
    httpToken: null,
    readOnly: false,
    linkPeople: true,
    queue: null,
    traces: null,
    retentionDays: null,
    auditLog: true,
    keyCommand: null,
    logLevel: 'info',
  };
}

interface SettingSource {
  name: string;
  values: RawSettings;
}

function pick(name: SettingName, sources: readonly SettingSource[]): { raw: unknown; from: string } | undefined {
  for (const source of sources) {
    const raw = source.values[name];
    if (raw !== undefined && raw !== '') return { raw, from: source.name };
  }
  return undefined;
}

function parse<N extends SettingName>(name: N, sources: readonly SettingSource[], fallback: Settings): Settings[N] {
  const found = pick(name, sources);
  if (!found) return fallback[name];
  const parsed = settingsSchema.shape[name].safeParse(found.raw);
  if (parsed.success) return parsed.data as Settings[N]; // the border: one shape's output is one setting's type
  const { allowed, env } = settingInfo(name);
  const shown = SECRETS.includes(name) ? 'not valid' : `${JSON.stringify(found.raw)}, which is not valid`;
  throw new RollcallError(
    'bad_argument',
    `The setting ${name} from ${found.from} is ${shown}.`,
    `Give ${allowed}, as ${flagOf(name)}, as ${env}, or as "${name}" in config.json.`,
    { cause: parsed.error },
  );
}

const SHORT_FLAGS: Partial<Record<SettingName, string>> = {
  httpHost: '--host',
  httpPort: '--http',
  httpToken: '--token',
};

/** sampleFps → --sample-fps; those of HTTP are shorter. */
export function flagOf(name: SettingName): string {
  return SHORT_FLAGS[name] ?? `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
}

/**
 * Reads all settings. Empty environment variables count as unset.
 * @param instead defaults of the caller's own, below everything a user sets
 * @throws RollcallError bad_argument naming the setting, where it came from, and what is allowed
 */
export function loadSettings(
  flags: RawSettings = {},
  env: NodeJS.ProcessEnv = process.env,
  instead: Partial<Settings> = {},
): Settings {
  const fallback = { ...defaults(), ...instead };
  const fromEnv: RawSettings = Object.fromEntries(settingNames.map((name) => [name, env[settingInfo(name).env]]));
  const outer: SettingSource[] = [
    { name: 'the command line', values: flags },
    { name: 'the environment', values: fromEnv },
  ];
  const place = parse('home', outer, fallback);
  const remote = isAddress(place) ? place : undefined;
  // config.json lies in it, and so can't say where it is.
  const localHome = parse('localHome', outer, fallback);
  const home = remote === undefined ? place : (localHome ?? localHomeOf(remote));
  const file = path.join(home, 'config.json');
  const sources = [...outer, { name: file, values: readConfigFile(file, settingNames) }];
  const value = <N extends SettingName>(name: N): Settings[N] => parse(name, sources, fallback);
  return {
    home,
    localHome,
    ...(remote === undefined ? {} : { remote }),
    modelsDir: value('modelsDir'),
    pack: value('pack'),
    sampleFps: value('sampleFps'),
    detectorSide: value('detectorSide'),
    maxSide: value('maxSide'),
    threads: value('threads'),
    executionProvider: value('executionProvider'),
    hwaccel: value('hwaccel'),
    operatingPoint: value('operatingPoint'),
    ffmpegPath: value('ffmpegPath'),
    ffprobePath: value('ffprobePath'),
    sandbox: value('sandbox'),
    allowDirs: value('allowDirs'),
    httpHost: value('httpHost'),
    httpPort: value('httpPort'),
    httpToken: value('httpToken'),
    readOnly: value('readOnly'),
    linkPeople: value('linkPeople'),
    queue: value('queue'),
    traces: value('traces'),
    retentionDays: value('retentionDays'),
    auditLog: value('auditLog'),
    keyCommand: value('keyCommand'),
    logLevel: value('logLevel'),
  };
}
