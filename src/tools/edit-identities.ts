/** The tool edit_identities. */
import { z } from 'zod';
import { type EditStep, editAnswerShape, editStepSchema } from '../services/answers/edit-identities.js';
import { editRequestShape } from '../services/requests/edit-identities.js';
import { defineTool } from './define-tool.js';
import { count, lines, secondsWords, who } from './format.js';
import { inOutline, listing } from './outlined-schema.js';

/** Movements of a step that an answer holds: grouping anew may touch many. */
const MOVEMENTS = 20;

export const editIdentities = defineTool({
  name: 'edit_identities',
  title: 'Name, merge, split and correct identities',
  description: [
    'Put right who is who, as the user decided or confirmed.',
    'In order, all or none. Indexing never overwrites them, undo takes them back, dry_run says what would change. What contradicts an earlier edit fails and names it.',
  ].join(' '),
  // Nothing is lost: every edit can be undone, and old ids redirect.
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  input: z.strictObject(editRequestShape),
  output: z.object({
    ...editAnswerShape,
    steps: inOutline(
      z.array(editStepSchema),
      'of each: edit_id, meant (asked, identity_id, name), moved (from, to, seconds, appearances, tracks), appeared, vanished, renamed, ignored, listed_again, undone',
    ),
    ...listing({ movements_total: z.number().int() }),
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
