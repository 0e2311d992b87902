/** What there is: videos, the state of the library, the log of edits. */
import { libraryAt } from '../../config/settings.js';
import { readEditLog } from '../../domain/edits/edit-log.js';
import { groupBy } from '../../domain/group-by.js';
import { total, union } from '../../domain/intervals.js';
import { byTitle } from '../../domain/order.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import { rememberedFolderBytes } from '../../store/files/folder-bytes.js';
import type { VideoRow } from '../../store/rows.js';
import { objectBytes } from '../../store/places/find-in-objects.js';
import type { LibraryState, LibraryVideo, LoggedEditAnswer } from '../answers/library.js';
import type { Resources } from '../resources.js';
import { editHistory } from './edit-history.js';
import type { Facts } from './facts.js';

/** Names of a video that an answer holds, and edits of a state. */
const NAMES = 10,
  LAST_EDITS = 5;

export interface LibraryService {
  /** By title, then video_id. @param window places of which nothing else is read: all when left out */
  videos(signal?: AbortSignal, window?: { from: number; count: number }): Promise<ListedVideos>;
  /** Newest first. */
  log(signal?: AbortSignal): Promise<LoggedEditAnswer[]>;
  state(signal?: AbortSignal): Promise<LibraryState>;
  /** How the library stands to an earlier state, by its mark; null: to none. */
  since(mark: string | null): Promise<Since>;
}

export interface ListedVideos {
  videos: LibraryVideo[];
  total: number;
  /** Whether any of the whole is a photo. */
  photos: boolean;
}

/** What tells the library's state now, and whether anything that answers are made of is other than it was. */
export interface Since {
  mark: string | null;
  changed: boolean;
}

type Parts = Pick<Resources, 'library' | 'view' | 'calibration' | 'settings'>;

export function createLibraryService(resources: Parts): LibraryService {
  // Made once a state: thousands of titles take longer to sort than a page to read.
  const orders = new WeakMap<Facts['videos'], readonly VideoRow[]>();
  const inOrder = ({ videos }: Facts): readonly VideoRow[] => {
    const order = orders.get(videos) ?? [...videos.values()].sort(byTitle);
    orders.set(videos, order);
    return order;
  };
  const folderBytes = rememberedFolderBytes();
  const bytesOf = async ({ home, remote }: Parts['settings'], signal?: AbortSignal): Promise<number> =>
    (await folderBytes(home, ['cache'], signal)) + (remote === undefined ? 0 : await objectBytes(remote, signal));
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
    async videos(signal, window = { from: 0, count: Infinity }) {
      const facts = await resources.view.facts(signal);
      const all = inOrder(facts);
      return {
        videos: await listed(facts, all.slice(window.from, window.from + window.count), signal),
        total: all.length,
        photos: all.some((v) => v.coverage.photo),
      };
    },
    async state(signal) {
      const library = await resources.library();
      const facts = await resources.view.facts(signal);
      const videos = [...facts.videos.values()];
      const [{ identity_ids }, { tracks }] = await Promise.all([facts.totals(), facts.state.counts(signal)]);
      const edits = await log(signal);
      const { calibration_id, set, decides } = await resources.calibration();
      return {
        home: libraryAt(resources.settings),
        bytes: await bytesOf(resources.settings, signal),
        videos: videos.filter((v) => !v.coverage.photo).length,
        photos: videos.filter((v) => v.coverage.photo).length || undefined,
        duration_s: round(sum(videos.map((v) => v.duration_s))),
        looked_at_s: round(sum(videos.map(lookedAt))),
        people: identity_ids.length,
        named: facts.named.length,
        ignored: identity_ids.filter((id) => facts.edits.ignored.has(id)).length,
        tracks,
        pack: library.pack,
        calibration: { calibration_id, set, operating_point: decides },
        edits: edits.length,
        edits_in_force: edits.filter((e) => e.action !== 'undo' && e.undone_by === null).length,
        last_edits: edits.slice(0, LAST_EDITS),
      };
    },
  };
}

/** Some videos as they are listed: of the library nothing is read but who is in them. */
async function listed(
  { state, named }: Facts,
  rows: readonly VideoRow[],
  signal?: AbortSignal,
): Promise<LibraryVideo[]> {
  const video_ids = rows.map((v) => v.video_id);
  const [seen, tracks] = await Promise.all([state.seen({ video_ids }, signal), state.tracks({ video_ids }, signal)]);
  const names = new Map(named.map((p) => [p.identity_id, p.name ?? '']));
  const people = groupBy(seen, (row) => row.video_id),
    shown = groupBy(tracks, (t) => t.video_id);
  return rows.map((video): LibraryVideo => {
    const { video_id, title, source, duration_s, indexed_at, coverage, pack } = video;
    const there = people.get(video_id) ?? [],
      presence = (shown.get(video_id) ?? []).flatMap((t) => t.presence);
    return {
      ...{ video_id, title, source, duration_s },
      ...(coverage.photo ? { photo: true as const, taken_at: coverage.photo.taken_at ?? undefined } : {}),
      indexed_at,
      looked_at_s: lookedAt(video),
      sample_fps: coverage.sample_fps,
      faces_seen: coverage.faces_seen,
      faces_kept: coverage.faces_kept,
      ended_early: coverage.ended_early,
      notes: coverage.notes,
      people: there.length,
      seconds_on_screen: coverage.photo ? 0 : round(total(union(presence))),
      names: there
        .flatMap((row) => names.get(row.identity_id) ?? [])
        .sort()
        .slice(0, NAMES),
      pack,
    };
  });
}

function lookedAt({ coverage }: VideoRow): number {
  return round(total(coverage.decoded));
}

function sum(all: readonly number[]): number {
  return all.reduce((a, b) => a + b, 0);
}
