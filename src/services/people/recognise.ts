/** Finds people who were enrolled among those of the library, as find_person would by their photos. */
import { groupBy } from '../../domain/group-by.js';
import type { Constraints } from '../../domain/edits/edits.js';
import { seenTogether } from '../../domain/people/co-visibility.js';
import { fragmentsOf } from '../../domain/people/identity-fragments.js';
import { MASS_MERGE } from '../../domain/grouping/mass-merge.js';
import { decidingPoint } from '../../domain/scores/operating-points.js';
import { comparisonsOf } from '../../domain/scores/comparisons.js';
import { decide } from '../../domain/scores/decision.js';
import type { IdentityRow, ReferenceRow } from '../../store/rows.js';
import { type Comparer, type GroupedTrack, type JoinRule, vectorSet } from '../grouping/group-tracks.js';

/** Scores this far below the threshold change no decision. */
const BELOW = 0.1;

/** Somebody of the library whom a photo of somebody enrolled fits. */
export interface Fitting {
  /** Who was enrolled, and by which edit. */
  identity_id: string;
  edit_id: string;
  /** Whom the photo fits. */
  other: string;
  score: number;
  /** In words: why it is left to a person to say so; empty where it is sure. */
  reasons: string[];
}

export interface Recognition {
  /** Sure, and free to be joined; nobody twice. */
  sure: Fitting[];
  /** Best first. */
  doubtful: Fitting[];
}

interface Ranked {
  row: IdentityRow;
  score: number;
  quality: number;
}

/**
 * Decides for each reference photo in force as find_person decides. Somebody whom an edit speaks of, by name or by
 * tracks, is joined by edits alone; whoever is on screen beside somebody enrolled is not them.
 * @param rows identities as they are now, all or those whom photos might fit; @param tracks theirs, as they are stored
 * @param beside how many people there are beside those that have tracks here
 */
export async function recognise(
  references: readonly ReferenceRow[],
  rows: readonly IdentityRow[],
  tracks: readonly GroupedTrack[],
  beside: number,
  edits: Constraints,
  { model }: Pick<JoinRule, 'model'>,
  compare: Comparer,
  signal?: AbortSignal,
): Promise<Recognition> {
  const stored = new Map(references.map((r) => [r.reference_id, r]));
  const faces = edits.enrolled.flatMap((e) =>
    e.reference_ids.flatMap((id) => {
      const face = stored.get(id);
      return face ? [{ ...e, face }] : [];
    }),
  );
  const byId = new Map(tracks.map((t) => [t.track_id, t]));
  const theirs = new Map(
    rows
      .filter((r) => r.merged_into === null)
      .map((row) => [row.identity_id, row.track_ids.flatMap((t) => byId.get(t) ?? [])] as const),
  );
  const people = rows.filter((r) => (theirs.get(r.identity_id)?.length ?? 0) > 0);
  if (faces.length === 0 || people.length === 0) return { sure: [], doubtful: [] };
  const together = (a: string, b: string) => seenTogether(theirs.get(a) ?? [], theirs.get(b) ?? []);
  const tau = decidingPoint(model, 1).threshold;
  const ranking = await rankAll(
    faces.map((f) => f.face),
    people,
    tracks,
    leastToRecognise(model),
    compare,
    signal,
  );
  const compared = people.length + beside;
  // Those beside have as many tracks as those here, for all that is known.
  const theirBest =
    (compared / people.length) *
    people.reduce((sum, r) => sum + comparisonsOf(theirs.get(r.identity_id)?.length ?? 0), 0);
  const photos = groupBy(faces, (f) => f.identity_id);
  const wishes: Fitting[] = [],
    doubtful: Fitting[] = [];
  for (const [k, { identity_id, edit_id, face }] of faces.entries()) {
    const ranked = ranking[k] ?? [];
    const [best, ...rest] = ranked;
    if (!best) continue;
    const parts = fragmentsOf(best, rest, tau, model, (r) => together(r.row.identity_id, best.row.identity_id));
    const rival = rest.find((r) => !parts.includes(r));
    const { decision, reasons } = decide(
      {
        score: best.score,
        rawCosine: best.score,
        networkCosines: {},
        runnerUp: rival?.score ?? null,
        compared,
        // Whichever photo fits best is believed.
        comparisons: theirBest * comparisonsOf(photos.get(identity_id)?.length ?? 1),
        quality: Math.min(face.quality, best.quality),
      },
      model,
      '',
      null,
    );
    if (decision === 'no_match') continue;
    const fitting = ({ row, score }: Ranked, why: readonly string[]): Fitting => ({
      identity_id,
      edit_id,
      other: row.identity_id,
      score,
      reasons: [...why],
    });
    const others = [best, ...parts].filter(
      ({ row }) => row.identity_id !== identity_id && !isBarred(row, identity_id, edits),
    );
    const why = (r: Ranked): string[] => {
      if (decision === 'ambiguous') return reasons;
      if (isSpokenOf(r.row, edits)) return ['an edit speaks of them'];
      // Where the photo fits somebody else's best, it fits their parts no better.
      if (r !== best && best.row.identity_id !== identity_id && isSpokenOf(best.row, edits))
        return ['the photo fits somebody of whom an edit speaks'];
      return together(r.row.identity_id, identity_id) ? ['both are on screen at one moment'] : [];
    };
    for (const r of others) {
      const doubts = why(r);
      (doubts.length > 0 ? doubtful : wishes).push(fitting(r, doubts));
    }
  }
  const { sure, refused } = settleWishes(wishes, people.length + beside, model.margin, together);
  return { sure, doubtful: [...doubtful, ...refused].sort((a, b) => b.score - a.score) };
}

