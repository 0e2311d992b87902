/** What every section works with. */
import type { Settings } from '../../src/config/settings.js';
import type { FfmpegTools } from '../../src/media/ffmpeg/ffmpeg-binaries.js';
import type { Comparer } from '../../src/services/grouping/group-tracks.js';
import type { PackInfo } from '../../src/vision/pipeline.js';
import type { FaceSource } from './data/face-cache.js';
import type { Curve, Measure } from './output/report.js';

/** Where a user said that data is. Every folder may be missing. */
export interface DataFolders {
  /** Holds lfw/, pairs/, people/, cast/, groups/, videos/ and street/, each optional. */
  root: string | null;
  lfw: string | null;
  people: string | null;
  videos: string | null;
  /** Names of generated sets. */
  footage: readonly string[];
}

export interface EvalContext extends Pick<FaceSource, 'faces'> {
  folders: DataFolders;
  pack: PackInfo;
  /** Compares many vectors, for grouping. */
  compare(): Promise<Comparer>;
  /** Settings of a library in a folder of its own. */
  settings(home: string): Settings;
  ffmpeg(): Promise<FfmpegTools>;
  /** For what is made on the way; removed at the end. */
  work: string;
  /** Where footage is kept between runs. */
  footageCache: string;
  signal: AbortSignal;
  /** Told in a few words what is being done. */
  onStep: (what: string) => void;
  draw(curve: Curve): void;
  /** Says what can't be measured, and why. */
  leaveOut(what: string, why: string): void;
}

export type Section = (context: EvalContext) => Promise<Measure[]>;
