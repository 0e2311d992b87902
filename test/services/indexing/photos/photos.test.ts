/** Photos beside videos in one library: real faces, real services. */
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import pino from 'pino';
import sharp from 'sharp';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { total } from '../../../../src/domain/intervals.js';
import type { Services } from '../../../../src/services/create-services.js';
import { createJobs } from '../../../../src/services/jobs/jobs.js';
import { indexVideos } from '../../../../src/services/jobs/index-job.js';
import { LeftOut } from '../../../../src/services/jobs/left-out.js';
import { type JobVideoRecord, newJob } from '../../../../src/services/jobs/job-kinds.js';
import type { IndexJobRecord } from '../../../../src/store/records/job-record.js';
import { ffmpeg } from '../../../e2e/workplace.js';
import { collage } from '../../../support/pictures/collage.js';
import { groupPhotoFile } from '../../../support/pictures/group-photo.js';
import { hasHeif, makeHeic } from '../../../support/pictures/heic.js';
import { loungeClip, servicesAt, temporaryFolder } from '../../../support/libraries/index-footage.js';
import { makePortraits } from '../../../support/pictures/portraits.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let portraits: Map<string, string[]>;
beforeAll(async () => {
  portraits = await makePortraits(path.join('build', 'portraits'));
});

/** A portrait of somebody, one of several looks. */
function look(person: string, i: number): string {
  const file = portraits.get(person)?.[i];
  if (file === undefined) throw new Error(`no portrait of ${person}`);
  return file;
}

it('finds somebody in a photo that was indexed by itself, and says when it was taken', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'Grandmother.jpg');
  // As cameras store an upright picture: on its side, with a tag.
  await sharp(look('green-dress', 0))
    .rotate(-90)
    .withExif({ IFD2: { DateTimeOriginal: '2019:05:02 14:03:22', OffsetTimeOriginal: '+02:00' } })
    .withMetadata({ orientation: 6 })
    .toFile(file);
  const services = servicesAt(path.join(folder, 'home'));
  const photo = await services.indexing.indexVideo({ source: file });
  expect(photo).toMatchObject({
    duration_s: 0,
    already_indexed: false,
    identities_total: 1,
    coverage: { decoded: [], faces_seen: 1, faces_kept: 1, photo: { taken_at: '2019-05-02T14:03:22+02:00' } },
  });
  expect(await services.indexing.knownVideos({ source: file })).toMatchObject({ videos: [{ already_indexed: true }] });
  const found = await services.search.findPerson({ image: look('green-dress', 3), mode: 'any' });
  expect(found).toMatchObject({ decision: 'match', seconds_on_screen: 0, photos: 1 });
  expect(found.appearances).toMatchObject([
    { video_id: photo.video_id, start_s: 0, end_s: 0, photo: true, taken_at: '2019-05-02T14:03:22+02:00' },
  ]);
});

it.runIf(hasHeif)('finds somebody in a HEIC picture, and knows it again', async () => {
  const folder = await temporaryFolder();
  const source = makeHeic(path.join(folder, 'IMG_0001.HEIC'), [look('green-dress', 0)]);
  const services = servicesAt(path.join(folder, 'home'));
  const photo = await services.indexing.indexVideo({ source });
  expect(photo).toMatchObject({ identities_total: 1, coverage: { faces_kept: 1, photo: { taken_at: null } } });
  expect(await services.indexing.knownVideos({ source })).toMatchObject({ videos: [{ already_indexed: true }] });
  const asked = makeHeic(path.join(folder, 'asked.heic'), [look('green-dress', 3)]);
  const found = await services.search.findPerson({ image: asked, mode: 'any' });
  expect(found).toMatchObject({ decision: 'match', appearances: [{ video_id: photo.video_id, photo: true }] });
});

/** A folder of photos and a film, with what one finds in such folders. */
async function album(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, '2019'));
  await copyFile(look('green-dress', 0), path.join(folder, '2019', 'portrait.jpg'));
  await copyFile(look('green-dress', 0), path.join(folder, '2019', 'portrait copy.jpg'));
  await copyFile(await groupPhotoFile('lounge'), path.join(folder, 'party.jpeg'));
  await sharp({ create: { width: 400, height: 300, channels: 3, background: 'teal' } }).toFile(
    path.join(folder, 'sea.png'),
  );
  await writeFile(path.join(folder, 'broken.jpg'), 'no picture');
  await writeFile(path.join(folder, 'notes.txt'), 'no picture either');
  await copyFile(await loungeClip(), path.join(folder, 'film.mp4'));
  return folder;
}

