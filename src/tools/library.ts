/** The tool library. */
import { z } from 'zod';
import {
  type LibraryState,
  libraryStateSchema,
  type LibraryVideo,
  libraryVideoSchema,
  type LoggedEditAnswer,
  loggedEditSchema,
} from '../services/answers/library.js';
import { takenWords } from '../domain/photos.js';
import { oneLine } from '../domain/plain-line.js';
import { type Suggestion, suggestionSchema, type Uncompared } from '../services/answers/suggestions.js';
import type { LeastSure } from '../services/curation/least-sure.js';
import { libraryRequestShape } from '../services/requests/library.js';
import { defineTool } from './definition/define-tool.js';
import { count, durationWords, lines, moreLine, who } from './answers/format.js';
import { detailInput } from './definition/brief-answers.js';
import { cursorInput, limitInput } from './definition/inputs.js';
import { inOutline } from './answers/outlined-schema.js';
import { leftOutSince } from './answers/left-out-answer.js';
import { fitPage, type Listing as Items, windowed, windowOf } from './answers/paging.js';
import { markIn } from './answers/cursor.js';

export const library = defineTool({
  name: 'library',
  title: 'The library',
  description:
    'What is indexed (videos), how the library stands (state: counts, size, pack, calibration, last edits), who changed what and why (log, newest first), what to ask the user: who may be one person, or two (suggestions, best first).',
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({
    ...libraryRequestShape,
    detail: detailInput.optional(),
    limit: limitInput.optional(),
    cursor: cursorInput.optional(),
  }),
  output: z.object({
    state: inOutline(libraryStateSchema, 'counts, pack, calibration').optional(),
    videos: inOutline(
      z.array(libraryVideoSchema),
      'title, source, looked_at_s, people, names, seconds_on_screen (of anybody)',
    ).optional(),
    edits: inOutline(z.array(loggedEditSchema), 'edit_id, by, at, why, changed, undone_by').optional(),
    suggestions: inOutline(
      z.array(suggestionSchema),
      'question, evidence, faces (track_ids), chance of yes, gain in tracks, yes and no (edits)',
    ).optional(),
    total: z.number().int(),
    next_cursor: z.string().nullable(),
    hint: z.string().nullable(),
  }),
  async handler({ what, limit, cursor }, context) {
    const { library: service, curation } = await context.services();
    const { signal } = context;
    const since = await service.since(markIn(cursor));
    const paging = { kind: 'library', args: { what }, cursor, limit, detail: context.detail, usual: 20, since };
    if (what === 'videos') {
      const window = windowOf(paging);
      const { videos: some, total, photos } = await service.videos(signal, window);
      return listed(windowed(some, window.from, total), paging, {
        named: (videos) => ({ videos }),
        one: photos ? 'file' : 'video',
        line: videoLine,
        none: 'No video is indexed: {index_video} comes first.',
        ...(cursor === undefined ? { some: leftOutSince(await (await context.jobs()).list()) } : {}),
      });
    }
    if (what === 'log')
      return listed(await service.log(signal), paging, {
        named: (edits) => ({ edits }),
        one: 'edit',
        line: editLine,
        none: 'Nothing was edited: {edit_identities} does it.',
      });
    if (what === 'suggestions') {
      const { suggestions: all, uncompared } = await curation.suggestions(
        { signal, onProgress: context.onProgress },
        // Pages are of one list: only who asks for the first has more compared.
        { within_ms: context.within_ms, asTheyStand: cursor !== undefined },
      );
      const least = all.length > 0 || uncompared ? null : await curation.leastSure(signal);
      return listed(all, paging, {
        named: (suggestions) => ({ suggestions }),
        one: 'question',
        line: suggestionLine,
        none: uncompared
          ? `No question was found yet. ${uncomparedWords(uncompared)}`
          : least === null
            ? 'Nobody is known yet, so there is nothing to ask: {index_video} comes first.'
            : `No question is likely enough to be worth asking: no two people are alike enough to be one, and nobody looks like two. ${leastSureWords(least)}`,
        some: [
          ...(uncompared ? [uncomparedWords(uncompared)] : []),
          'Look with {show_faces}, ask the user, answer with {edit_identities}: neither is asked again.',
        ].join(' '),
      });
    }
    const state = await service.state(signal);
    const hint =
      state.videos + (state.photos ?? 0) === 0
        ? 'No video is indexed: {index_video} comes first.'
        : '{library videos} lists the videos, {library log} all edits.';
    return {
      data: { state, total: state.videos + (state.photos ?? 0), next_cursor: null, hint },
      text: lines([...stateLines(state), hint]),
    };
  },
});

