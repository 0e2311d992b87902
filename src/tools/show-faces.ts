/** The tool show_faces. */
import path from 'node:path';
import { takenWords } from '../domain/photos.js';
import { plainLine } from '../domain/plain-line.js';
import type { ShownFace } from '../services/answers/show-faces.js';
import type { Titles } from '../services/answers/titles.js';
import { facesRequestShape } from '../services/requests/show-faces.js';
import { z } from 'zod';
import { definePictureTool } from './definition/define-tool.js';
import { clock, count, film, lines, who } from './answers/format.js';

export const showFaces = definePictureTool({
  name: 'show_faces',
  title: 'Look at faces',
  description: [
    'Look at faces, numbered on one JPEG: of a person, of two side by side (are they one?), of tracks, or boxed in a moment of a video.',
    'The text has ids, film, time, quality and why each is shown.',
  ].join(' '),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject(facesRequestShape),
  async handler(request, context) {
    const { picture, faces, left_out, titles, notes } = await (await context.services()).evidence.showFaces(
      request,
      context.signal,
    );
    return {
      pictures: [{ data: picture.data, mimeType: 'image/jpeg' }],
      text: lines([
        `${count(faces.length, 'face')}, ${picture.width} × ${picture.height} pixels:`,
        ...faces.map((face) => faceLine(face, titles)),
        faces.some((f) => f.score !== null)
          ? 'score (s): how alike it is to the other faces of its person, on average; q: quality.'
          : null,
        left_out > 0 ? `${left_out} more not shown: {limit}, or {show_faces track_ids}, shows others.` : null,
        ...notes,
      ]),
    };
  },
});

function faceLine(face: ShownFace, titles: Titles): string {
  const name = face.name === null ? null : plainLine(face.name);
  const whom = face.identity_id === null ? 'nobody yet' : who(face.identity_id, name);
  if (face.reference)
    return `${face.number}. ${whom}: photo ${plainLine(path.basename(face.reference.source))}, quality ${face.quality.toFixed(2)}; ${face.why}`;
  const title = plainLine(film(face.video_id, titles));
  const score = face.score === null ? '' : `, score ${face.score.toFixed(3)}`;
  return `${face.number}. ${whom}: ${title} ${face.photo ? takenWords(face.photo.taken_at) : clock(face.time_s)}, ${face.track_id}, quality ${face.quality.toFixed(2)}${score}; ${face.why}`;
}
