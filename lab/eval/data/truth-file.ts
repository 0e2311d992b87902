/**
 * `truth.json` beside videos: who is on screen when, or at least how many people there are. Generated footage writes
 * the same.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { videoTruthSchema, type VideoTruth } from '../../footage/truth.js';

const fileSchema = z.object({
  videos: z.record(
    z.string(),
    z.object({
      people: videoTruthSchema.shape.people.optional(),
      /** How many people, where nobody wrote down when. */
      identities: z.number().int().optional(),
      cuts: videoTruthSchema.shape.cuts.optional(),
      ignore: videoTruthSchema.shape.ignore.default([]),
      /** The video whose people these are, by the same names. */
      same_people_as: z.string().optional(),
    }),
  ),
});

/** Videos that are indexed into one library, because they show the same people. */
export interface TruthGroup {
  name: string;
  /** Names of files in the folder. */
  videos: string[];
  /** Null where only the number of people is known. */
  truth: { videos: Record<string, VideoTruth>; note: string } | null;
  identities: number | null;
  /** Per video, where cuts were written down. */
  cuts: Map<string, number[]>;
}

/** Reads a folder's truth, one group a library. @throws ZodError when the file is not of this form */
export async function readTruth(folder: string): Promise<TruthGroup[]> {
  const { videos } = fileSchema.parse(JSON.parse(await readFile(path.join(folder, 'truth.json'), 'utf8')));
  const groups = new Map<string, TruthGroup>();
  for (const [name, { people, identities, cuts, ignore, same_people_as }] of Object.entries(videos)) {
    const head = same_people_as ?? name;
    const group = groups.get(head) ?? {
      name: head,
      videos: [],
      truth: null,
      identities: identities ?? null,
      cuts: new Map<string, number[]>(),
    };
    groups.set(head, group);
    group.videos.push(name);
    if (cuts) group.cuts.set(name, cuts);
    if (people)
      group.truth = { note: '', videos: { ...group.truth?.videos, [name]: { people, ignore, cuts: cuts ?? [] } } };
  }
  return [...groups.values()].map((group) => ({ ...group, name: group.videos.join(' + ') }));
}