async function index(services: Services, source: string, done: readonly JobVideoRecord[] = []) {
  let job: IndexJobRecord = { ...(newJob('job', 'index_video', { source }) as IndexJobRecord), videos: [...done] };
  const progress: number[] = [];
  const signal = new AbortController().signal;
  const change = (fields: Partial<IndexJobRecord>) => {
    job = { ...job, ...fields };
    progress.push(job.progress);
  };
  await indexVideos({ job, request: { source }, indexing: services.indexing, change, signal, leftOut: new LeftOut() });
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(-1)).toBeCloseTo(1);
  return job.videos;
}

it('tells which files of a folder are gone since it was indexed', async () => {
  const folder = await temporaryFolder(),
    at = (name: string) => path.join(folder, name);
  await mkdir(at('sub'));
  for (const [i, name] of ['kept.png', 'renamed.png', 'sub/lost.png'].entries())
    await sharp({ create: { width: 400, height: 300, channels: 3, background: { r: 60 * i, g: 90, b: 90 } } }).toFile(
      at(name),
    );
  const services = servicesAt(path.join(await temporaryFolder(), 'home'));
  await index(services, folder);
  const look = (job_id: string, source = folder) => services.indexing.folderOf({ job_id, source });
  const whole = await look('job_a');
  expect(whole).toEqual({ files: ['kept.png', 'renamed.png', 'sub/lost.png'].map(at), gone: [] });
  await rm(at('sub/lost.png'));
  await rename(at('renamed.png'), at('other.png'));
  expect((await look('job_b')).gone).toEqual([at('renamed.png'), at('sub/lost.png')]);
  // A job that is asked about again does not list its folder and read all videos again, until the library is another.
  expect(await look('job_a')).toBe(whole);
  await index(services, folder);
  for (const job_id of ['job_a', 'job_b', 'job_c']) expect((await look(job_id)).gone).toEqual([at('sub/lost.png')]);
  for (const source of [at('kept.png'), at('nowhere')])
    expect(await look(source, source)).toEqual({ files: [], gone: [] });
});

it('counts a GIF of one picture among the photos of a folder', async () => {
  const folder = await temporaryFolder();
  const sea = sharp({ create: { width: 400, height: 300, channels: 3, background: 'teal' } });
  await sea.toFile(path.join(folder, 'sea.png'));
  await sea.toFile(path.join(folder, 'sea.gif'));
  const videos = await index(servicesAt(path.join(await temporaryFolder(), 'home')), folder);
  expect(videos.map(({ source, photo }) => [path.basename(source), photo])).toEqual([
    ['sea.png', true],
    ['sea.gif', true],
  ]);
});

const seqAt = async (home: string) =>
  z.object({ seq: z.number() }).parse(JSON.parse(await readFile(path.join(home, 'library.json'), 'utf8'))).seq;

