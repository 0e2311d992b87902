/**
 * Run as a process of its own by kills.test.ts, which kills it: works on a library without end and tells on stdout what
 * it is about to do ("try …"), and what is done for good ("did …"), each with what it is to be held to.
 */
import { createInterface } from 'node:readline';
import { newId } from '../../../src/domain/ids.js';
import { loadEngine } from '../../../src/store/tables/database-engine.js';
import { openLibrary } from '../../../src/store/library.js';
import { DIMENSIONS, makeIdentity, makeTrack, makeVideo, PACK } from '../rows.js';

const [home = ''] = process.argv.slice(2);
const say = (word: string, facts: object): void => void process.stdout.write(`${word} ${JSON.stringify(facts)}\n`);
const now = (): string => new Date().toISOString();
const some = (most: number): number => 1 + Math.floor(Math.random() * most);

// Loaded and ready before it is told to begin.
await loadEngine();
process.stdout.write('ready {}\n');
for await (const _ of createInterface({ input: process.stdin })) break;

const library = await openLibrary({
  home,
  pack: PACK,
  dimensions: DIMENSIONS,
  keepsRun: () => Promise.resolve(true),
  // Compacts every few writes.
  tuning: { upkeepVersions: 4, keepMs: 0 },
});

process.stdout.write('open {}\n');

/** What may be killed: each is one write, and what it says it did must be found. */
const WORK = {
  async index() {
    const [video_id, run_id, edit_id] = [newId('video'), newId('run'), newId('edit')];
    const rows = Array.from({ length: some(6) }, () => makeTrack(video_id, run_id));
    const fact = { video_id, tracks: rows.length, edit_id };
    say('try', fact);
    await library.write(async (writer) => {
      await writer.stageTracks(rows);
      await writer.putIdentities([makeIdentity({ name: video_id, track_ids: rows.map((row) => row.track_id) })]);
      await writer.appendEdits([{ edit_id, created_at: now(), body: [video_id] }]);
      await writer.commitVideo(makeVideo(video_id, run_id, { shots: rows.map((_, i) => i) }));
    });
    say('did', fact);
  },
  async edit() {
    const edit_id = newId('edit');
    const [identity] = await library.identities();
    say('try', { edit_id });
    await library.write(async (writer) => {
      if (identity) await writer.putIdentities([{ ...identity, updated_at: now() }]);
      await writer.appendEdits([{ edit_id, created_at: now(), body: [] }]);
    });
    say('did', { edit_id });
  },
  async calibrate() {
    const calibration_id = newId('calibration');
    say('try', { calibration_id });
    await library.write(async (writer) => {
      await writer.appendCalibrations([{ calibration_id, created_at: now(), body: [] }]);
    });
    say('did', { calibration_id });
  },
  async forget() {
    const videos = await library.videos();
    const gone = videos.slice(0, Math.max(0, videos.length - 5)).map((video) => video.video_id);
    const people = (await library.identities()).filter((row) => gone.includes(row.name ?? ''));
    say('try', { gone });
    await library.write(async (writer) => {
      await writer.removeVideos(gone);
      await writer.removeIdentities(people.map((row) => row.identity_id));
    });
    say('did', { gone });
    if (Math.random() < 0.3) await library.purge();
  },
  async stage() {
    const [run_id, video_id, n] = [newId('run'), newId('video'), some(20)];
    await library.resumeRun(run_id, 'job');
    await library.stageTracks(Array.from({ length: n }, () => makeTrack(video_id, run_id)));
    await library.checkpoint(run_id, { n });
    say('did', { run_id, staged: n });
    await library.stageTracks(Array.from({ length: 3 }, () => makeTrack(video_id, run_id)));
  },
};

const kinds = Object.values(WORK);
for (;;) await kinds[Math.floor(Math.random() * kinds.length)]?.();
