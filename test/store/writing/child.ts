/**
 * Run as a process of its own by processes.test.ts and object-store.built.test.ts: `child.ts <home> <what> <count>
 * <local home>`; tells on stdout where it is.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import { newId } from '../../../src/domain/ids.js';
import { openLibrary } from '../../../src/store/library.js';
import { DIMENSIONS, makeIdentity, makeTrack, makeVideo, PACK } from '../rows.js';

const [home = '', what = '', count = '0', localHome = home] = process.argv.slice(2);
const library = await openLibrary({
  home,
  localHome,
  pack: PACK,
  dimensions: DIMENSIONS,
  tuning: { lockStaleMs: 2000, upkeepVersions: 8, keepMs: 60_000 },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const forEver = (): Promise<never> => new Promise(() => setInterval(() => undefined, 1000));
const video_id = newId('video'),
  run_id = newId('run');

if (what === 'die-in-write') {
  await library.stageTracks(Array.from({ length: 50 }, () => makeTrack(video_id, run_id)));
  await library.write(async (writer) => {
    await writer.putIdentities([makeIdentity({ name: 'half' })]);
    await writer.commitVideo(makeVideo(video_id, run_id));
    say(`inside ${run_id}`);
    await forEver();
  });
} else if (what === 'sleep-in-write') {
  const written = library.write(async (writer) => {
    await writer.putIdentities([makeIdentity({ name: 'asleep' })]);
    say('inside');
    await delay(500);
  });
  await written.then(
    () => say('written'),
    (error: unknown) => say(error instanceof RollcallError ? error.code : String(error)),
  );
  process.exit();
} else if (what === 'stage-and-live') {
  await library.stageTracks([makeTrack(video_id, run_id)]);
  say(`staged ${run_id}`);
  await forEver();
} else if (what === 'write') {
  say('ready');
  for (let i = 0; i < Number(count); i++) {
    const run = newId('run'),
      video = newId('video');
    await library.write(async (writer) => {
      await writer.stageTracks([makeTrack(video, run), makeTrack(video, run)]);
      await writer.putIdentities([makeIdentity({ name: `${process.pid}/${i}` })]);
      await writer.appendEdits([
        { edit_id: newId('edit'), created_at: new Date().toISOString(), body: [process.pid, i] },
      ]);
      await writer.commitVideo(makeVideo(video, run));
    });
  }
  await library.close();
  say('done');
}