it('indexes a folder of photos and films into one library, all photos in one commit', async () => {
  const folder = await album(),
    home = path.join(await temporaryFolder(), 'home');
  const services = servicesAt(home);
  const videos = await index(services, folder);
  const of = (name: string) => videos.find((v) => v.source.endsWith(name));
  expect(videos.map((v) => path.basename(v.source))).toEqual([
    ...['portrait copy.jpg', 'portrait.jpg', 'broken.jpg', 'party.jpeg', 'sea.png'],
    'film.mp4',
  ]);
  expect(of('broken.jpg')).toMatchObject({ video_id: null, photo: true, error: { code: 'not_an_image' } });
  expect(of('sea.png')).toMatchObject({ identities_total: 0, error: null });
  expect(of('portrait.jpg')).toMatchObject({ already_indexed: true, warnings: [expect.stringContaining('copy.jpg')] });
  // Made, the photos, the film.
  expect(await seqAt(home)).toBe(3);

  // Who is in the film is in the photo of the party, and one of them has a portrait.
  const party = of('party.jpeg')?.video_id ?? '';
  const { identities } = await services.identities.list({});
  const both = identities.filter((i) => i.video_ids.includes(party));
  expect(both.length).toBeGreaterThanOrEqual(3);
  for (const { seconds_on_screen, appearances, photos } of both) {
    const films = appearances.filter((a) => !a.photo);
    expect(seconds_on_screen).toBeCloseTo(total(films), 2);
    expect(photos).toBe(appearances.length - films.length);
  }
  expect(both.filter((i) => i.seconds_on_screen > 0).length).toBeGreaterThanOrEqual(2);

  const [one, other] = both.map((i) => i.identity_id);
  if (!one || !other) throw new Error('nobody');
  const ids = { identity_ids: [one, other] };
  const inParty = await services.together.coOccurrence({ ...ids, video_ids: [party], mode: 'same_frame' });
  expect(inParty.pairs).toMatchObject([
    {
      photos: 1,
      seconds: 0,
      times: 0,
      jaccard: 1,
      lift: null,
      first: null,
      intervals: [{ video_id: party, photo: true }],
    },
  ]);
  const found = await services.search.findPerson({
    people: [{ identity_id: one }, { identity_id: other }],
    mode: 'together',
    video_ids: [party],
  });
  expect(found).toMatchObject({ photos: 1, seconds_on_screen: 0, appearances: [{ video_id: party, photo: true }] });
  expect(found.appearances[0]?.track_ids).toHaveLength(2);

  const [inPhoto] = found.appearances[0]?.track_ids ?? [];
  const isIn = (id: string) =>
    both.some((i) => i.identity_id === id && i.appearances.some((a) => a.track_ids.includes(inPhoto ?? '')));
  const owner = [one, other].find(isIn);
  const { steps } = await services.curation.edit(
    { edits: [{ action: 'split', identity_id: owner ?? one, track_ids: [inPhoto ?? ''] }], dry_run: true },
    'test',
  );
  expect(steps[0]?.moved).toMatchObject([{ seconds: 0, appearances: 0, photos: 1, tracks: 1 }]);

  const csv = await services.exports.export({ format: 'csv', ...ids, video_ids: [party] });
  expect(csv.content).toMatch(/party\.jpeg,[^,]+,[^,]+,,,,,,,,,/);
  const vtt = await services.exports.export({ format: 'vtt', ...ids });
  expect(vtt.content).not.toContain('party');
  expect(vtt.left_out).toContainEqual(expect.stringMatching(/photos?: vtt/));
  const sheet = await services.evidence.showFaces({ video_id: party, limit: 12 });
  expect(sheet.faces.map((f) => f.why)).toContain('in the photo');
  expect(sheet.picture.width).toBeGreaterThan(1000);

  const out = path.join(folder, 'report.html');
  const report = await services.reports.write({ videos: [], out, overwrite: false });
  expect(report).toMatchObject({ films: 1 });
  const captions = (await readFile(out, 'utf8')).match(/<figcaption>.*?<\/figcaption>/gs);
  expect(captions).toContainEqual(
    expect.stringMatching(/<strong>Person 1, Person 2[^<]*<\/strong> photo[^<]*, party\.jpeg/),
  );

  // Nothing to do; then a photo is moved, and another takes the place of one.
  await rm(path.join(folder, 'broken.jpg'));
  const again = (await services.indexing.knownVideos({ source: folder }))?.videos;
  expect(again).toHaveLength(5);
  await services.curation.edit({ edits: [{ action: 'name', identity_id: one, name: 'Ada' }], dry_run: false }, 'test');
  await rename(path.join(folder, 'party.jpeg'), path.join(folder, '2019', 'Feier.jpeg'));
  await copyFile(look('green-dress', 1), path.join(folder, '2019', 'portrait copy.jpg'));
  await rm(path.join(folder, '2019', 'portrait.jpg'));
  const before = of('portrait copy.jpg')?.video_id;
  const later = await index(services, folder);
  expect(later.find((v) => v.source.endsWith('copy.jpg'))).toMatchObject({ video_id: before, already_indexed: false });
  const { videos: rows } = await services.library.videos();
  expect(rows.map((v) => v.title).sort()).toEqual(['Feier.jpeg', 'film.mp4', 'portrait copy.jpg', 'sea.png']);
  expect((await services.identities.list({ name: 'Ada' })).identities).toMatchObject([{ identity_id: one }]);
});

