/** Films that nobody made: who is in each, when, and what their tracks are like. */
import { createHash } from 'node:crypto';
import { deriveId } from '../../src/domain/ids.js';
import { seededRandom } from '../../src/domain/seeded-sample.js';
import type { TrackRow, VideoRow } from '../../src/store/rows.js';
import { MadeFaces, madeQuality } from './made-faces.js';

/** Length of a film, seconds, and of its shots. */
export const FILM_S = 600;
const SHOT_S = { least: 4, most: 20 };
/** Tracks that a film has about. */
export const FILM_TRACKS = 70;
/** People of a film: those of whom the library sees more, and those who are seen in it alone. */
const REGULARS = 6,
  EXTRAS = 12;
/** Of a shot: those who are in it, by chance, and of those the share that extras are. */
const IN_SHOT = [0.6, 0.3, 0.1] as const,
  EXTRA_SHARE = 0.25;
/** How fast regulars are seen less often, by their rank (Zipf). */
const ZIPF = 0.8;

/** A film with its tracks; `people` says who each is. */
export interface MadeFilm {
  video: VideoRow;
  tracks: TrackRow[];
  /** By track_id. */
  people: Map<string, number>;
}

export interface MadeFilmsOptions {
  seed: number;
  pack: string;
  /** Films that the library will have: the number of regulars grows with it. */
  films: number;
  /** Picture of every face, JPEG. */
  crop: Uint8Array;
}

/** The same options make the same films, each alone. */
export class MadeFilms {
  readonly #faces: MadeFaces;
  /** Up to each regular, the share of appearances. */
  readonly #shares: number[] = [];

  constructor(private readonly options: MadeFilmsOptions) {
    this.#faces = new MadeFaces(options.seed);
    let sum = 0;
    for (let rank = 1; rank <= Math.max(20, options.films); rank++) this.#shares.push((sum += rank ** -ZIPF));
  }

  /** @param n from 0; one beyond `films` is a film more, of the same people. @param run_id of its tracks */
  film(n: number, run_id: string): MadeFilm {
    const { seed, pack, crop } = this.options;
    const random = seededRandom(Math.imul(seed, 0x27d4eb2f) ^ Math.imul(n + 1, 0x165667b1));
    const video_id = deriveId('video', `made ${seed} ${n}`);
    const regulars = Array.from({ length: REGULARS }, () => this.#regular(random));
    const extras = Array.from({ length: EXTRAS }, (_, k) => this.#shares.length + n * EXTRAS + k);
    const tracks: TrackRow[] = [],
      shots: number[] = [],
      people = new Map<string, number>();
    for (let start_s = 0, shot = 0; start_s < FILM_S; shot++) {
      const end_s = Math.min(FILM_S, start_s + SHOT_S.least + (SHOT_S.most - SHOT_S.least) * random());
      if (shot > 0) shots.push(start_s);
      const dice = random();
      const there = new Set(
        Array.from({ length: dice < IN_SHOT[0] ? 1 : dice < IN_SHOT[0] + IN_SHOT[1] ? 2 : 3 }, () => {
          const of = random() < EXTRA_SHARE ? extras : regulars;
          return of[Math.floor(of.length * random())] ?? 0;
        }),
      );
      for (const person of there) {
        const quality = madeQuality(random);
        const track_id = deriveId('track', video_id, String(shot), String(person));
        people.set(track_id, person);
        tracks.push({
          track_id,
          video_id,
          run_id,
          shot,
          start_s,
          end_s,
          presence: [{ start_s, end_s }],
          samples: Math.ceil((end_s - start_s) * 5),
          embedded: 4,
          quality,
          population_excess: 0,
          norm: 20 * quality,
          best_time_s: (start_s + end_s) / 2,
          pack,
          spread: 0.1,
          vector: this.#faces.face(person, quality, random),
          boxes: [{ time_s: start_s, box: { x: 100, y: 100, w: 80, h: 100 } }],
          crops: [crop],
          thumbnail: null,
        });
      }
      start_s = end_s;
    }
    return { video: this.#video(n, video_id, run_id, shots, tracks.length), tracks, people };
  }

  #regular(random: () => number): number {
    const at = random() * (this.#shares.at(-1) ?? 0);
    let from = 0,
      to = this.#shares.length - 1;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#shares[middle] ?? 0) < at) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #video(n: number, video_id: string, run_id: string, shots: number[], faces: number): VideoRow {
    const title = `film-${String(n).padStart(6, '0')}`;
    const decoded = [{ start_s: 0, end_s: FILM_S }];
    const source = `/made/${title}.mp4`;
    return {
      video_id,
      run_id,
      content_hash: createHash('sha256').update(video_id).digest('hex'),
      source,
      title,
      size_bytes: 1e8,
      duration_s: FILM_S,
      start_s: 0,
      width: 1280,
      height: 720,
      fps: 25,
      sample_fps: 5,
      pack: this.options.pack,
      pipeline_version: 'made',
      range: null,
      indexed_at: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
      coverage: {
        v: 1,
        video_id,
        source,
        decoded,
        sample_fps: 5,
        faces_seen: faces * 40,
        faces_kept: faces * 30,
        gated: {},
        ended_early: null,
      },
      shots,
    };
  }
}
