/**
 * One server that indexes, answers, edits and forgets again and again: nothing of it may grow. `ROLLCALL_SOAK_S=3600`
 * for so many seconds; by default as long as CI has time for.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { descendants } from '../../lab/hostile/decoders.js';
import { folderBytes } from '../../src/store/files/folder-bytes.js';
import type { Session } from './session.js';
import { clip, ffmpeg, still, workplace } from './workplace.js';

const TIME_S = Number(process.env['ROLLCALL_SOAK_S'] ?? 8);
/** However slow the machine is. */
const LEAST = 9;
/** Films that stay; those before them are forgotten. */
const KEPT = 3;
const MB = 2 ** 20;

const at = workplace();
const anySchema = z.unknown();
const indexedSchema = z.object({ video_id: z.string() });
const foundSchema = z.object({ identity_id: z.string() });

/** What a server holds while nothing is asked of it. */
interface Holds {
  handles: number;
  processes: number;
  temporaries: string[];
  rss: number;
  home: number;
}

function pidOf({ client }: Session): number {
  const { transport } = client;
  const pid = transport instanceof StdioClientTransport ? transport.pid : null;
  if (pid === null) throw new Error('no process');
  return pid;
}

async function holdsOf(pid: number, home: string, temporary: string): Promise<Holds> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return {
    handles: (await readdir(`/proc/${pid}/fd`)).length,
    processes: (await descendants(pid)).length,
    temporaries: await readdir(temporary, { recursive: true }),
    rss: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024,
    home: await folderBytes(home),
  };
}

/** What one round adds, by least squares, and the mean. */
function trend(values: readonly number[]): { each: number; mean: number } {
  const middle = (values.length - 1) / 2,
    mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const across = values.reduce((sum, v, i) => sum + (i - middle) * (v - mean), 0),
    spread = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return { each: spread === 0 ? 0 : across / spread, mean };
}

it.runIf(process.platform === 'linux')(
  'a server that works for hours holds no more than one that has just warmed up',
  async () => {
    const folder = await at.folder();
    const [home, temporary] = [path.join(folder, 'home'), path.join(folder, 'temporary')];
    await mkdir(temporary);
    const server = await at.stdio(home, { TMPDIR: temporary, ROLLCALL_THREADS: '1', ROLLCALL_ALLOW_DIRS: folder });
    const pid = pidOf(server);
    const short = await ffmpeg(['-i', clip('lounge.mp4'), '-t', '0.8', '-an'], path.join(folder, 'short.mp4'));
    const [film, face] = [await readFile(short), path.join(folder, 'face.png')];
    await writeFile(face, await readFile(still('purple-dress')));
    const there: string[] = [],
      all: Holds[] = [];
    const began = performance.now();
    for (let n = 0; n < LEAST || performance.now() - began < TIME_S * 1000; n += 1) {
      // The same pictures in another file: a box that players pass over makes it one that is not known.
      const file = path.join(folder, `film ${n}.mp4`);
      const note = Buffer.alloc(16);
      note.writeUInt32BE(16, 0);
      note.write(`free${String(n).padStart(8, '0')}`, 4, 'latin1');
      await writeFile(file, Buffer.concat([film, note]));
      const { video_id } = await server.index({ source: file, force: false }, indexedSchema);
      there.push(video_id);
      const { identity_id } = await server.call('find_person', { image: face }, foundSchema);
      await server.call('list_identities', {}, anySchema);
      await server.call('library', { what: 'suggestions' }, anySchema);
      await server.raw('show_faces', { identity_ids: [identity_id] });
      await server.call(
        'edit_identities',
        { edits: [{ action: 'name', identity_id, name: `Violet ${n}` }] },
        anySchema,
      );
      await server.call('export', { format: 'csv', out: path.join(folder, 'who.csv'), overwrite: true }, anySchema);
      await server.fails('index_video', { source: face.replace('face', 'none') });
      if (there.length > KEPT)
        await server.call('forget', { video_ids: there.splice(0, 1), dry_run: false }, anySchema);
      await rm(file);
      all.push(await holdsOf(pid, home, temporary));
    }
    const warm = all.slice(Math.floor(all.length / 3));
    const of = (what: Exclude<keyof Holds, 'temporaries'>) => warm.map((holds) => holds[what]);
    const [rss, size, handles] = [trend(of('rss')), trend(of('home')), trend(of('handles'))];
    process.stderr.write(
      `${all.length} rounds in ${((performance.now() - began) / 1000).toFixed(0)} s; of the last ${warm.length}: ` +
        `memory ${(rss.mean / MB).toFixed(0)} MB, ${(rss.each / MB).toFixed(2)} more a round; ` +
        `library ${(size.mean / MB).toFixed(2)} MB, ${(size.each / MB).toFixed(3)} more a round; ` +
        `${Math.min(...of('handles'))} to ${Math.max(...of('handles'))} handles, ${handles.each.toFixed(2)} more a round\n`,
    );
    expect(of('processes').every((n) => n === 0)).toBe(true);
    // A folder of its own for as long as it runs, with what native code unpacks once.
    expect(new Set(warm.map((holds) => holds.temporaries.toSorted().join('\n'))).size).toBe(1);
    expect(warm[0]?.temporaries.length).toBeLessThan(5);
    // What a round adds may not matter even after all of them; of few rounds the noise is most.
    expect(handles.each * warm.length).toBeLessThan(20);
    expect(rss.each * warm.length).toBeLessThan(Math.max(150 * MB, 0.25 * rss.mean));
    expect(size.each * warm.length).toBeLessThan(Math.max(4 * MB, 0.5 * size.mean));
  },
  36_000_000,
);