it('says of each copy of a photo that can not be decoded what is wrong, and goes on', async () => {
  const folder = await temporaryFolder();
  const whole = await readFile(look('green-dress', 0));
  for (const name of ['cut.jpg', 'cut again.jpg']) await writeFile(path.join(folder, name), whole.subarray(0, 3000));
  await copyFile(look('green-dress', 1), path.join(folder, 'whole.jpg'));
  const videos = await index(servicesAt(path.join(folder, 'home')), folder);
  expect(videos.map((v) => [path.basename(v.source), v.error?.code ?? null])).toEqual([
    ['cut again.jpg', 'not_an_image'],
    ['cut.jpg', 'not_an_image'],
    ['whole.jpg', null],
  ]);
});

it('answers at once for a folder of which one picture can not be read, behind a running job', async () => {
  const folder = await temporaryFolder(),
    home = path.join(await temporaryFolder(), 'home');
  await copyFile(look('green-dress', 0), path.join(folder, 'a.jpg'));
  await writeFile(path.join(folder, 'broken.jpg'), 'no picture');
  const services = servicesAt(home);
  await index(services, folder);
  // Jobs wait for one that never ends.
  const busy: Services = {
    ...services,
    indexing: {
      ...services.indexing,
      indexVideo: (_, context) => once(context?.signal ?? new EventTarget(), 'abort') as never,
    },
  };
  const jobs = createJobs({ home, services: async () => busy, logger: pino({ level: 'silent' }) });
  onTestFinished(() => jobs.close());
  await jobs.start('index_video', { source: await loungeClip() });
  const { job } = await jobs.start('index_video', { source: folder });
  expect(job).toMatchObject({
    state: 'done',
    videos: [
      { source: path.join(folder, 'a.jpg'), already_indexed: true, photo: true, error: null },
      { source: path.join(folder, 'broken.jpg'), video_id: null, error: { code: 'not_an_image' } },
    ],
  });
  // A picture that is new, and can be read, is work.
  await copyFile(look('green-dress', 1), path.join(folder, 'b.jpg'));
  expect((await jobs.start('index_video', { source: folder })).job.state).toBe('queued');
});

it('links nobody across photos where people are not to be linked', async () => {
  const folder = await temporaryFolder();
  for (const i of [0, 1]) await copyFile(look('green-dress', i), path.join(folder, `${i}.jpg`));
  const peopleOf = async (linkPeople: boolean) => {
    const services = servicesAt(path.join(await temporaryFolder(), 'home'), { linkPeople });
    await index(services, folder);
    return (await services.identities.list({})).identities.length;
  };
  expect([await peopleOf(true), await peopleOf(false)]).toEqual([1, 2]);
});

