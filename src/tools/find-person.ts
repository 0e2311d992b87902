/** The tool find_person. */
import { z } from 'zod';
import { oneLine } from '../domain/plain-line.js';
import { decisionRecordSchema } from '../services/answers/decision.js';
import {
  type FilmWithAll,
  filmWithAllSchema,
  findAnswerShape,
  type FoundAppearance,
  type PersonHit,
  personHitSchema,
} from '../services/answers/find-person.js';
import { type Titles, videosMentioned } from '../services/answers/titles.js';
import { findRequestShape } from '../services/requests/find-person.js';
import { filesWords } from '../domain/photos.js';
import { defineTool } from './definition/define-tool.js';
import {
  candidateWords,
  count,
  film,
  lines,
  changedLine,
  moreLine,
  secondsWords,
  span,
  verdictWords,
  who,
} from './answers/format.js';
import { detailInput } from './definition/brief-answers.js';
import { cursorInput, limitInput } from './definition/inputs.js';
import { inOutline, listing } from './answers/outlined-schema.js';
import { fitPage } from './answers/paging.js';
import { markIn } from './answers/cursor.js';
import { coverageFields, coverageLine, coverageShape, onPage } from './answers/coverage-fields.js';

const personShownSchema = personHitSchema.extend({
  decision: decisionRecordSchema
    .partial({ estimated_far_library: true, raw_cosine: true, network_cosines: true, model_pack: true })
    .nullable(),
});
type PersonShown = z.output<typeof personShownSchema>;

