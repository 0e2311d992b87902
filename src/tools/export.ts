/** The tool export. */
import { z } from 'zod';
import { type ExportAnswer, exportAnswerShape } from '../services/answers/export.js';
import { exportRequestShape } from '../services/requests/export.js';
import { defineTool } from './definition/define-tool.js';
import { count, lines, secondsWords } from './answers/format.js';
import { listing } from './answers/outlined-schema.js';

/** Files that an answer names. */
const FILES = 10;

export const exportTool = defineTool({
  name: 'export',
  title: 'Hand over',
  description:
    'Write who is on screen when (all, identity_ids, or these together) as a table, WebVTT, markers for editing programs, or as JPEG stills. Tells its doubts.',
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  input: z.strictObject(exportRequestShape),
  output: z.object(
    listing(
      {
        ...exportAnswerShape,
        files: exportAnswerShape.files,
        files_total: z.number().int(),
        hint: z.string().nullable(),
      },
      'hint',
    ),
  ),
  async handler(request, context) {
    const { signal, onProgress } = context;
    const answer = await (await context.services()).exports.export(request, { signal, onProgress });
    const files = answer.files.slice(0, FILES);
    const hint = hintOf(answer);
    return {
      data: { ...answer, files, files_total: answer.files.length, hint },
      text: lines([
        `${count(answer.appearances, 'appearance')} of ${count(answer.people, 'person', 'people')} in ${count(answer.videos, 'video')}, ${secondsWords(answer.seconds)}`,
        ...files.map((f) => `Written: ${f.path} (${count(f.entries, 'entry', 'entries')}, ${f.bytes} bytes)`),
        answer.files.length > FILES ? `and ${answer.files.length - FILES} more files` : null,
        ...notesOf(answer),
        hint,
        answer.content,
      ]),
    };
  },
});

function notesOf({ left_out, uncertainty }: ExportAnswer): string[] {
  return [...(left_out.length > 0 ? [`Left out: ${left_out.join('; ')}`] : []), ...uncertainty];
}

function hintOf({ appearances, files }: ExportAnswer): string {
  if (appearances === 0) return 'Nobody asked for was found: {list_identities} shows who there is.';
  return files.length > 0 ? '{show_faces} shows whom an entry speaks of.' : '{out} writes it to a file.';
}
