/** Which licences may go into the package, and the packages whose papers a person had to look at. */
import satisfies from 'spdx-satisfies';

/** SPDX ids whose terms a notice in the package meets. Anything else fails the build. */
export const ALLOWED_LICENCES: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
];

export interface Review {
  /** SPDX id, as found by whoever looked. */
  licence: string;
  /** Files of scripts/notices/texts that stand in for what the package lacks. */
  texts: readonly string[];
  /** What was looked at, and why these are the right texts. */
  reason: string;
}

const ONNXRUNTIME: Review = {
  licence: 'MIT',
  texts: ['onnxruntime-1.29.0/LICENSE', 'onnxruntime-1.29.0/ThirdPartyNotices.txt'],
  reason:
    'The npm package holds neither file; its sources name Microsoft and the MIT licence. These are the files that ' +
    "Microsoft publishes with ONNX Runtime 1.29.0, taken from npm's com.github.asus4.onnxruntime@0.4.9 (line ends " +
    'made LF): nothing on npm carries those of 1.30.0.',
};

/**
 * By name and version, so that a new version is looked at again. Packages whose manifest and files say it all are not
 * listed here.
 */
export const REVIEWED: Readonly<Record<string, Review>> = {
  '@lancedb/lancedb@0.37.1': {
    licence: 'Apache-2.0',
    texts: ['Apache-2.0.txt'],
    reason:
      'The package has lists of what it is made of, and a header for its sources, but not the text of its own licence, ' +
      "which is Apache's. Copyright The LanceDB Authors.",
  },
  'onnxruntime-node@1.30.0': ONNXRUNTIME,
  'onnxruntime-common@1.30.0': { ...ONNXRUNTIME, texts: ['onnxruntime-1.29.0/LICENSE'] },
};

/** Whether an SPDX expression can be met with what is allowed. False for what is no SPDX expression. */
export function isAllowed(expression: string, allowed: readonly string[] = ALLOWED_LICENCES): boolean {
  try {
    return satisfies(expression, allowed);
  } catch {
    return false;
  }
}
