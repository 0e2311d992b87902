/**
 * A picture whose frame stays while the face in it changes, as in a call that shows who speaks: no cut says that it is
 * another.
 */
import path from 'node:path';
import { expect, it } from 'vitest';
import { clip, ffmpeg, indexedSchema, still, workplace } from './workplace.js';

const at = workplace();
const ON_SCREEN = ['blonde-curls', 'purple-dress', 'blonde-curls', 'dark-waves'];
const LENGTH_S = 1.4;
/** Half a frame: where one goes over to the next is read from all frames, not from samples. */
const SLACK_S = 0.02;

it('tells the faces that follow each other in one place apart, and knows the one that returns', async () => {
  const folder = await at.folder();
  const inputs = ON_SCREEN.flatMap((person) => [
    '-loop',
    '1',
    '-framerate',
    '25',
    '-t',
    String(LENGTH_S),
    '-i',
    still(person),
  ]);
  const scaled = ON_SCREEN.map((_, i) => `[${i}]scale=200:200,setsar=1,fps=25[s${i}]`).join(';');
  const joined = `${ON_SCREEN.map((_, i) => `[s${i}]`).join('')}concat=n=${ON_SCREEN.length},pad=960:540:(ow-iw)/2:(oh-ih)/2:gray`;
  const source = await ffmpeg(
    [...inputs, '-filter_complex', `${scaled};${joined}`, '-pix_fmt', 'yuv420p'],
    path.join(folder, 'call.mp4'),
  );
  const server = await at.stdio(path.join(folder, 'home'));

  const { identities, identities_total } = await server.index({ source }, indexedSchema);
  expect(identities_total).toBe(3);
  const seen = identities.map((i) => i.appearances.map(({ start_s, end_s }) => [start_s, end_s] as const));
  const spans = (person: string) =>
    ON_SCREEN.flatMap((p, k) => (p === person ? [[k * LENGTH_S, (k + 1) * LENGTH_S] as const] : []));
  for (const person of new Set(ON_SCREEN)) {
    const fits = seen.filter(
      (appearances) =>
        appearances.length === spans(person).length &&
        spans(person).every(
          ([from, to], k) =>
            Math.abs((appearances[k]?.[0] ?? -1) - from) < SLACK_S &&
            Math.abs((appearances[k]?.[1] ?? -1) - to) < SLACK_S,
        ),
    );
    expect(fits, `${person} ${JSON.stringify(seen)}`).toHaveLength(1);
  }
});

it('leaves people whole whom something passes in front of', async () => {
  const folder = await at.folder();
  // A post that hides each face for a sample or two, again and again.
  const post = "[0][1]overlay=x='mod(t*700,1280)-140':y=0:shortest=1";
  const source = await ffmpeg(
    ['-i', clip('lounge.mp4'), '-f', 'lavfi', '-i', 'color=gray:s=140x720:r=25', '-filter_complex', post],
    path.join(folder, 'post.mp4'),
  );
  const server = await at.stdio(path.join(folder, 'home'));
  const plain = await server.index({ source: clip('lounge.mp4') }, indexedSchema);
  const { identities_total } = await server.index({ source }, indexedSchema);
  expect(identities_total).toBe(plain.identities_total);
});
