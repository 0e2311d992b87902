/**
 * A step of the measurement in a process of its own, so that its memory and processor time are its own.
 * usage: HOME TRACKS make|encrypt|ask; prints JSON. The key is in the environment.
 */
import { readLibraryKey } from '../../../src/config/library-key.js';
import { loadSettings } from '../../../src/config/settings.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { openLibrary } from '../../../src/store/library.js';
import { loadPack, packDimensions } from '../../../src/vision/packs/pack.js';
import { FILM_TRACKS, MadeFilms } from '../../scale/made-films.js';
import { makeLibrary } from '../../scale/make-library.js';
import { sampleJpeg } from '../../scale/sample-jpeg.js';
import { peakMb } from '../scale/peak-mb.js';
import type { Asked, Took } from './main.js';

const NEAREST = 50,
  TIMES = 20;

const [home = '', tracks = '', step = ''] = process.argv.slice(2);
const settings = loadSettings({ home, logLevel: 'error' });
const pack = await loadPack(settings.modelsDir, settings.pack);
const key = await readLibraryKey(settings);
const library = await openLibrary({
  home,
  pack: pack.id,
  dimensions: packDimensions(pack),
  key: step === 'encrypt' ? null : key,
});
try {
  const print = (value: object): unknown => process.stdout.write(`${JSON.stringify(value)}\n`);
  if (step === 'make') {
    const films = Math.max(1, Math.round(Number(tracks) / FILM_TRACKS));
    const made = new MadeFilms({ seed: 1, pack: pack.id, films, crop: await sampleJpeg() });
    print({ ...(await took(() => makeLibrary(library, made, films, () => undefined))), peak_mb: await peakMb('self') });
  } else if (step === 'encrypt')
    print({ ...(await took(() => library.changeEncryption(key))), peak_mb: await peakMb('self') });
  else print(await ask());
} finally {
  await library.close();
}

async function ask(): Promise<Asked> {
  const random = seededRandom(7);
  const question = Float32Array.from({ length: library.dimensions }, () => random() - 0.5);
  const before_mb = await peakMb('self');
  const first = await took(() => library.nearest(question, NEAREST));
  const warm = await took(async () => {
    for (let i = 0; i < TIMES; i++) await library.nearest(question, NEAREST);
  }, TIMES);
  const peak_mb = await peakMb('self');
  const rows = await library.tracks();
  return {
    tracks: rows.length,
    first,
    warm,
    vectors: await took(() => library.vectors()),
    before_mb,
    peak_mb,
  };
}

/** @returns what each of so many times took */
async function took(work: () => Promise<unknown>, times = 1): Promise<Took> {
  const began = performance.now(),
    cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wall_ms: (performance.now() - began) / times, cpu_ms: (user + system) / 1000 / times };
}
