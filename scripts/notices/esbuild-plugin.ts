/**
 * Writes THIRD_PARTY_NOTICES.txt and sbom.cdx.json (CycloneDX) beside the bundle, from what is in the bundle, and fails
 * the build when a licence is not allowed. rollup-plugin-license does this for Rollup; what there is for esbuild has no
 * allow-list and no texts.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { z } from 'zod';
import { bundledPackages } from './bundled-packages.js';
import { carriedPackages } from './carried-packages.js';
import { lockedIntegrity } from './lock-file.js';
import { modelNotices } from './model-notices.js';
import { packageNotice, type PackageNotice } from './package-notice.js';
import { isLong, longTextFile, renderNotices } from './render.js';
import { sbomOf } from './sbom.js';

export const NOTICES_FILE = 'THIRD_PARTY_NOTICES.txt';
export const SBOM_FILE = 'sbom.cdx.json';

/** @param root the project's: where its package.json and models are */
export function thirdPartyNotices(root: string): Plugin {
  return {
    name: 'third-party-notices',
    setup(build) {
      const { outdir, absWorkingDir = process.cwd() } = build.initialOptions;
      if (outdir === undefined) throw new Error('third-party-notices needs outdir');
      build.initialOptions.metafile = true;
      build.onEnd(async ({ metafile, errors }) => {
        if (errors.length > 0 || metafile === undefined) return {};
        try {
          await writeNotices(root, path.resolve(absWorkingDir, outdir), metafile, absWorkingDir);
          return {};
        } catch (error) {
          return { errors: [{ text: error instanceof Error ? error.message : String(error) }] };
        }
      });
    },
  };
}

const subjectSchema = z.looseObject({ name: z.string(), version: z.string(), license: z.string() });

async function writeNotices(root: string, outdir: string, metafile: Metafile, cwd: string): Promise<void> {
  const [bundled, carried, models] = await Promise.all([
    bundledPackages(metafile, cwd).then(noticesOf),
    carriedPackages(root).then(noticesOf),
    modelNotices(root),
  ]);
  await mkdir(outdir, { recursive: true });
  const notices = { bundled, carried, models };
  await writeFile(path.join(outdir, NOTICES_FILE), renderNotices(notices));
  const subject = subjectSchema.parse(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')));
  await writeFile(path.join(outdir, SBOM_FILE), sbomOf(subject, notices, await lockedIntegrity(root)));
  for (const notice of [...bundled, ...carried])
    for (const text of notice.texts.filter(isLong)) {
      const file = path.join(outdir, longTextFile(notice, text));
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, `${text.text}\n`);
    }
}

/** Of all of them, so that whatever is wrong is told in one go. @throws Error with a line for each objection */
async function noticesOf(folders: readonly string[]): Promise<PackageNotice[]> {
  const settled = await Promise.allSettled(folders.map((folder) => packageNotice(folder)));
  const wrong = settled.flatMap((s) => (s.status === 'rejected' ? [String(s.reason)] : []));
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  const notices = settled.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []));
  // One version may be installed in two places.
  return [...new Map(notices.map((notice) => [`${notice.name}@${notice.version}`, notice])).values()].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
}
