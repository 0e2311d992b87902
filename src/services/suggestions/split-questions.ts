/**
 * Who may be two people: those of most tracks first, as many at a time as bounds memory, and nobody who has too few for
 * a question about them to be among the best.
 */
import { chunks } from '../../domain/chunks.js';
import { isHeld } from '../../domain/edits/edits.js';
import {
  LEAST_CHANCE,
  LOOKED_AT,
  mostSplitGain,
  type SplitQuestion,
  splitQuestion,
} from '../../domain/people/suggestions.js';
import type { IdentityRow } from '../../store/rows.js';
import type { GroupedTrack } from '../grouping/group-tracks.js';
import { breathe, breathing } from '../breathing.js';
import { litFaces } from '../people/library-tracks.js';
import type { Asking } from './asking.js';
import { splitWords } from './question-words.js';

/** Tracks that are read at once: bounds memory, and the event loop waits for them. */
const TRACKS = 2048;
/** Tracks whose quality is looked up at once. */
const QUALITIES = 8192;
/** Of so many tracks ids and quality are read as fast as the face of one. */
const IDS_A_FACE = 20;

/** Somebody, and which of their tracks are looked at: all, or the best. */
interface LookedAt {
  row: IdentityRow;
  track_ids: readonly string[];
}

/** Who is likely two people. */
interface Split extends LookedAt {
  own: readonly GroupedTrack[];
  split: SplitQuestion;
}

export class SplitQuestions {
  /** Rank of the next. */
  #next = 0;
  /** Rank from which on, as far as is known, nobody has tracks enough. */
  #end: number;

  /** @param tracks at once */
  constructor(
    private readonly asking: Pick<Asking, 'library' | 'people' | 'edits' | 'evidence' | 'best'>,
    private readonly tracks = TRACKS,
  ) {
    this.#end = asking.people.size;
  }

  /** What a question about those to come gains at most; 0 when all that matter were looked at. */
  get most(): number {
    return this.#isWorth(this.#next) ? mostSplitGain(this.asking.people.tracks(this.#next)) : 0;
  }

  /** How many were looked at. */
  get looked(): number {
    return this.#next;
  }

  /** How many those are with all who have tracks enough by now. */
  get worth(): number {
    while (this.#end > this.#next && !this.#isWorth(this.#end - 1)) this.#end--;
    return this.#end;
  }

  /** Looks at some more. */
  async next(): Promise<void> {
    const { library, people, best } = this.asking;
    const from = this.#next;
    let to = from,
      tracks = 0;
    do tracks += readOf(people.tracks(to++));
    while (this.#isWorth(to) && tracks + readOf(people.tracks(to)) <= this.tracks);
    const rows = await library.identitiesOf(people.ids(from, to));
    const looked = await this.#lookedAt(rows);
    const likely = await this.#likely(looked);
    for (const { row, track_ids, split, own } of likely) {
      if (track_ids.length === row.track_ids.length) this.#add(row, own, split);
      // Of whoever has many, the rest is read only where it may matter.
      else if (split.chance * mostSplitGain(row.track_ids.length) >= best.least)
        for (const all of await this.#likely([{ row, track_ids: row.track_ids }])) this.#add(row, all.own, all.split);
    }
    this.#next = to;
  }

  /** Of each of these people the tracks that tell how likely they are two. */
  async #lookedAt(rows: readonly IdentityRow[]): Promise<LookedAt[]> {
    const looked: LookedAt[] = [];
    for (const row of rows)
      looked.push({
        row,
        track_ids: row.track_ids.length > LOOKED_AT ? await this.#best(row.track_ids) : row.track_ids,
      });
    return looked;
  }

  /** As many as are looked at, in the order they have. */
  async #best(track_ids: readonly string[]): Promise<readonly string[]> {
    const all: { track_id: string; i: number; quality: number }[] = [];
    for (const some of chunks(track_ids, QUALITIES)) {
      const quality = await this.asking.library.qualityOf(some);
      for (const track_id of some)
        all.push({ track_id, i: all.length, quality: Math.fround(quality.get(track_id) ?? 0) });
      await breathe();
    }
    return all
      .sort((x, y) => y.quality - x.quality || x.i - y.i)
      .slice(0, LOOKED_AT)
      .sort((x, y) => x.i - y.i)
      .map((t) => t.track_id);
  }

  /** Those of them who are likely enough two people. */
  async #likely(looked: readonly LookedAt[]): Promise<Split[]> {
    const faces = new Map<string, GroupedTrack>();
    const track_ids = looked.flatMap((of) => of.track_ids);
    for (const some of chunks(track_ids, TRACKS)) {
      for (const t of await litFaces(this.asking.library, some)) faces.set(t.track_id, t);
      await breathe();
    }
    const { evidence } = this.asking;
    return breathing(
      (function* () {
        const likely: Split[] = [];
        for (const of of looked) {
          const own = of.track_ids.flatMap((t) => faces.get(t) ?? []);
          const split = yield* splitQuestion(own, evidence);
          yield;
          if (split && split.chance >= LEAST_CHANCE) likely.push({ ...of, own, split });
        }
        return likely;
      })(),
    );
  }

  #add(row: IdentityRow, own: readonly GroupedTrack[], split: SplitQuestion): void {
    const { edits, best } = this.asking;
    const part = split.part.flatMap((t) => own[t] ?? []);
    if (!part.every((t) => isHeld(edits.homes.get(t.track_id)))) best.add(splitWords(row, own, part, split));
  }

  #isWorth(rank: number): boolean {
    const { people, best } = this.asking;
    const tracks = rank < people.size ? people.tracks(rank) : 0;
    return tracks > 1 && mostSplitGain(tracks) >= best.least;
  }
}

/** What reading somebody of so many tracks takes, in tracks that are read whole. */
function readOf(tracks: number): number {
  return Math.min(tracks, LOOKED_AT) + tracks / IDS_A_FACE;
}