/** How a listing is answered: its field, what one of them is, a line of text for each, and what to do next. */
interface Listing<T, Field> {
  named: (items: T[]) => Field;
  one: string;
  line: (item: T) => string;
  none: string;
  some?: string | null;
}

function listed<T, Field extends object>(
  all: Items<T>,
  paging: Parameters<typeof fitPage>[1],
  { named, one, line, none, some }: Listing<T, Field>,
) {
  return fitPage(all, paging, (page) => {
    const { items, next_cursor } = page;
    const more = moreLine(page);
    const hint = all.length === 0 ? none : [some, more].filter(Boolean).join(' ') || null;
    return {
      data: { ...named(items), total: all.length, next_cursor, hint },
      text: lines([count(all.length, one), ...items.map(line), hint]),
    };
  });
}

function videoLine(v: LibraryVideo): string {
  const why = v.ended_early?.replace(/\.$/, '');
  const names = v.names.length > 0 ? ` (${v.names.join(', ')})` : '';
  const what = v.photo
    ? `${takenWords(v.taken_at ?? null)}${why === undefined ? '' : `: ${why}`}`
    : `${durationWords(v.duration_s)}, looked at ${durationWords(v.looked_at_s)} of it ${v.sample_fps} times a second${why === undefined ? '' : `, not all of it: ${why}`}`;
  const notes = (v.notes ?? []).map((note) => `; ${note.replace(/\.$/, '')}`).join('');
  return oneLine(
    `- ${v.title} (${v.video_id}): ${what}${notes}; ${count(v.people, 'person', 'people')}${names}${v.seconds_on_screen > 0 ? ` on screen for ${durationWords(v.seconds_on_screen)}` : ''}; indexed ${v.indexed_at} with ${v.pack}; ${v.source}`,
  );
}

function editLine(e: LoggedEditAnswer): string {
  const why = e.why === null ? '' : `: ${e.why}`;
  return oneLine(
    `- ${e.seq} ${e.action} (${e.edit_id}) by ${e.by} at ${e.at}${why}: ${e.changed}${e.undone_by === null ? '' : `; undone by ${e.undone_by}`}`,
  );
}

function suggestionLine({ question, chance, gain, faces, evidence, yes, no }: Suggestion): string {
  return oneLine(
    `- ${question} ${Math.round(100 * chance)} % likely, puts ${gain.toFixed(1)} tracks right. ${evidence.join('; ')}; faces ${faces.join(', ')}. Yes: ${JSON.stringify(yes)}; no: ${JSON.stringify(no)}`,
  );
}

/** How much was compared, and how to have the rest compared. */
function uncomparedWords({ people, pairs, looked, worth, most }: Uncompared): string {
  const far =
    people === 0
      ? 'people are still being read'
      : `of ${count(people, 'person', 'people')}, those of most tracks first, ${Math.floor(100 * pairs)} % of the pairs that matter were, and ${looked} of ${worth} were looked at for being two`;
  const best = most === null ? '' : ` A question still to be found puts at most ${most.toFixed(1)} tracks right.`;
  return `Not all was compared yet: ${far}.${best} {library suggestions} again goes on from there.`;
}

function leastSureWords({ identity_id, name, tracks, quality }: LeastSure): string {
  return `Least is known of ${who(identity_id, name)}: ${count(tracks, 'track')}, the best face of quality ${quality.toFixed(2)} of 1. {show_faces} with that id shows them.`;
}

function stateLines(s: LibraryState): string[] {
  const { calibration_id, set, operating_point } = s.calibration;
  const films =
    s.videos > 0 || !s.photos
      ? [`${count(s.videos, 'video')} of ${durationWords(s.duration_s)}, ${durationWords(s.looked_at_s)} looked at`]
      : [];
  return [
    `${s.home}: ${[...films, ...(s.photos ? [count(s.photos, 'photo')] : [])].join('; ')}; ${count(s.people, 'person', 'people')}, ${s.named} named, ${s.ignored} ignored; ${count(s.tracks, 'track')}; ${(s.bytes / 1e6).toFixed(1)} MB`,
    `pack ${s.pack}; calibration ${calibration_id ?? 'of the pack'} (${set})${operating_point === null ? '' : `, point ${operating_point}`}`,
    `${count(s.edits, 'edit')}, ${s.edits_in_force} in force${s.last_edits.length > 0 ? '; the last:' : ''}`,
    ...s.last_edits.map(editLine),
  ];
}
