/** Which calibration decides, as of now. */
import { libraryAt, type Settings } from '../config/settings.js';
import { readCalibrationLog, type CalibrationLog } from '../domain/scores/calibration-log.js';
import type { Calibration } from '../domain/scores/calibration-model.js';
import type { Library } from '../store/api.js';
import { type HeldHead, readHeldHead, sameVectors } from '../store/head/head.js';
import type { PackInfo } from '../vision/pipeline.js';

interface Parts {
  settings: Pick<Settings, 'home' | 'remote' | 'operatingPoint'>;
  pack: () => Promise<PackInfo>;
  library: () => Promise<Pick<Library, 'calibrations'>>;
}

/**
 * @returns what reads the calibration in force: the pack's own, or the one applied in this library, by whichever
 * process. A question costs reading the library's head; the log is read again only when it has changed.
 */
export function calibrationReader({ settings, pack: packInUse, library }: Parts): () => Promise<Calibration> {
  let held: HeldHead | null = null,
    known: { at: string; log: Promise<CalibrationLog> } | null = null;
  return async () => {
    const pack = await packInUse();
    // Two pictures can be compared without a library: none is opened, let alone made, to find that it has no
    // calibration.
    const read = await readHeldHead(libraryAt(settings), held);
    held = read;
    const head = read?.head ?? null;
    const { vectors, population } = pack.fingerprint;
    const ours =
      head !== null &&
      (sameVectors(head, { dimensions: pack.dimensions, vectors, population }) ||
        (head.pack === pack.id && (head.vectors ?? vectors) === vectors));
    const version = ours ? head.versions.calibrations : undefined;
    if (head === null || version === undefined)
      return { ...pack.calibration, calibration_id: null, decides: settings.operatingPoint };
    const at = `${head.created_at} ${version}`;
    if (known?.at !== at) {
      const log = (await library())
        .calibrations()
        .then((entries) => readCalibrationLog(entries, { id: pack.id, fingerprint: pack.fingerprint.scores }));
      const mine = { at, log };
      known = mine;
      // A failure is not remembered.
      log.catch(() => {
        if (known === mine) known = null;
      });
    }
    const { in_force } = await known.log;
    const { calibration_id, operating_point, model } = in_force ?? {
      calibration_id: null,
      operating_point: null,
      model: pack.calibration,
    };
    return { ...model, calibration_id, decides: settings.operatingPoint ?? operating_point };
  };
}
