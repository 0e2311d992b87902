/**
 * library.json: what the library is, and which version of each table is current.
 *
 * [Note: The head] LanceDB keeps versions of a table, but has no transaction over several tables. So a
 * write adds versions that nobody looks at, and then replaces this one file: readers open exactly the
 * versions it names. Whatever a crash leaves behind lies beyond the head, and the next write starts by
 * going back to it.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import type { LibraryOptions } from '../api.js';
import { changeLogSchema } from './change-log.js';
import type { TableName } from '../tables/columns.js';
import { envelopeSchema } from '../encryption/envelope.js';
import { keepEnvelope } from '../encryption/envelope-copy.js';
import { COPY_FILE, HEAD_FILE, writeFolderHead } from '../places/folder-place.js';
import { placeAt } from '../places/place-at.js';
import type { Place, WriteLease } from '../places/place.js';
import { NotOrdinary } from '../files/read-ordinary.js';
import { newerLibrary, refuseNewer } from './schema-migration.js';

const version = z.number().int().positive();
/** Those that may be missing came with a later schema: see schema-migration.ts. */
const versions = z.strictObject({
  videos: version,
  tracks: version,
  identities: version,
  edits: version,
  calibrations: version.optional(),
  references: version.optional(),
  labels: version.optional(),
  owners: version.optional(),
  seen: version.optional(),
  people: version.optional(),
  totals: version.optional(),
}) satisfies z.ZodType<{ [T in TableName]?: number | undefined }>;
const headSchema = z.object({
  /** See schemaOf. */
  schema_version: z.number().int(),
  pack: z.string(),
  dimensions: z.number().int().positive(),
  /**
   * Fingerprint of the pack's vectors. A library from before there were any gets that of the first pack of its name
   * that writes to it.
   */
  vectors: z.string().optional(),
  /** Likewise of its population. */
  population: z.string().optional(),
  created_at: z.string(),
  /** Rises by one with every change. */
  seq: z.number().int(),
  versions,
  /** The last label given, of each kind: what is forgotten takes its label along, and nobody gets it again. */
  labelled: z.object({ identity: z.number().int(), video: z.number().int() }).optional(),
  /** Set from the first photo on. */
  photos: z.literal(true).optional(),
  /** Set where the table of people holds how well the tracks of each hold together. */
  cohesion: z.literal(true).optional(),
  /** Versions right after the last upkeep. */
  kept_up: versions,
  /** Number of the lease that another was taken over by: see object-lease.ts. */
  fence: z.number().int().optional(),
  /** Something was forgotten whose bytes may still lie in old versions: the next purge takes them off the disk. */
  purge_due: z.boolean().optional(),
  /** What the last writes changed: see change-log.ts. */
  changes: changeLogSchema.optional(),
  /** Of an encrypted library: what it is opened with. */
  encryption: envelopeSchema.optional(),
});
export type Head = z.infer<typeof headSchema>;

/** A head, and what tells whether it still is in force. */
export interface HeldHead {
  head: Head;
  version: string;
}

/**
 * @param home folder or address of the library
 * @returns null when there is no library here yet. @throws RollcallError `incompatible_library` when it is newer,
 * `damaged_library`, `unreachable`.
 */
export async function readHead(home: string): Promise<Head | null> {
  return (await readHeldHead(home))?.head ?? null;
}

/** The same, kept by whoever asks often. @param known what was read of it before */
export function readHeldHead(home: string, known: HeldHead | null = null): Promise<HeldHead | null> {
  return readHeadAt(placeAt(home), known);
}

/** The same, of a place. @param known what was read of it before: as long as it is in force it is not parsed again */
export async function readHeadAt(place: Place, known: HeldHead | null = null): Promise<HeldHead | null> {
  const found = await place.readHead().catch((error: unknown) => {
    throw error instanceof NotOrdinary ? damaged(place, error) : error;
  });
  if (found === null) return null;
  const { text, version } = found;
  if (known?.version === version) return known;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw damaged(place, cause);
  }
  refuseNewer(place.name, content);
  const head = headSchema.safeParse(content);
  if (head.error?.issues.some(({ code }) => code === 'unrecognized_keys'))
    throw newerLibrary(place.name, 'its head holds what this one does not know');
  if (!head.success) throw damaged(place, head.error);
  return { head: head.data, version };
}

