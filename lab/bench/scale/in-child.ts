/**
 * A step of the measurement in a process of its own, so that its memory is its own. usage: ROOT HOME TRACKS
 * make|N [FILMS]; prints JSON. `make` writes the library with the code of ROOT, or so many films of it, and goes on
 * where it was ended; N joins the N-th film beyond it.
 *
 * Upkeep comes as often while it is written as its size says, and once with the last film: what is measured then is a
 * library that was kept up, as those are that films come to one by one.
 */
import { newId } from '../../../src/domain/ids.js';
import { sampleJpeg } from '../../scale/sample-jpeg.js';
import { addTracks, writeFilms } from '../../scale/make-library.js';
import { FILM_TRACKS, MadeFilms } from '../../scale/made-films.js';
import { peakMb } from './peak-mb.js';
import { codeOf, openHome } from './code-of.js';

const [root = '', home = '', tracks = '', step = '', some = ''] = process.argv.slice(2);
/** Films after which it is told how far the writing is. */
const TOLD = 500;
const code = await codeOf(root);
const films = Math.max(1, Math.round(Number(tracks) / FILM_TRACKS));
const writing = step === 'make' ? { upkeepRows: Math.max(20_000, Number(tracks) / 8) } : {};
const { library, settings, pack } = await openHome(code, home, writing);
const made = new MadeFilms({ seed: 1, pack: pack.id, films, crop: await sampleJpeg() });
const print = (value: object): unknown => process.stdout.write(`${JSON.stringify(value)}\n`);
try {
  if (step === 'make') await make();
  else await joinOne(films + Number(step));
} finally {
  await library.close();
}

async function make(): Promise<void> {
  const began = performance.now();
  const told = (n: number): void => {
    const seconds = Math.round((performance.now() - began) / 1000);
    if (n % TOLD === 0) process.stderr.write(`${n} of ${films} films, ${seconds} s\n`);
  };
  const people = new Map<number, string[]>();
  const to = Math.min(films, Number(some) || films),
    from = Math.min(to - 1, (await library.videos()).length);
  let tracks = 0;
  for (let n = 0; n < from; n++) tracks += addTracks(made.film(n, ''), people);
  tracks += await writeFilms(library, made, { from, to: to - 1 }, people, told);
  await library.close();
  const { library: again } = await openHome(code, home, { upkeepVersions: 1, upkeepRows: 1 });
  try {
    tracks += await writeFilms(again, made, { from: to - 1, to }, people, told);
    print({ films: to, tracks, people: people.size });
  } finally {
    await again.close();
  }
}

/** What indexing does when a film has been watched. */
async function joinOne(n: number): Promise<void> {
  const pipeline = await code.openPrepared({ modelsDir: settings.modelsDir, packId: pack.id, threads: 1 });
  try {
    // Its worker has started by then, as that of a server that has just watched a film.
    await pipeline.similarPairs(oneFace(), oneFace(), 2);
    const before_mb = await peakMb('self');
    const { video, tracks } = made.film(n, newId('run'));
    const rule = code.joinRule(pack.calibration, 0.3);
    await library.stageTracks(tracks);
    const began = performance.now(),
      before = process.cpuUsage();
    await library.write((writer) =>
      code.joinVideo(video, [], { library, writer, rows: tracks, rule, compare: pipeline }),
    );
    const ms = performance.now() - began,
      { user, system } = process.cpuUsage(before);
    print({
      ms,
      processor_ms: (user + system) / 1000,
      tracks: tracks.length,
      before_mb,
      peak_mb: await peakMb('self'),
    });
  } finally {
    await pipeline.close();
  }
}

function oneFace() {
  return { vectors: new Float32Array(library.dimensions), excess: new Float32Array(1) };
}
