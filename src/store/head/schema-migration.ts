/**
 * The versions of a library's schema: which there are and what each brought, how an older one is opened, and that a
 * newer one is refused. A new version is a line in BROUGHT; what an older library lacks is made where `migrate` says.
 *
 * [Note: Older libraries] Tables that came with a version are made by the first write that needs them, so a library
 * stays as old as what is in it, and the program of before can still read it. Labels and what is
 * derived (derived.ts) are the exceptions: everything has them. So opening a library from before them makes them for
 * all there is, after a copy of it was kept.
 */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import type { TableName } from '../tables/columns.js';

/** What of a head tells its schema. */
interface Held {
  versions: { [T in TableName]?: number | undefined };
  photos?: true | undefined;
  cohesion?: true | undefined;
  encryption?: object | undefined;
}

/** What each version brought, oldest first. A program of the version before can't read a library that has it. */
const BROUGHT: readonly { schema: number; isIn: (head: Held) => boolean }[] = [
  // Videos, tracks, identities, edits.
  { schema: 1, isIn: () => true },
  // Calibrations of the library's own.
  { schema: 2, isIn: ({ versions }) => versions.calibrations !== undefined },
  // Reference photos of people who are enrolled.
  { schema: 3, isIn: ({ versions }) => versions.references !== undefined },
  // Labels, the short names P1 and V1.
  { schema: 4, isIn: ({ versions }) => !lacksLabels({ versions }) },
  // Photos: a program from before takes them for films.
  { schema: 5, isIn: ({ photos }) => photos === true },
  // What questions read, made of the rest at every write: a program from before would leave it behind.
  { schema: 6, isIn: ({ versions }) => versions.owners !== undefined && versions.seen !== undefined },
  // Encryption: a program from before can't read what is sealed.
  { schema: 7, isIn: ({ encryption }) => encryption !== undefined },
  // What tracks that come in are compared with, made likewise.
  { schema: 8, isIn: ({ versions }) => !lacksDerived({ versions }) },
  // What is seen of everybody, summed up, made likewise.
  { schema: 9, isIn: ({ versions }) => !lacksTotals({ versions }) },
  // How well the tracks of each hold together, in the table of people: made likewise.
  { schema: 10, isIn: (head) => !lacksCohesion(head) },
];
/** Of a library that has all that every library has. */
export const COMPLETE = 10;
/** The newest that there is. */
export const NEWEST = Math.max(...BROUGHT.map(({ schema }) => schema));

/** The schema that a library has: that of the first program that can read it. */
export function schemaOf(head: Held): number {
  return Math.max(...BROUGHT.filter(({ isIn }) => isIn(head)).map(({ schema }) => schema));
}

/** Whether a library is from before there were labels; the next write gives one to everything in it. */
export function lacksLabels({ versions }: Pick<Held, 'versions'>): boolean {
  return versions.labels === undefined;
}

/** Whether a library has nothing derived but totals, or lost it; the next write makes all of it of all there is. */
export function lacksDerived({ versions }: Pick<Held, 'versions'>): boolean {
  return versions.owners === undefined || versions.seen === undefined || versions.people === undefined;
}

/** Whether it has no totals; where it has the rest, the next write sums that up. */
export function lacksTotals({ versions }: Pick<Held, 'versions'>): boolean {
  return versions.totals === undefined;
}

/** Whether people are kept without their cohesion; the next write makes them anew. */
export function lacksCohesion({ versions, cohesion }: Omit<Held, 'encryption'>): boolean {
  return versions.people === undefined || cohesion !== true;
}

/** Whether it has not all that every library has. */
function lacksAny(head: Held): boolean {
  return lacksLabels(head) || lacksDerived(head) || lacksTotals(head) || lacksCohesion(head);
}

/**
 * @param content what stands in a library's head, not checked yet
 * @throws RollcallError `incompatible_library` when it is newer
 */
export function refuseNewer(home: string, content: unknown): void {
  const { data } = z.object({ schema_version: z.number() }).safeParse(content);
  if (data && data.schema_version > NEWEST)
    throw newerLibrary(home, `schema ${data.schema_version}, this one knows ${NEWEST}`);
}

/** The error for a library that holds what this program does not know. */
export function newerLibrary(home: string, why: string): RollcallError {
  return new RollcallError(
    'incompatible_library',
    `The library in ${home} was written by a newer rollcall-mcp (${why}).`,
    'Update rollcall-mcp, or set another home folder.',
  );
}

/** The head of a library that was written: it says its schema, and how often it was written. */
type Recorded = Held & { schema_version: number; seq: number };

/** What bringing a library up to date takes. */
interface Migratable {
  /**
   * Keeps a copy beside the library, once, under the name that is told of its head as it is by then; null when there
   * is no need to.
   */
  keepCopy(nameFor: (head: Recorded) => string | null): Promise<void>;
  /** A write that changes nothing by itself: every write makes what is lacking. */
  complete(): Promise<void>;
}

/** Brings a library that was found up to date, as far as it must be; see the note above. */
export async function migrate(found: Held, library: Migratable): Promise<void> {
  if (!lacksAny(found)) return;
  // By the time of the copy another process may have been first. One that was only just made has nothing to keep, and
  // one of this schema only lost to a repair what is made anew.
  await library.keepCopy((head) =>
    lacksAny(head) && head.schema_version < COMPLETE && head.seq > 1
      ? `library-of-schema-${head.schema_version}`
      : null,
  );
  await library.complete();
}