it('takes copies of one face in a photo for one person, asks about those less alike, and holds to a merge', async () => {
  const folder = await temporaryFolder();
  const services = servicesAt(path.join(folder, 'home'));
  const [plain, other] = [await readFile(look('green-dress', 0)), await readFile(look('navy-dress', 0))];
  const mirrored = await sharp(plain).flop().blur(1.5).toBuffer();
  // Drawn out: as unlike as another picture of the same person.
  const drawnOut = await sharp(plain).flop().resize({ width: 260, height: 150, fit: 'fill' }).toBuffer();
  await collage(path.join(folder, 'mirror.jpg'), [plain, other, mirrored]);
  const mirror = await services.indexing.indexVideo({ source: path.join(folder, 'mirror.jpg') });
  expect(mirror.coverage.faces_kept).toBe(3);
  const people = async () => (await services.identities.list({})).identities;
  expect((await people()).map((p) => p.appearances.map((a) => a.track_ids.length)).sort()).toEqual([[1], [2]]);
  expect((await people()).map((p) => p.photos)).toEqual([1, 1]);
  expect((await services.together.coOccurrence({ mode: 'same_frame' })).pairs).toMatchObject([{ photos: 1 }]);
  expect((await services.curation.suggestions()).suggestions).toEqual([]);

  await collage(path.join(folder, 'drawn out.jpg'), [plain, drawnOut]);
  await services.indexing.indexVideo({ source: path.join(folder, 'drawn out.jpg') });
  expect(await people()).toHaveLength(3);
  const [question] = (await services.curation.suggestions()).suggestions;
  if (question?.kind !== 'merge') throw new Error('nothing is asked');
  expect(question.evidence).toContainEqual(expect.stringMatching(/in one photo together: one person twice/));
  expect(question.chance).toBeLessThanOrEqual(0.5);
  const [identity_a = '', identity_b = ''] = question.identity_ids;
  expect(await services.verification.verifyFaces({ identity_ids: [identity_a, identity_b] })).toMatchObject({
    decision: 'ambiguous',
    reasons: expect.arrayContaining([expect.stringMatching(/in one photo: one person twice/)]),
    pair: { asked: true },
  });

  await services.curation.edit(
    { edits: [{ action: 'merge', identity_ids: [identity_a, identity_b] }], dry_run: false },
    'test',
  );
  for (const name of ['drawn out.jpg', 'mirror.jpg'])
    await services.indexing.indexVideo({ source: path.join(folder, name), force: true });
  const merged = (await people()).find((p) => p.identity_id === identity_a);
  expect(merged?.appearances.map((a) => a.track_ids.length).sort()).toEqual([2, 2]);
  expect(await people()).toHaveLength(2);
  expect((await services.curation.suggestions()).suggestions).toEqual([]);
});

it('says of a file of several pictures that the first alone was looked at', async () => {
  const folder = await temporaryFolder();
  const page = (background: string) =>
    sharp({ create: { width: 90, height: 60, channels: 3, background } })
      .png()
      .toBuffer();
  const pages = sharp([await page('teal'), await page('coral'), await page('navy')], { join: { animated: true } });
  await pages.clone().tiff().toFile(path.join(folder, 'album.tiff'));
  await pages.clone().webp().toFile(path.join(folder, 'moving.webp'));
  await sharp(await page('teal')).toFile(path.join(folder, 'one.webp'));
  await sharp(await page('teal')).toFile(path.join(folder, 'one.png'));
  await ffmpeg(['-f', 'lavfi', '-i', 'testsrc=s=90x60:r=4:d=1', '-f', 'apng'], path.join(folder, 'moving.png'));
  const services = servicesAt(path.join(folder, 'home'));
  const warned = async (name: string) => {
    const { coverage, warnings } = await services.indexing.indexVideo({ source: path.join(folder, name) });
    expect([coverage.ended_early, coverage.notes]).toEqual([warnings[0] ?? null, undefined]);
    return warnings;
  };
  expect(await warned('album.tiff')).toEqual(['It holds 3 pictures, and only the first was looked at.']);
  expect(await warned('moving.webp')).toEqual(['It holds 3 pictures, and only the first was looked at.']);
  expect(await warned('moving.png')).toEqual(['It holds 4 pictures, and only the first was looked at.']);
  expect(await warned('one.webp')).toEqual([]);
  expect(await warned('one.png')).toEqual([]);
});

it('says of a panorama that it was looked at much smaller', async () => {
  const folder = await temporaryFolder();
  const shapes = { long: { width: 20_000, height: 300 }, wide: { width: 8000, height: 4000 } };
  const services = servicesAt(folder);
  const said: Record<string, string[]> = {};
  for (const [name, size] of Object.entries(shapes)) {
    const source = path.join(folder, `${name}.png`);
    await sharp({ create: { ...size, channels: 3, background: 'teal' } })
      .png({ compressionLevel: 1 })
      .toFile(source);
    const { coverage, warnings } = await services.indexing.indexVideo({ source });
    expect(coverage.ended_early).toBeNull();
    expect(coverage.notes ?? []).toEqual(warnings);
    said[name] = warnings;
  }
  expect(said).toEqual({
    long: [expect.stringMatching(/^It has 20000 × 300 pixels and was looked at in 2560 × 38: small faces may have/)],
    wide: [],
  });
});
