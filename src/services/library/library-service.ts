/** What there is: videos, the state of the library, the log of edits. */
import { libraryAt, type Settings } from '../../config/settings.js';
import { readEditLog } from '../../domain/edits/edit-log.js';
import { total, union } from '../../domain/intervals.js';
import type { Interval } from '../../domain/types.js';
import { folderBytes } from '../../store/files/folder-bytes.js';
import { objectBytes } from '../../store/places/find-in-objects.js';
import type { LibraryState, LibraryVideo, LoggedEditAnswer } from '../answers/library.js';
import type { Resources } from '../resources.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import { editHistory } from './edit-history.js';
import type { View } from './library-view.js';

/** Names of a video that an answer holds, and edits of a state. */
const NAMES = 10,
  LAST_EDITS = 5;

export interface LibraryService {
  /** By title, then video_id. */
  videos(signal?: AbortSignal): Promise<LibraryVideo[]>;
  /** Newest first. */
  log(signal?: AbortSignal): Promise<LoggedEditAnswer[]>;
  state(signal?: AbortSignal): Promise<LibraryState>;
  /** How the library stands to an earlier state, by its mark; null: to none. */
  since(mark: string | null): Promise<Since>;
}

/** What tells the library's state now, and whether anything that answers are made of is other than it was. */
export interface Since {
  mark: string | null;
  changed: boolean;
}

type Parts = Pick<Resources, 'library' | 'view' | 'calibration' | 'settings'>;

export function createLibraryService(resources: Parts): LibraryService {
  const log = async (signal?: AbortSignal) => editHistory(readEditLog(await (await resources.library()).edits(signal)));
  return {
    log,
    async since(mark) {
      const state = await (await resources.library()).snapshot();
      if (mark === null) return { mark: state.mark, changed: false };
      const changes = state.changedSince(mark);
      const same = changes && changes.video_ids.size + changes.identity_ids.size === 0 && !changes.edits;
      return { mark: state.mark, changed: !same };
    },
    async videos(signal) {
      return videosOf(await resources.view(undefined, signal));
    },
    async state(signal) {
      const library = await resources.library();
      const view = await resources.view(undefined, signal);
      const videos = videosOf(view);
      const edits = await log(signal);
      const { calibration_id, set, decides } = await resources.calibration();
      return {
        home: libraryAt(resources.settings),
        bytes: await bytesOf(resources.settings, signal),
        videos: videos.filter((v) => !v.photo).length,
        photos: videos.filter((v) => v.photo).length || undefined,
        duration_s: round(sum(videos.map((v) => v.duration_s))),
        looked_at_s: round(sum(videos.map((v) => v.looked_at_s))),
        people: view.people.length,
        named: view.named.length,
        ignored: view.people.filter((p) => view.ignored.has(p.identity_id)).length,
        tracks: view.tracks.size,
        pack: library.pack,
        calibration: { calibration_id, set, operating_point: decides },
        edits: edits.length,
        edits_in_force: edits.filter((e) => e.action !== 'undo' && e.undone_by === null).length,
        last_edits: edits.slice(0, LAST_EDITS),
      };
    },
  };
}

async function bytesOf({ home, remote }: Pick<Settings, 'home' | 'remote'>, signal?: AbortSignal): Promise<number> {
  return (await folderBytes(home, ['cache'], signal)) + (remote === undefined ? 0 : await objectBytes(remote, signal));
}

function videosOf(view: View): LibraryVideo[] {
  const people = new Map<string, string[]>(),
    counts = new Map<string, number>();
  for (const person of view.people)
    for (const video_id of new Set(view.tracksOf(person).map((t) => t.video_id))) {
      counts.set(video_id, (counts.get(video_id) ?? 0) + 1);
      if (person.name !== null) people.set(video_id, [...(people.get(video_id) ?? []), person.name]);
    }
  const presence = new Map<string, Interval[]>();
  for (const { video_id, presence: own } of view.tracks.values()) {
    const held = presence.get(video_id);
    if (held) held.push(...own);
    else presence.set(video_id, [...own]);
  }
  return [...view.videos.values()]
    .map(({ video_id, title, source, duration_s, indexed_at, coverage, pack }) => ({
      video_id,
      title,
      source,
      duration_s,
      ...(coverage.photo ? { photo: true as const, taken_at: coverage.photo.taken_at ?? undefined } : {}),
      indexed_at,
      looked_at_s: round(total(coverage.decoded)),
      sample_fps: coverage.sample_fps,
      faces_seen: coverage.faces_seen,
      faces_kept: coverage.faces_kept,
      ended_early: coverage.ended_early,
      people: counts.get(video_id) ?? 0,
      seconds_on_screen: coverage.photo ? 0 : round(total(union(presence.get(video_id) ?? []))),
      names: (people.get(video_id) ?? []).sort().slice(0, NAMES),
      pack,
    }))
    .sort((a, b) => a.title.localeCompare(b.title) || a.video_id.localeCompare(b.video_id));
}

function sum(all: readonly number[]): number {
  return all.reduce((a, b) => a + b, 0);
}