export const findPerson = defineTool({
  name: 'find_person',
  title: 'Find a person in the videos',
  description: [
    'Find when a person is on screen, by picture, name or identity_id; or several people, each or together.',
    'Not found means not seen in what was looked at (coverage).',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({
    ...findRequestShape,
    detail: detailInput.optional(),
    limit: limitInput.optional(),
    cursor: cursorInput.optional(),
  }),
  output: z
    .object({
      ...listing(
        findAnswerShape,
        'decision',
        'score',
        'identity_id',
        'name',
        'appearances_total',
        'seconds_on_screen',
        'hint',
      ),
      people: inOutline(
        z.array(personShownSchema),
        "of each asked for: query, box (pixels), decision (as verify_faces' answer; null: nothing compared), identity_id, name, seconds_on_screen, candidates (nearest first; of a name or id the people like them)",
      ),
      appearances: inOutline(
        findAnswerShape.appearances,
        'identity_id (absent: of the answer; together: all), video_id, start_s, end_s (or photo, taken_at), score (to what was asked), track_ids; of scenes: seconds_on_screen, times, shots',
      ),
      videos: inOutline(
        z.array(filmWithAllSchema.partial({ seconds: true, together_s: true })),
        'mode videos: seconds (of each), together_s',
      ),
      ...listing({ videos_total: z.number().int().optional() }),
      ...coverageShape,
      next_cursor: z.string().nullable(),
    })
    .describe('of the best hit; threshold, margin, estimated_far'),
  async handler({ limit, cursor, detail: _, ...request }, context) {
    const { search, library, sumCoverage } = await context.services();
    const since = await library.since(markIn(cursor));
    const { titles, films, ...found } = await search.findPerson(request, context.signal);
    const answer = { ...found, hint: [changedLine(since.changed), found.hint].filter(Boolean).join(' ') || null };
    const { detail } = context;
    const whole = coverageFields(answer.coverage, detail, sumCoverage);
    const paging = { kind: 'find_person', args: request, cursor, limit, detail, usual: 50, since };
    const names = new Map(answer.people.map((p) => [p.identity_id, p.name]));
    const people = detail === 'full' ? answer.people : shortHits(answer.people);
    if (films !== null) {
      const named = answer.people.filter((p) => p.identity_id !== null);
      return fitPage(films, paging, ({ items, first, next_cursor }) => {
        const coverage = onPage(whole, first);
        const said = first || detail === 'full' ? people : [];
        return {
          data: {
            ...answer,
            people: said,
            appearances: [],
            videos: items,
            videos_total: films.length,
            ...coverage,
            next_cursor,
          },
          text: lines([
            ...said.map(hitLine),
            `${filesWords(films.filter((f) => !f.photo).length, films.filter((f) => f.photo).length)}${named.length > 1 ? ' with all of them' : ''}:`,
            ...items.map((f) => filmLine(f, named)),
            moreLine({ next_cursor }),
            coverageLine(coverage),
            answer.hint,
          ]),
        };
      });
    }
    return fitPage(answer.appearances, paging, ({ items, first, next_cursor }) => {
      const coverage = onPage(whole, first);
      // Of a page that goes on, who was asked for was said on the first.
      const said = first || detail === 'full' ? people : [];
      const mentioned = items.map((a) => a.video_id);
      return {
        data: {
          ...answer,
          people: said,
          appearances: detail === 'full' ? items : items.map((a) => shortAppearance(a, answer.identity_id)),
          videos: videosMentioned(titles, mentioned),
          ...coverage,
          next_cursor,
        },
        text: lines([
          ...said.map(hitLine),
          `${count(answer.appearances_total, request.gap_s === undefined ? 'appearance' : 'scene')}, ${secondsWords(answer.seconds_on_screen, answer.photos)}:`,
          ...items.map((a) => appearanceLine(a, names.get(a.identity_id) ?? null, titles)),
          moreLine({ next_cursor }),
          coverageLine(coverage),
          answer.hint,
        ]),
      };
    });
  },
});

/** Those nearest to a face that are shown in brief: fewer, where many are asked for. */
const CANDIDATES = 3;
const MANY = 4;
/** Of a scene, in brief. */
const SCENE_TRACKS = 3;

function shortHits(hits: readonly PersonHit[]): PersonShown[] {
  return hits.map((hit) => shortHit(hit, hits.length > MANY ? 1 : CANDIDATES));
}

/** Of a decision, what it was decided by; each network's cosine is in full. */
function shortHit(hit: PersonHit, candidates: number): PersonShown {
  const decision = hit.decision && {
    decision: hit.decision.decision,
    score: hit.decision.score,
    threshold: hit.decision.threshold,
    margin: hit.decision.margin,
    estimated_far: hit.decision.estimated_far,
    calibration: hit.decision.calibration,
    reasons: hit.decision.reasons,
  };
  return { ...hit, box: hit.box && boxInPixels(hit.box), decision, candidates: hit.candidates.slice(0, candidates) };
}

/** Whole pixels: nobody looks closer. */
function boxInPixels({ x, y, w, h }: NonNullable<PersonHit['box']>): NonNullable<PersonHit['box']> {
  return { x: Math.round(x), y: Math.round(y), w: Math.round(w), h: Math.round(h) };
}

/** Whose it is, is said where it is not the person that the whole answer is about. */
function shortAppearance(a: FoundAppearance, of: string | null): FoundAppearance {
  const { times, track_ids } = a;
  const short = times === undefined ? a : { ...a, track_ids: track_ids.slice(0, SCENE_TRACKS) };
  return a.identity_id === of ? { ...short, identity_id: null } : short;
}

/** "a.mp4 (video_…): Ada 12.0 s, Ben 3.5 s; 2.0 s at once". */
function filmLine({ video_id, title, seconds, together_s, photo }: FilmWithAll, people: readonly PersonHit[]): string {
  if (photo) return `- ${oneLine(title)} (${video_id}): a photo`;
  const each = seconds.map(
    (s, i) => `${who(people[i]?.identity_id ?? null, people[i]?.name ?? null)} ${secondsWords(s)}`,
  );
  return `- ${oneLine(title)} (${video_id}): ${each.join(', ')}${each.length > 1 ? `; ${secondsWords(together_s)} at once` : ''}`;
}

function appearanceLine(a: FoundAppearance, name: string | null, titles: Titles): string {
  const whom = a.identity_id === null ? 'all of them' : who(a.identity_id, name);
  const scene =
    a.times === undefined || a.seconds_on_screen === undefined
      ? ''
      : `, ${secondsWords(a.seconds_on_screen)} in ${count(a.times, 'appearance')}, ${count(a.shots ?? 1, 'shot')}`;
  return `- ${film(a.video_id, titles)} ${span(a)} ${whom}${scene}${a.score === null ? '' : ` (${a.score.toFixed(3)})`}`;
}

function hitLine({ query, decision, identity_id, name, seconds_on_screen, photos, candidates }: PersonShown): string {
  const verdict = decision
    ? verdictWords(decision)
    : identity_id === null
      ? 'no match: nobody to compare with'
      : 'known';
  const whom = identity_id === null && name === null ? '' : `: ${who(identity_id, name)}`;
  const [nearest] = candidates;
  const others = decision
    ? decision.decision === 'match'
      ? []
      : [nearest]
    : candidates.filter((c, i) => i === 0 || c.asked);
  const near = others.flatMap((c) => (c ? [candidateWords(c)] : [])).join(', ');
  return `${query}: ${verdict}${whom}, ${secondsWords(seconds_on_screen, photos)}${seconds_on_screen > 0 || !photos ? ' on screen' : ''}${near === '' ? '' : `; ${decision ? 'nearest' : 'most like'}: ${near}`}`;
}
