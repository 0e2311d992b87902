/** Is everything there that Rollcall needs? Each finding says what to do when it is not. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { Logger } from 'pino';
import { packageInfo } from '../../config/package-info.js';
import { libraryAt, type Settings } from '../../config/settings.js';
import { RollcallError, asRollcallError } from '../../domain/errors/errors.js';
import { saidBy } from '../../domain/errors/thrown.js';
import { homeTroubles, openHome, PRIVATE_FILE } from '../../store/files/private-folder.js';
import { createResources, ownNetworkFolders } from '../resources.js';
import { encryptionOf } from './encryption.js';
import { modelPacks } from './model-packs.js';
import { checkLibrary } from './safekeeping.js';

export interface Finding {
  name: string;
  ok: boolean;
  detail: string;
  /** What to do; null when ok. */
  hint: string | null;
}

/** Looks at everything, also when something is wrong. Never rejects but for an abort. */
export async function checkUp(settings: Settings, logger: Logger, signal: AbortSignal): Promise<Finding[]> {
  const resources = createResources(settings, logger);
  const look: [string, () => Promise<string>][] = [
    ['rollcall-mcp', () => Promise.resolve(packageInfo().version)],
    ['node', () => Promise.resolve(`${process.version} on ${process.platform} ${process.arch}`)],
    ['home', () => ownAndWritable(settings.home, logger)],
    [
      'ffmpeg',
      async () => {
        const { ffmpeg, origin, version, hwaccel, sandbox, unconfined } = await resources.ffmpeg();
        const wanted = settings.hwaccel;
        const how = wanted === null ? '' : hwaccel ? `, decoding with ${hwaccel}` : `, ${wanted} does not work here`;
        return `${version}, ${origin} (${ffmpeg})${how}, ${sandbox ? `in a sandbox (${sandbox.name})` : `no sandbox: ${unconfined}`}`;
      },
    ],
    ['pictures', pictures],
    [
      'weights',
      async () => {
        const { loadPack } = await import('../../vision/packs/pack.js');
        const { networkFolders, packNetworks, readNetwork } = await import('../../vision/packs/networks.js');
        const { ensurePrepared } = await import('../../weights/ensure-prepared.js');
        const { modelsDir, pack } = settings;
        const networks = packNetworks(await loadPack(modelsDir, pack));
        const folders = networkFolders(modelsDir, ownNetworkFolders(settings));
        await ensurePrepared(modelsDir, folders, networks, signal);
        for (const network of networks) await readNetwork(modelsDir, folders, network);
        return `${networks.length} networks of pack ${pack}, hashes right`;
      },
    ],
    [
      'packs',
      async () => {
        const packs = await modelPacks(settings);
        return packs
          .map((p) => `${p.id} (${p.in_use ? 'in use' : p.ready ? 'ready' : 'to get'}): ${p.licence}`)
          .join('\n                      ');
      },
    ],
    [
      'inference',
      async () => {
        const pipeline = await resources.pipeline();
        const { pack } = pipeline;
        const { provider, refused } = await pipeline.runsOn();
        const not = refused.map((r) => `; not on ${r.provider}: ${r.why}`).join('');
        return `${pack.id}, ${pack.dimensions} numbers a face, ${settings.threads} threads, on ${provider}${not}`;
      },
    ],
    [
      'library',
      async () => {
        await resources.library();
        return `opens in ${libraryAt(settings)}`;
      },
    ],
    ['tables', () => checkLibrary(settings, signal)],
    ['encryption', async () => (await encryptionOf(settings)) ?? 'none (docs/encryption.md)'],
  ];
  const findings: Finding[] = [];
  try {
    for (const [name, run] of look) {
      signal.throwIfAborted();
      findings.push(
        await run().then(
          (detail) => ({ name, ok: true, detail, hint: null }),
          (error: unknown) => {
            const { message, hint } = asRollcallError(error);
            return { name, ok: false, detail: message, hint };
          },
        ),
      );
    }
  } finally {
    await resources.close();
  }
  return findings;
}

async function ownAndWritable(home: string, logger: Logger): Promise<string> {
  const probe = path.join(home, `.doctor-${process.pid}`);
  try {
    await openHome(home, logger);
    await writeFile(probe, '', { mode: PRIVATE_FILE });
  } catch (cause) {
    const known = asRollcallError(cause);
    if (known.code === 'no_space') throw known;
    throw new RollcallError(
      'forbidden',
      `The folder ${home} cannot be written to.`,
      'Make it writable, or set ROLLCALL_HOME to a folder that is.',
      { cause },
    );
  }
  await rm(probe, { force: true });
  const troubles = await homeTroubles(home);
  if (troubles.length > 0)
    throw new RollcallError(
      'forbidden',
      `${home}: ${troubles.join(' ')}`,
      'Whoever may write there can change what is found. Set ROLLCALL_HOME to a folder of your own, or make this one yours alone (chown, chmod 700).',
    );
  return `${home}, writable`;
}

async function pictures(): Promise<string> {
  const { tryPictures } = await import('../../media/pictures/images.js').catch((cause: unknown) => {
    throw new RollcallError(
      'missing_dependency',
      `What reads pictures (sharp) can't be loaded: ${saidBy(cause)}`,
      'Install rollcall-mcp again, by the npm of this machine and this Node.',
      { cause },
    );
  });
  return tryPictures();
}