/** Score below which a track says nothing about a photo. */
export function leastToRecognise(model: JoinRule['model']): number {
  return Math.min(decidingPoint(model, 1).threshold, model.points.strict.threshold) - BELOW;
}

/** Everybody goes to at most one who was enrolled, and nobody gets two who are on screen at one moment. */
function settleWishes(
  wishes: readonly Fitting[],
  people: number,
  margin: number,
  together: (a: string, b: string) => boolean,
): { sure: Fitting[]; refused: Fitting[] } {
  const best = new Map<string, Fitting>();
  for (const w of wishes) {
    const held = best.get(`${w.identity_id} ${w.other}`);
    if (!held || w.score > held.score) best.set(`${w.identity_id} ${w.other}`, w);
  }
  const sorted = [...best.values()].sort((a, b) => b.score - a.score || (a.other < b.other ? -1 : 1));
  const sure: Fitting[] = [],
    refused: Fitting[] = [];
  for (const wish of sorted) {
    const rival = sorted.find((w) => w.other === wish.other && w.identity_id !== wish.identity_id);
    if (rival && rival.score > wish.score - margin) {
      if (Math.abs(rival.score - wish.score) < margin)
        refused.push({ ...wish, reasons: [`${rival.identity_id} fits as well`] });
    } else if (sure.some((s) => s.identity_id === wish.identity_id && together(s.other, wish.other)))
      refused.push({ ...wish, reasons: ['somebody who fits better is on screen at one moment with them'] });
    else sure.push(wish);
  }
  const most = Math.max(MASS_MERGE.people, MASS_MERGE.share * people);
  const count = (id: string) => sure.filter((s) => s.identity_id === id).length;
  const many = sure.filter((s) => count(s.identity_id) > most);
  return {
    sure: sure.filter((s) => !many.includes(s)),
    refused: [...refused, ...many.map((s) => ({ ...s, reasons: ['so many people can’t be one'] }))],
  };
}

/** For each face the people by the best score of any of their tracks, best first. */
async function rankAll(
  faces: readonly ReferenceRow[],
  people: readonly IdentityRow[],
  tracks: readonly GroupedTrack[],
  least: number,
  compare: Comparer,
  signal: AbortSignal | undefined,
): Promise<Ranked[][]> {
  const owner = new Map(people.flatMap((row) => row.track_ids.map((t) => [t, row] as const)));
  const set = vectorSet(tracks);
  const asked = {
    vectors: new Float32Array(faces.flatMap((f) => [...f.vector])),
    excess: Float32Array.from(faces, (f) => f.population_excess),
  };
  const { i, j, score } = await compare.similarPairs(asked, set, least, signal);
  const best = faces.map(() => new Map<string, Ranked>());
  for (let k = 0; k < score.length; k++) {
    const track = tracks[j[k] ?? -1],
      row = track && owner.get(track.track_id),
      own = best[i[k] ?? -1],
      s = score[k];
    if (!row || !own || s === undefined) continue;
    const held = own.get(row.identity_id);
    if (!held || s > held.score) own.set(row.identity_id, { row, score: s, quality: track.quality });
  }
  return best.map((own) => [...own.values()].sort((a, b) => b.score - a.score));
}

function isSpokenOf(row: IdentityRow, { homes }: Constraints): boolean {
  return row.name !== null || row.track_ids.some((t) => homes.get(t)?.identity_id === row.identity_id);
}

function isBarred(row: IdentityRow, identity_id: string, { barred }: Constraints): boolean {
  return row.track_ids.some((t) => barred.get(t)?.has(identity_id));
}
