/** The tool edit_identities. */
import { z } from 'zod';
import { oneLine } from '../domain/plain-line.js';
import { type EditStep, editAnswerShape, editStepSchema } from '../services/answers/edit-identities.js';
import { editRequestShape } from '../services/requests/edit-identities.js';
import { detailInput } from './definition/brief-answers.js';
import { defineTool } from './definition/define-tool.js';
import { count, lines, secondsWords, who } from './answers/format.js';
import { inOutline, listing } from './answers/outlined-schema.js';
import { fitPage } from './answers/paging.js';

/** Movements of a step that an answer holds: grouping anew may touch many. */
const MOVEMENTS = 20;
/** In brief, by how little room there is. */
const SCALES = [5, 2, 1] as const;
const MOST_EDITS = 200;

const stepShownSchema = editStepSchema.extend({ left_out: z.number().int().optional() });
type StepShown = z.output<typeof stepShownSchema>;

export const editIdentities = defineTool({
  name: 'edit_identities',
  title: 'Name, merge, split and correct identities',
  description: [
    'Put right who is who, as the user decided or confirmed.',
    'In order, all or none. Indexing never overwrites them, undo takes them back, dry_run says what would change. What contradicts an earlier edit fails and names it.',
  ].join(' '),
  // Nothing is lost: every edit can be undone, and old ids redirect.
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  input: z.strictObject({ ...editRequestShape, detail: detailInput.optional() }),
  refused: 'None of the edits was made.',
  output: z.object({
    ...editAnswerShape,
    steps: inOutline(
      z.array(stepShownSchema),
      'of each: edit_id, meant (asked, identity_id, name), moved (from, to, seconds, appearances, tracks), appeared, vanished, renamed, ignored, listed_again, undone, enrolled (name, photos, undecided), left_out (of those lists)',
    ),
    ...listing({ movements_total: z.number().int(), steps_total: z.number().int() }),
  }),
  async handler({ detail: _, ...request }, context) {
    const { curation } = await context.services();
    const answer = await curation.edit(request, context.client ?? 'unknown', context.signal);
    const movements_total = answer.steps.reduce((n, s) => n + s.moved.length, 0);
    const all = answer.steps.map((s) => ({ ...s, moved: s.moved.toSorted((a, b) => b.seconds - a.seconds) }));
    const { detail } = context;
    // Who tells edits apart needs the first ones; the log has them all.
    const rest = (n: number) => (n > 0 ? `${count(n, 'edit')} more: {library log} shows them.` : null);
    return fitPage(
      all,
      { kind: 'edits', args: {}, cursor: undefined, detail, usual: MOST_EDITS },
      ({ items }, scale) => {
        const most = detail === 'full' ? MOVEMENTS : (SCALES[scale] ?? 1);
        const steps = items.map((step) => shortStep(step, most));
        const hint = [rest(all.length - items.length), answer.hint].filter(Boolean).join(' ');
        return {
          data: { ...answer, steps, steps_total: all.length, movements_total, hint },
          text: lines([answer.dry_run ? 'Would change:' : 'Changed:', ...steps.map(stepLine), hint]),
        };
      },
      SCALES.length,
    );
  },
});

function enrolledWords({ enrolled, moved }: EditStep): string[] {
  if (enrolled === null) return [];
  const { identity_id, name, photos, undecided } = enrolled;
  const several = photos.filter((p) => p.faces > 1);
  return [
    `${who(identity_id, name)} is enrolled with ${count(photos.length, 'photo')}${moved.some((m) => m.to === identity_id) ? '' : ', and nobody is surely them yet'}`,
    ...several.map(
      (p) =>
        `${oneLine(p.source)} shows ${p.faces} faces: the main one was taken, at ${Math.round(p.used.x)},${Math.round(p.used.y)}`,
    ),
    ...undecided.map((u) => `may be ${who(u.identity_id, u.name)} (${u.score.toFixed(3)}): ${u.why}; merge or reject`),
  ];
}

/** The first of each list of a step, and how many were left out. */
function shortStep(step: EditStep, most: number): StepShown {
  const { meant, moved, appeared, vanished, renamed, ignored, listed_again, undone } = step;
  const lists = { meant, moved, appeared, vanished, renamed, ignored, listed_again, undone };
  const left_out = Object.values(lists).reduce((n, list) => n + Math.max(0, list.length - most), 0);
  return {
    ...step,
    meant: meant.slice(0, most),
    moved: moved.slice(0, most),
    appeared: appeared.slice(0, most),
    vanished: vanished.slice(0, most),
    renamed: renamed.slice(0, most),
    ignored: ignored.slice(0, most),
    listed_again: listed_again.slice(0, most),
    undone: undone.slice(0, most),
    enrolled: step.enrolled && { ...step.enrolled, undecided: step.enrolled.undecided.slice(0, most) },
    ...(left_out > 0 ? { left_out } : {}),
  };
}

/** "12.3 s in 2 appearances", "3 photos", "12.3 s in 2 appearances and 3 photos". */
function movedWords({ seconds, appearances, photos = 0 }: StepShown['moved'][number]): string {
  return [
    ...(appearances > 0 || photos === 0 ? [`${secondsWords(seconds)} in ${count(appearances, 'appearance')}`] : []),
    ...(photos > 0 ? [count(photos, 'photo')] : []),
  ].join(' and ');
}

function stepLine(step: StepShown): string {
  const said = [
    ...step.meant.filter((m) => m.asked !== m.name).map((m) => `${oneLine(m.asked)}: ${who(m.identity_id, m.name)}`),
    ...step.renamed.map(
      (r) => `${r.identity_id} is called ${r.to ?? 'nothing'}${r.from === null ? '' : `, not ${r.from}`}`,
    ),
    ...step.moved.map((m) => `${movedWords(m)} from ${who(m.from, m.from_name)} to ${who(m.to, m.to_name)}`),
    ...step.appeared.map((i) => `${step.action === 'undo' ? 'back' : 'new'}: ${who(i.identity_id, i.name)}`),
    ...step.vanished.map((i) => `gone: ${who(i.identity_id, i.name)}${i.merged_into ? `, now ${i.merged_into}` : ''}`),
    ...enrolledWords(step),
    ...step.ignored.map((id) => `${id} is ignored`),
    ...step.listed_again.map((id) => `${id} is listed again`),
    ...(step.undone.length > 0 ? [`undone: ${step.undone.join(', ')}`] : []),
    ...(step.left_out === undefined ? [] : [`${step.left_out} more`]),
  ];
  const id = step.edit_id === null ? '' : ` (${step.edit_id})`;
  return `- ${step.action}${id}: ${said.join('; ') || 'nobody moves; held from now on'}`;
}
