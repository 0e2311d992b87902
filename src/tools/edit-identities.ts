/** The tool edit_identities. */
import { z } from 'zod';
import { type EditStep, editAnswerShape, editStepSchema } from '../services/answers/edit-identities.js';
import { editRequestShape } from '../services/requests/edit-identities.js';
import { defineTool } from './define-tool.js';
import { count, lines, secondsWords, who } from './format.js';
import { inOutline } from './outlined-schema.js';

/** Movements of a step that an answer holds: grouping anew may touch many. */
const MOVEMENTS = 20;

export const editIdentities = defineTool({
  name: 'edit_identities',
  title: 'Name, merge, split and correct identities',
  description: [
    'Put right who is who: name; merge (identity_ids are one person); split (tracks or appearances become an identity of their own); assign (they are of identity_id); reject (they are not identity_id, now and later); ignore (a poster, a statue, a crowd: left out of lists); undo (edit_id, or to: back to a moment).',
    'All edits are done or none. Later indexing never overwrites them; everything can be undone. dry_run says exactly what would change. An edit that contradicts an earlier one fails and names it.',
    'Edit only what the user decided or confirmed.',
  ].join(' '),
  // Nothing is lost: every edit can be undone, and old ids redirect.
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  input: z.strictObject(editRequestShape),
  output: z.object({
    ...editAnswerShape,
    steps: z
      .array(
        inOutline(
          editStepSchema,
          'edit_id (to undo it), meant [{ asked, identity_id, name }], moved [{ from, to, seconds, appearances, tracks }], appeared, vanished, renamed, ignored, listed_again, undone',
        ),
      )
      .describe('what each edit changed, or would change'),
    movements_total: z.number().int().describe(`a step shows the ${MOVEMENTS} longest of its moved`),
  }),
  async handler(request, context) {
    const { curation } = await context.services();
    const answer = await curation.edit(request, context.client ?? 'unknown', context.signal);
    const movements_total = answer.steps.reduce((n, s) => n + s.moved.length, 0);
    const steps = answer.steps.map((s) => ({
      ...s,
      moved: s.moved.toSorted((a, b) => b.seconds - a.seconds).slice(0, MOVEMENTS),
    }));
    return {
      data: { ...answer, steps, movements_total },
      text: lines([answer.dry_run ? 'Would change:' : 'Changed:', ...steps.map(stepLine), answer.hint]),
    };
  },
});

function stepLine(step: EditStep): string {
  const said = [
    ...step.meant.filter((m) => m.asked !== m.name).map((m) => `${m.asked}: ${who(m.identity_id, m.name)}`),
    ...step.renamed.map(
      (r) => `${r.identity_id} is called ${r.to ?? 'nothing'}${r.from === null ? '' : `, not ${r.from}`}`,
    ),
    ...step.moved.map(
      (m) => `${secondsWords(m.seconds)} in ${count(m.appearances, 'appearance')} from ${m.from} to ${m.to}`,
    ),
    ...step.appeared.map((i) => `new: ${who(i.identity_id, i.name)}`),
    ...step.vanished.map((i) => `gone: ${who(i.identity_id, i.name)}${i.merged_into ? `, now ${i.merged_into}` : ''}`),
    ...step.ignored.map((id) => `${id} is ignored`),
    ...step.listed_again.map((id) => `${id} is listed again`),
    ...(step.undone.length > 0 ? [`undone: ${step.undone.join(', ')}`] : []),
  ];
  const id = step.edit_id === null ? '' : ` (${step.edit_id})`;
  return `- ${step.action}${id}: ${said.join('; ') || 'nobody moves; held from now on'}`;
}