/** Puts `head` in place in a folder, whatever is there. */
export async function writeHead(home: string, head: Head): Promise<void> {
  await writeFolderHead(home, textOf(head));
  await keepEnvelope(home, head.encryption ?? null);
}

/**
 * Puts `head` in the place of the one with that version, null of none.
 * @returns its version; null when that is not there any more, and nothing was changed
 */
export async function replaceHead(place: Place, head: Head, after: string | null): Promise<string | null> {
  const version = await place.replaceHead(textOf(head), after);
  if (version !== null && place.folder !== null) await keepEnvelope(place.folder, head.encryption ?? null);
  return version;
}

/**
 * After a lease was taken from a holder without a sign of life: puts its number into the head, so that whatever that
 * one publishes when it wakes up is refused.
 */
export async function fence(place: Place, lease: WriteLease): Promise<void> {
  while (lease.tookOver && !lease.lost.aborted) {
    const held = await readHeadAt(place);
    if (held === null || (await replaceHead(place, { ...held.head, fence: lease.fence }, held.version)) !== null)
      return;
  }
}

function textOf(head: Head): string {
  return `${JSON.stringify(head, null, 2)}\n`;
}

/** The copy of the head, as far as there is one that can be read. */
export async function readHeadCopy(home: string): Promise<Head | null> {
  try {
    return headSchema.parse(JSON.parse(await readFile(path.join(home, COPY_FILE), 'utf8')));
  } catch {
    return null;
  }
}

type Wanted = Pick<LibraryOptions, 'pack' | 'dimensions' | 'vectors' | 'population'>;

/** Whether a pack of another name makes the very same of a face: it only finds faces in another way. */
export function sameVectors(head: Head, { dimensions, vectors, population }: Omit<Wanted, 'pack'>): boolean {
  const { vectors: own, population: ownPopulation } = head;
  return (
    head.dimensions === dimensions &&
    own !== undefined &&
    own === vectors &&
    ownPopulation !== undefined &&
    ownPopulation === population
  );
}

/** @throws RollcallError `incompatible_library` when the library belongs to other vectors. */
export function checkHead(head: Head, options: Wanted & { home: string }): void {
  const { home, pack, dimensions, vectors } = options;
  if (sameVectors(head, options)) return;
  if (head.pack === pack && head.dimensions === dimensions) {
    if (head.vectors === undefined || vectors === undefined || head.vectors === vectors) return;
    throw new RollcallError(
      'incompatible_library',
      `The library in ${home} holds vectors that another version of pack "${pack}" made (${head.vectors}; this one is ${vectors}): they cannot be compared.`,
      `Use the version of rollcall-mcp or of the pack that made it, or \`rollcall-mcp models use ${pack}\`, which makes them anew from the stored faces and keeps ids, names and edits.`,
    );
  }
  throw new RollcallError(
    'incompatible_library',
    `The library in ${home} holds vectors of pack "${head.pack}" (${head.dimensions} dimensions); "${pack}" (${dimensions}) cannot be compared with them.`,
    `Use pack "${head.pack}", or change the library to this one with \`rollcall-mcp models use ${pack}\`: it makes the vectors anew from the stored faces and keeps ids, names and edits.`,
  );
}

/** Path of the file that says what the library is. */
export function headFile(home: string): string {
  return path.join(home, HEAD_FILE);
}

function damaged(place: Place, cause: unknown): RollcallError {
  const file = place.folder === null ? `${place.name}/${HEAD_FILE}` : headFile(place.folder);
  return new RollcallError(
    'damaged_library',
    `${file} is damaged.`,
    'Run `rollcall-mcp doctor --repair`, or put a backup back with `rollcall-mcp restore FILE`.',
    { cause },
  );
}
