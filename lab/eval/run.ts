/** Runs the sections of an evaluation over what data there is. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { packageInfo } from '../../src/config/package-info.js';
import { loadSettings } from '../../src/config/settings.js';
import { asRollcallError } from '../../src/domain/errors/errors.js';
import { locateFfmpeg, type FfmpegTools } from '../../src/media/ffmpeg/ffmpeg-binaries.js';
import { describePack } from '../../src/vision/open-pipeline.js';
import { openPrepared } from '../../src/weights/open-prepared.js';
import { loadPack } from '../../src/vision/packs/pack.js';
import type { FacePipeline } from '../../src/vision/pipeline.js';
import type { Cover } from './data/covers.js';
import type { DataFolders, EvalContext } from './context.js';
import { createFaceSource } from './data/face-cache.js';
import type { EvaluationReport, SectionReport } from './output/report.js';
import { SECTIONS } from './sections/all.js';

export interface RunOptions {
  folders: DataFolders;
  /** The settings' pack when absent. */
  pack?: string | undefined;
  /** Names of sections, in any order. */
  only: readonly string[];
  /** Where crops and vectors are kept for the next run; nowhere when null. */
  cacheDir: string | null;
  footageCache: string;
  onStep: (what: string) => void;
}

/**
 * Measures. A section that fails is reported as left out, with the error, and the others go on.
 * @throws RollcallError for a pack that isn't there, `cancelled` on abort
 */
export async function runEvaluation(options: RunOptions, signal: AbortSignal): Promise<EvaluationReport> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'rollcall-eval-'));
  const settings = (home: string) =>
    loadSettings({ home, logLevel: 'error', ...(options.pack === undefined ? {} : { pack: options.pack }) });
  const { modelsDir, pack: packId, threads, ffmpegPath, ffprobePath } = settings(path.join(work, 'home'));
  let pipeline: Promise<FacePipeline> | null = null,
    tools: Promise<FfmpegTools> | null = null;
  const open = () => (pipeline ??= openPrepared({ modelsDir, packId, threads }));
  try {
    const pack = await loadPack(modelsDir, packId);
    const source = createFaceSource({
      cacheDir: options.cacheDir ?? path.join(work, 'crops'),
      pack,
      pipeline: open,
      onStep: options.onStep,
      signal,
    });
    const base = {
      folders: options.folders,
      pack: await describePack(modelsDir, pack),
      faces: (files: readonly string[], cover?: Cover) => source.faces(files, cover),
      compare: open,
      settings,
      work,
      ffmpeg: () =>
        (tools ??= locateFfmpeg(
          {
            ffmpegPath: ffmpegPath ?? undefined,
            ffprobePath: ffprobePath ?? undefined,
            cacheDir: path.join(options.footageCache, 'ffmpeg'),
          },
          signal,
        )),
      footageCache: options.footageCache,
      signal,
    };
    const sections: SectionReport[] = [];
    for (const name of Object.keys(SECTIONS).filter((section) => options.only.includes(section)))
      sections.push(await runSection(name, base, options.onStep));
    return {
      version: packageInfo().version,
      pack: packId,
      calibrated_on: pack.calibration.set,
      made_at: new Date().toISOString(),
      machine: `${os.cpus()[0]?.model ?? 'unknown CPU'}, ${os.availableParallelism()} cores, Node ${process.versions.node}`,
      faces: source.counts,
      sections,
    };
  } finally {
    await (pipeline as Promise<FacePipeline> | null)?.then(
      (p) => p.close(),
      () => undefined,
    );
    await rm(work, { recursive: true, force: true });
  }
}

async function runSection(
  name: string,
  base: Omit<EvalContext, 'onStep' | 'draw' | 'leaveOut'>,
  onStep: (what: string) => void,
): Promise<SectionReport> {
  const report: SectionReport = { section: name, measures: [], curves: [], left_out: [], wall_s: 0 };
  const began = performance.now();
  const context: EvalContext = {
    ...base,
    onStep: (what) => onStep(`${name}: ${what}`),
    draw: (curve) => {
      if (curve.series.some((s) => s.points.length > 1)) report.curves.push(curve);
    },
    leaveOut: (what, why) => report.left_out.push({ what, why }),
  };
  onStep(name);
  try {
    const measures = (await SECTIONS[name]?.(context)) ?? [];
    report.measures = measures.filter(({ value }) => Number.isFinite(value));
    // A rate of nothing, a ratio to nothing.
    for (const { set, condition, measure, value } of measures)
      if (!Number.isFinite(value))
        context.leaveOut([set, condition, measure].filter(Boolean).join(', '), 'nothing to measure it on');
  } catch (error) {
    if (base.signal.aborted) throw error;
    const { message, hint } = asRollcallError(error);
    report.left_out.push({ what: `FAILED: ${name}`, why: `${message} ${hint}` });
  }
  report.wall_s = (performance.now() - began) / 1000;
  return report;
}
