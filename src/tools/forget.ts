/**
 * The tool forget. Apart from library, which only reads: who lets an agent look at the library without being asked
 * each time has not let it destroy anything.
 */
import { z } from 'zod';
import { oneLine } from '../domain/plain-line.js';
import { type ForgetAnswer, forgetAnswerSchema } from '../services/answers/forget.js';
import { forgetRequestShape } from '../services/requests/forget.js';
import { defineTool } from './definition/define-tool.js';
import { count, lines, who } from './answers/format.js';
import { inOutline, listing } from './answers/outlined-schema.js';

const { removed, checked } = forgetAnswerSchema.shape;

export const forget = defineTool({
  name: 'forget',
  title: 'Forget for good',
  description:
    'Erase people, videos, or all indexed before a time from disk for good: there is no undo. Ask the user; it tells what would go, and only dry_run false does it.',
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  input: z.strictObject(forgetRequestShape),
  output: z.object(
    listing(
      { ...forgetAnswerSchema.shape, removed: inOutline(removed), checked: inOutline(checked) },
      'removed',
      'hint',
    ),
  ),
  async handler(request, context) {
    const { forgetting } = await context.services();
    const data = await forgetting.forget(request, await context.jobs(), context.signal);
    return { data, text: receiptText(data) };
  },
});

function receiptText({ dry_run, people, videos, removed: r, checked, remains, hint }: ForgetAnswer): string {
  return lines([
    dry_run ? 'Would be forgotten:' : 'Forgotten:',
    ...people.map((p) => `- ${who(p.identity_id, p.name)}: ${count(p.tracks, 'track')} in ${count(p.videos, 'video')}`),
    rest(r.people - people.length, 'person', 'people'),
    ...videos.map((v) => oneLine(`- ${v.title} (${v.video_id}): ${v.source}`)),
    rest(r.videos - videos.length, 'video'),
    [
      count(r.people, 'person', 'people'),
      count(r.videos, 'video'),
      `${count(r.tracks, 'track')} with vectors, boxes and pictures`,
      count(r.reference_photos, 'reference photo'),
      count(r.names, 'name'),
      `${count(r.edits, 'edit')} (${r.edits_changed} more without them)`,
      `${count(r.calibrations_changed, 'calibration')} without their names`,
      count(r.jobs, 'job'),
      count(r.runs, 'unfinished run'),
    ].join(', '),
    checked &&
      `Checked: ${count(checked.files, 'file')}, ${(checked.bytes / 1e6).toFixed(1)} MB, searched for ${count(checked.ids, 'id')}, ${count(checked.vectors, 'vector')}, ${count(checked.pictures, 'picture')} and ${count(checked.names, 'name')}: ${checked.found} found. ${count(checked.versions_removed, 'old version')} removed, ${(checked.bytes_freed / 1e6).toFixed(1)} MB freed.`,
    ...remains,
    hint,
  ]);
}

function rest(n: number, one: string, many?: string): string | null {
  return n > 0 ? `- and ${count(n, `more ${one}`, `more ${many ?? `${one}s`}`)}` : null;
}
