/** What cannot be done is said with a code and a next step, and does the library no harm. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Session } from './session.js';
import { clip, ffmpeg, indexedSchema, listedSchema, still, workplace } from './workplace.js';

const at = workplace();
let server: Session, folder: string, before: unknown, someone: string, amongNobody: CallToolResult;
const file = (name: string): string => path.join(folder, name);
const library = () => server.call('list_identities', { max_appearances: 50 }, listedSchema);

beforeAll(async () => {
  folder = await at.folder();
  server = await at.stdio(file('home'));
  await mkdir(file('empty'));
  await writeFile(file('empty/notes.txt'), 'no video');
  await writeFile(file('text.mp4'), 'This is not a video. '.repeat(500));
  await writeFile(file('zero.mp4'), '');
  await ffmpeg(['-f', 'lavfi', '-i', 'sine=duration=1', '-c:a', 'aac'], file('sound.mp4'));
  await sharp({ create: { width: 640, height: 480, channels: 3, background: '#4a7a5c' } })
    .jpeg()
    .toFile(file('wall.jpg'));
  await sharp({ create: { width: 8000, height: 7000, channels: 3, background: '#fff' } })
    .png({ compressionLevel: 1 })
    .toFile(file('huge.png'));
  amongNobody = await server.raw('find_person', { image: still('black-blouse') });
  await server.index({ source: clip('window.mp4'), end_s: 2 }, indexedSchema);
  const { identities, ...rest } = await library();
  before = { identities, ...rest };
  someone = identities[0]?.identity_id ?? '';
});

const person = (args: () => object) => ['find_person', args] as const;
const faces = (args: () => object) => ['verify_faces', args] as const;
const video = (args: () => object) => ['index_video', args] as const;

describe('bad input', () => {
  it.each([
    ['no such video', 'not_found', ...video(() => ({ source: file('missing.mp4') }))],
    ['a folder without videos', 'not_found', ...video(() => ({ source: file('empty') }))],
    ['a text named .mp4', 'not_a_video', ...video(() => ({ source: file('text.mp4') }))],
    ['sound only', 'not_a_video', ...video(() => ({ source: file('sound.mp4') }))],
    ['an empty file', 'not_a_video', ...video(() => ({ source: file('zero.mp4') }))],
    ['a video at no address', 'unreachable', ...video(() => ({ source: 'https://nowhere.invalid/clip.mp4' }))],
    ['a video of this machine by URL', 'forbidden', ...video(() => ({ source: 'https://127.0.0.1/clip.mp4' }))],
    ['a time range outside the video', 'bad_argument', ...video(() => ({ source: clip('window.mp4'), start_s: 100 }))],
    ['a time range backwards', 'bad_argument', ...video(() => ({ source: clip('window.mp4'), start_s: 4, end_s: 2 }))],
    ['an argument that there is not', 'bad_argument', ...video(() => ({ source: clip('window.mp4'), speed: 2 }))],
    ['no such picture', 'not_found', ...person(() => ({ image: file('missing.jpg') }))],
    ['a picture without a face', 'no_face', ...person(() => ({ image: file('wall.jpg') }))],
    ['a picture that is too large', 'too_large', ...person(() => ({ image: file('huge.png') }))],
    ['a text as a picture', 'not_an_image', ...person(() => ({ image: file('empty/notes.txt') }))],
    ['a video as a picture', 'not_an_image', ...person(() => ({ image: clip('window.mp4') }))],
    ['a picture at no address', 'unreachable', ...person(() => ({ image: 'https://nowhere.invalid/face.jpg' }))],
    ['an identity that there is not', 'unknown_id', ...person(() => ({ identity_id: 'identity_0000' }))],
    ['a name that nobody has', 'not_found', ...person(() => ({ name: 'Ada' }))],
    ['an id of another kind', 'bad_argument', ...person(() => ({ identity_id: 'video_0000' }))],
    ['a video that there is not', 'unknown_id', ...person(() => ({ identity_id: someone, video_ids: ['video_0000'] }))],
    ['no question at all', 'bad_argument', ...person(() => ({}))],
    ['a cursor from nowhere', 'bad_cursor', ...person(() => ({ identity_id: someone, cursor: 'nonsense' }))],
    ['a threshold out of range', 'bad_argument', ...person(() => ({ image: still('green-dress'), threshold: 2 }))],
    [
      'two things to compare with',
      'bad_argument',
      ...faces(() => ({ image_a: still('green-dress'), image_b: still('green-dress'), identity_id: someone })),
    ],
    ['nothing to compare with', 'bad_argument', ...faces(() => ({ image_a: still('green-dress') }))],
    [
      'a picture without a face to compare with',
      'no_face',
      ...faces(() => ({ image_a: still('green-dress'), image_b: file('wall.jpg') })),
    ],
    ['a job that there is not', 'unknown_id', 'job', () => ({ job_id: 'job_0000' })],
  ] as const)('%s: %s', async (_, code, tool, args) => {
    const failure = await server.fails(tool, args());
    expect(failure).toMatchObject({ code });
    // Words for a reader: no dump of an object, no trace of a program.
    expect(`${failure.message} ${failure.hint}`).not.toMatch(/\[object|undefined|\bat .+:\d+:\d+|Error:/);
  });

  it('a cursor of another listing: bad_cursor', async () => {
    const { next_cursor } = await server.call('list_identities', { limit: 1 }, z.object({ next_cursor: z.string() }));
    expect(await server.fails('co_occurrence', { cursor: next_cursor })).toMatchObject({ code: 'bad_cursor' });
    expect(await server.fails('list_identities', { limit: 1, min_seconds: 0.1, cursor: next_cursor })).toMatchObject({
      code: 'bad_cursor',
    });
  });

  it('leaves the library as it was', async () => {
    expect(await library()).toEqual(before);
  });

  it('a video that breaks off is indexed as far as it goes', async () => {
    const whole = await ffmpeg(['-i', clip('lounge.mp4'), '-c', 'copy', '-movflags', '+faststart'], file('whole.mp4'));
    const bytes = await readFile(whole);
    await writeFile(file('broken.mp4'), bytes.subarray(0, Math.round(bytes.length * 0.6)));
    const answer = await server.index({ source: file('broken.mp4') }, indexedSchema);
    const [coverage] = answer.coverage;
    expect(coverage?.ended_early).toEqual(expect.any(String));
    expect(answer.warnings).toEqual([coverage?.ended_early]);
    const end_s = coverage?.decoded.at(-1)?.end_s ?? 0;
    expect(end_s).toBeGreaterThan(1);
    expect(end_s).toBeLessThan(7);
    expect(answer.identities_total).toBeGreaterThanOrEqual(3);
    for (const { appearances } of answer.identities)
      for (const a of appearances) expect(a.end_s).toBeLessThanOrEqual(end_s + 0.01);
    expect((await library()).coverage).toHaveLength(2);
  });
});

it('a picture asked about before anybody is indexed is like nobody, without a score', () => {
  expect(amongNobody.content).toEqual([
    expect.objectContaining({ text: expect.stringMatching(/no match: nobody to compare/) }),
  ]);
  expect(amongNobody.structuredContent).toMatchObject({ decision: 'no_match', people: [{ box: {} }], appearances: [] });
  // Nor what a score would be measured by.
  expect(JSON.stringify(amongNobody)).not.toMatch(/score|threshold|estimated_far|"-1"|:-1\b/);
});
