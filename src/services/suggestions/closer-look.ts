/**
 * Two people whose means are alike, as grouping and edits see them: what asking whether they are one would gain, unless
 * an edit keeps them apart, or they are on screen together and not so alike that it may be one twice. Reads no vectors.
 */
import { chunks } from '../../domain/chunks.js';
import { groupBy } from '../../domain/group-by.js';
import { intersect, total } from '../../domain/intervals.js';
import { LEAST_CHANCE, mergeQuestion, type Profile, qualityOfMany } from '../../domain/people/suggestions.js';
import { mayBeTwice, whereTogether } from '../../domain/people/twice-in-picture.js';
import type { Interval } from '../../domain/types.js';
import type { SeenTimes } from '../../store/api.js';
import type { TrackSummary } from '../../store/rows.js';
import type { AlikeQuestion, Asking } from './asking.js';
import type { Mean } from './mean-blocks.js';

/** Faces of somebody that are compared to show the two most alike: the best. */
const FACES = 20;
/** Tracks whose quality is looked up at once. */
const TRACKS = 20_000;

/** Two people. */
interface Pair {
  a: Mean;
  b: Mean;
}

/** What is known of somebody. */
interface Known {
  quality: number;
  faces: string[];
}

export class CloserLook {
  readonly #known = new Map<string, Known>();

  private constructor(
    private readonly asking: Omit<Asking, 'best' | 'compare'>,
    /** Who is not whom, by edits. */
    private readonly apart: ReadonlySet<string>,
  ) {}

  static async at(asking: Omit<Asking, 'best' | 'compare'>): Promise<CloserLook> {
    const { library, edits } = asking;
    const owners = await library.ownersOf([...edits.barred.keys()]);
    const apart = new Set(
      [...edits.barred].flatMap(([track, others]) =>
        [...others.keys()].map((id) => pairKey(owners.get(track) ?? '', id)),
      ),
    );
    return new CloserLook(asking, apart);
  }

  /** @returns those that are worth asking about */
  async look(pairs: readonly Pair[]): Promise<AlikeQuestion[]> {
    const { people, evidence } = this.asking;
    const open = pairs.filter(({ a, b }) => !this.apart.has(pairKey(a.identity_id, b.identity_id)));
    await this.#know(open.flatMap(({ a, b }) => [a.identity_id, b.identity_id]));
    const questionOf = ({ a, b }: Pair, atOnce: boolean) =>
      mergeQuestion(this.#profileOf(a), this.#profileOf(b), people.size, evidence, atOnce);
    const likely = open.filter((pair) => questionOf(pair, false).chance >= LEAST_CHANCE);
    const together = await this.#together(likely);
    return likely.flatMap((pair, k): AlikeQuestion[] => {
      const { where, shared } = together[k] ?? { where: null, shared: 0 };
      const question = questionOf(pair, where !== null);
      if (question.chance < LEAST_CHANCE || (where !== null && !mayBeTwice(where, question.score))) return [];
      const identity_ids = [pair.a.identity_id, pair.b.identity_id] as const;
      const faces = identity_ids.map((id) => this.#known.get(id)?.faces ?? []);
      const tracks = [pair.a.tracks, pair.b.tracks] as const;
      return [{ kind: 'alike', ...question, identity_ids, tracks, together: where, shared, faces }];
    });
  }

  #profileOf({ identity_id, vector, excess, tracks }: Mean): Profile {
    return { vector, population_excess: excess, tracks, quality: this.#known.get(identity_id)?.quality ?? 0 };
  }

  /** Reads how good the tracks are of those who were not looked at before. */
  async #know(identity_ids: readonly string[]): Promise<void> {
    const { library } = this.asking;
    const missing = [...new Set(identity_ids)].filter((id) => !this.#known.has(id));
    for (const [id, track_ids] of await library.trackIdsOf(missing)) {
      const qualities: { track_id: string; quality: number }[] = [];
      for (const some of chunks(track_ids, TRACKS)) {
        const found = await library.qualityOf(some);
        for (const track_id of some) {
          const quality = found.get(track_id);
          if (quality !== undefined) qualities.push({ track_id, quality: Math.fround(quality) });
        }
      }
      const faces = qualities.toSorted((x, y) => y.quality - x.quality).slice(0, FACES);
      this.#known.set(id, {
        quality: qualityOfMany(qualities.map((t) => t.quality)),
        faces: faces.map((t) => t.track_id),
      });
    }
  }

  /** Where the two of each pair are together, and in how many videos both are. */
  async #together(pairs: readonly Pair[]): Promise<{ where: ReturnType<typeof whereTogether>; shared: number }[]> {
    if (pairs.length === 0) return [];
    const { library } = this.asking;
    const ids = [...new Set(pairs.flatMap(({ a, b }) => [a.identity_id, b.identity_id]))];
    const times = timesByPerson(await library.seenTimes({ identity_ids: ids }));
    const met = pairs.map(({ a, b }) => {
      const [theirs, others] = [a, b].map((p) => times.get(p.identity_id) ?? new Map<string, () => Interval[]>());
      const shared = [...(theirs ?? [])].flatMap(([video, at]) => {
        const also = others?.get(video);
        return also ? [{ video, meet: total(intersect(at(), also())) > 0 }] : [];
      });
      return { shared: shared.length, videos: shared.flatMap(({ video, meet }) => (meet ? [video] : [])) };
    });
    // Appearances bridge short gaps: the tracks themselves say whether both are there at one moment.
    const tracks = await this.#tracksIn([...new Set(met.flatMap((m) => m.videos))], ids);
    return pairs.map(({ a, b }, k) => {
      const { shared = 0, videos = [] } = met[k] ?? {};
      const [one = [], other = []] = [a, b].map((p) =>
        videos.flatMap((v) => tracks.get(pairKey(p.identity_id, v)) ?? []),
      );
      return { where: whereTogether(one, other), shared };
    });
  }

  /** Tracks of these people in some videos, by both. */
  async #tracksIn(video_ids: readonly string[], identity_ids: readonly string[]): Promise<Map<string, TrackSummary[]>> {
    const { library } = this.asking;
    if (video_ids.length === 0) return new Map();
    const rows = await library.seen({ video_ids, identity_ids });
    const owner = new Map(
      rows.flatMap((row) => row.appearances.flatMap((a) => a.track_ids.map((t) => [t, row.identity_id] as const))),
    );
    const tracks = await library.tracks({ track_ids: [...owner.keys()] });
    return groupBy(tracks, (t) => pairKey(owner.get(t.track_id) ?? '', t.video_id));
  }
}

/** When everybody is in each video, read when asked for. */
function timesByPerson(seen: SeenTimes): Map<string, Map<string, () => Interval[]>> {
  const people = new Map<string, Map<string, () => Interval[]>>();
  seen.who.forEach((who, row) => {
    const id = seen.identity_ids[who] ?? '',
      video = seen.video_ids[seen.where[row] ?? -1] ?? '';
    const times = seen.times.subarray(seen.from[row] ?? 0, seen.from[row + 1] ?? 0);
    const theirs = people.get(id) ?? new Map<string, () => Interval[]>();
    people.set(
      id,
      theirs.set(video, () => intervals(times)),
    );
  });
  return people;
}

/** @param times beginning and end in turn */
function intervals(times: Float64Array): Interval[] {
  return Array.from({ length: times.length / 2 }, (_, k) => ({
    start_s: times[2 * k] ?? 0,
    end_s: times[2 * k + 1] ?? 0,
  }));
}

function pairKey(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
