/**
 * A step of the measurement in a process of its own, so that its memory is its own. usage: ROOT HOME TRACKS
 * make|N; prints JSON. `make` writes the library with the code of ROOT, and upkeep comes after: what is measured then
 * is one that was kept up. N joins the N-th film beyond it.
 */
import { newId } from '../../../src/domain/ids.js';
import { sampleJpeg } from '../../scale/sample-jpeg.js';
import { makeLibrary } from '../../scale/make-library.js';
import { FILM_TRACKS, MadeFilms } from '../../scale/made-films.js';
import { peakMb } from './peak-mb.js';
import { codeOf, openHome } from './code-of.js';

const [root = '', home = '', tracks = '', step = ''] = process.argv.slice(2);
/** Films after which it is told how far the writing is. */
const TOLD = 500;
const code = await codeOf(root);
const films = Math.max(1, Math.round(Number(tracks) / FILM_TRACKS));
const tuning = step === 'make' ? { upkeepVersions: 1, upkeepRows: 1 } : {};
const { library, settings, pack } = await openHome(code, home, tuning);
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
  print(await makeLibrary(library, made, films, told));
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
