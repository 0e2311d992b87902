/** Several servers and clients on one library. */
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { z } from 'zod';
import { identitySchema } from '../../src/services/answers/identity.js';
import { openHttp, startHttpServer, type Session } from './session.js';
import { clip, ffmpeg, indexedSchema, listedSchema, still, workplace } from './workplace.js';

const at = workplace();

it('two servers over stdio and one over HTTP index at once, and all see everything', async () => {
  const folder = await at.folder(),
    home = path.join(folder, 'home');
  const http = await startHttpServer(inject('bin'), home);
  at.keep(http.stop);
  const overHttp = await openHttp(http.url);
  at.keep(overHttp.close);
  const one = await at.stdio(home),
    two = await at.stdio(home);
  const sessions: Session[] = [one, two, overHttp];
  const short = await ffmpeg(['-i', clip('lounge.mp4'), '-t', '2', '-c', 'copy'], path.join(folder, 'short.mkv'));
  const lounge = clip('lounge.mp4'),
    window = clip('window.mp4'),
    sources = [lounge, window, short];
  const answers = await Promise.all([
    one.index({ source: lounge }, indexedSchema),
    two.index({ source: window }, indexedSchema),
    overHttp.index({ source: short }, indexedSchema),
  ]);
  expect(answers.map((a) => a.source)).toEqual(sources);
  expect(answers.map((a) => a.already_indexed)).toEqual([false, false, false]);

  const everyone = z.object({ ...listedSchema.shape, identities: z.array(identitySchema) });
  const [first, ...others] = await Promise.all(
    sessions.map((session) => session.call('list_identities', { max_appearances: 50 }, everyone)),
  );
  for (const other of others) expect(other).toEqual(first);
  expect(first?.identities_total).toBe(5);
  expect(first?.coverage.map((c) => c.source).sort()).toEqual([...sources].sort());

  const blonde = await Promise.all(
    sessions.map((session) =>
      session.call(
        'find_person',
        { image: still('blonde-curls') },
        z.object({ identity_id: z.string(), appearances: z.array(z.object({ video_id: z.string() })) }),
      ),
    ),
  );
  expect(new Set(blonde.map((b) => b.identity_id)).size).toBe(1);
  for (const { appearances } of blonde) expect(new Set(appearances.map((a) => a.video_id)).size).toBe(2);
  for (const session of sessions)
    for (const source of sources)
      expect(await session.index({ source }, indexedSchema)).toMatchObject({ already_indexed: true });
});
