/** What services share: opened on first use, closed together. */
import path from 'node:path';
import { readLibraryKey } from '../config/library-key.js';
import { libraryAt, type Settings } from '../config/settings.js';
import type { Calibration } from '../domain/scores/calibration-model.js';
import type { FfmpegTools } from '../media/ffmpeg/ffmpeg-binaries.js';
import { NO_TRACES, type Tracer } from '../domain/tracing.js';
import { type BufferPool, sharedPool } from '../media/film/buffer-pool.js';
import type { FindSandbox } from '../media/processes/confinement.js';
import type { Library, StoreLogger } from '../store/api.js';
import type { FacePipeline, PackInfo } from '../vision/pipeline.js';
import type { PreparationLogger } from '../weights/open-prepared.js';
import type { Activity } from './activity.js';
import { calibrationReader } from './calibration-in-force.js';
import { type CertaintyReader, createCertaintyReader } from './library/certainty.js';
import { createViewReader, type ViewReader } from './library/library-view.js';
import { once } from './open-once.js';
import { checkUnlinked } from './unlinked-mode.js';
import { type Sources, createSources } from './allowed-sources.js';

export interface Resources {
  readonly settings: Settings;
  pipeline(): Promise<FacePipeline>;
  /** What is known of the pack without its networks: questions about people of the library start no worker. */
  pack(): Promise<PackInfo>;
  library(): Promise<Library>;
  /** The library as questions see it, of some videos or all, as of now. */
  readonly view: ViewReader;
  ffmpeg(): Promise<FfmpegTools>;
  /** Memory for the pictures of films that are watched. */
  framePool(): BufferPool;
  /**
   * What scores mean, as of now: the pack's own calibration, or the one that was put in force in this library, by
   * whichever process.
   */
  calibration(): Promise<Calibration>;
  /** How sure it is that people are one person each. */
  readonly certainty: CertaintyReader;
  /** What may be opened. */
  readonly sources: Sources;
  /** Counts what is done. */
  readonly activity: Activity;
  readonly tracer: Tracer;
  close(): Promise<void>;
}

/** The sandbox for programs that decode pictures: the one that ffmpeg has. It throws what `ffmpeg` does. */
export function sandboxOf({ ffmpeg }: Pick<Resources, 'ffmpeg'>): FindSandbox {
  return async () => (await ffmpeg()).sandbox;
}

/** The user's own models folder, for packs that they get: weights, and the networks prepared from them. */
export function ownModelsDir({ home }: Pick<Settings, 'home'>): string {
  return path.join(home, 'models');
}

/** Where networks lie beside the models folder: prepared when that can't be written, and those of packs one got. */
export function ownNetworkFolders(settings: Pick<Settings, 'home'>): string[] {
  return [path.join(settings.home, 'cache', 'networks'), path.join(ownModelsDir(settings), 'weights')];
}

/**
 * Models, LanceDB and ffmpeg load when first asked for, so that a server answers `tools/list` at once.
 * A failed opening is forgotten, so that the next call tries again (the user may have mended it).
 * @param keepsRun whether the job with that id will go on with what it has staged
 */
export function createResources(
  settings: Settings,
  logger: StoreLogger & PreparationLogger,
  keepsRun?: (owner: string) => Promise<boolean>,
  tracer: Tracer = NO_TRACES,
): Resources {
  const closing = new AbortController();
  const pipeline = once(
    async () => {
      const { openPrepared } = await import('../weights/open-prepared.js');
      const { modelsDir, pack: packId, threads, executionProvider } = settings;
      const ownFolders = ownNetworkFolders(settings);
      return openPrepared({ modelsDir, packId, threads, executionProvider, ownFolders }, logger, closing.signal);
    },
    (opened) => opened.isLost(),
  );
  const pack = once(async () => {
    const [{ describePack }, { loadPack }] = await Promise.all([
      import('../vision/open-pipeline.js'),
      import('../vision/packs/pack.js'),
    ]);
    return describePack(settings.modelsDir, await loadPack(settings.modelsDir, settings.pack));
  });
  const library = once(async () => {
    const [{ openLibrary }, { loadPack, packDimensions }, { packFingerprint }] = await Promise.all([
      import('../store/library.js'),
      import('../vision/packs/pack.js'),
      import('../vision/packs/fingerprint.js'),
    ]);
    // The manifest says all that it takes: whoever only reads starts no worker and loads no network.
    const pack = await loadPack(settings.modelsDir, settings.pack);
    const { vectors, population } = packFingerprint(pack);
    const opened = await openLibrary({
      home: libraryAt(settings),
      localHome: settings.home,
      dimensions: packDimensions(pack),
      pack: pack.id,
      vectors,
      population,
      key: await readLibraryKey(settings),
      logger,
      keepsRun,
      sharesRuns: settings.queue !== null,
      readOnly: settings.readOnly,
    });
    if (settings.linkPeople) return opened;
    try {
      await checkUnlinked(opened);
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  });
  const ffmpeg = once(async () => {
    const { locateFfmpeg } = await import('../media/ffmpeg/ffmpeg-binaries.js');
    const tools = await locateFfmpeg(
      {
        ffmpegPath: settings.ffmpegPath ?? undefined,
        ffprobePath: settings.ffprobePath ?? undefined,
        cacheDir: path.join(settings.home, 'cache'),
      },
      closing.signal,
    );
    const { confineTools } = await import('../media/ffmpeg/sandbox.js');
    const confined = await confineTools(await withHardware(tools), settings.sandbox, closing.signal);
    const { sandbox, unconfined } = confined;
    if (!sandbox && settings.sandbox !== 'off') logger.info({ why: unconfined }, 'ffmpeg runs without a sandbox');
    return confined;
  });
  async function withHardware(tools: FfmpegTools): Promise<FfmpegTools> {
    if (settings.hwaccel === null) return tools;
    const { hardwareTrouble } = await import('../media/ffmpeg/hardware-decoding.js');
    const why = await hardwareTrouble(tools, settings.hwaccel, closing.signal);
    if (why === null) return { ...tools, hwaccel: settings.hwaccel };
    logger.warn({ hwaccel: settings.hwaccel, why }, 'cannot decode video: the processor does');
    return tools;
  }
  const calibration = calibrationReader({ settings, pack: () => pack.get(), library: () => library.get() });
  return {
    settings,
    sources: createSources(settings),
    activity: { pictures: 0, faces: 0 },
    tracer,
    calibration,
    certainty: createCertaintyReader(calibration),
    pipeline: () => pipeline.get(),
    pack: () => pack.get(),
    library: () => library.get(),
    view: createViewReader(() => library.get()),
    ffmpeg: () => ffmpeg.get(),
    framePool: sharedPool(),
    async close() {
      closing.abort();
      await Promise.allSettled([library.held()?.then((l) => l.close()), pipeline.held()?.then((p) => p.close())]);
    },
  };
}
