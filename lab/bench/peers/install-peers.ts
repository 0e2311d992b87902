/** The libraries that Rollcall is held against, installed beside it: nothing of them is among its own packages. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

/**
 * The fastest backend of both that installs from npm alone is WebAssembly with SIMD; `@tensorflow/tfjs-node` fetches
 * its library from another host.
 */
const PACKAGES = {
  '@vladmandic/human': '3.3.6',
  '@vladmandic/face-api': '1.7.15',
  '@tensorflow/tfjs': '4.22.0',
  '@tensorflow/tfjs-backend-wasm': '4.22.0',
};

/** Versions as they are named in the report. */
export const PEER_VERSIONS = {
  human: `@vladmandic/human ${PACKAGES['@vladmandic/human']}`,
  'face-api': `@vladmandic/face-api ${PACKAGES['@vladmandic/face-api']}`,
} as const;

/** @param folder is there and empty @throws ExecaError when npm fails */
export async function installPeers(folder: string, signal: AbortSignal): Promise<void> {
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PACKAGES }));
  await execa('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdout: 'ignore',
    cancelSignal: signal,
  });
}
