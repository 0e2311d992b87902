/** What one package says of its licence, held against the policy. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ALLOWED_LICENCES, isAllowed, REVIEWED, type Review } from './licence-policy.js';

// tsup, which bundles its configuration, keeps import.meta.url true and import.meta.dirname not.
const TEXTS = fileURLToPath(new URL('texts', import.meta.url));
const LICENCE_FILE = /^(licen[cs]e|copying|unlicense)/i;
const NOTICE_FILE = /^(notice|copyrightnotice|.*third.?party)/i;
/** Sources and data that merely have such a name. */
const NOT_TEXT = /\.(js|cjs|mjs|ts|json|map)$/i;

const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  // Both other forms are of npm's first years, and async 0.2 has one.
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  licenses: z.array(z.object({ type: z.string() })).optional(),
});

export interface NoticeText {
  /** As it is called in its package. */
  file: string;
  text: string;
}

export interface PackageNotice {
  name: string;
  version: string;
  /** SPDX expression. */
  licence: string;
  texts: NoticeText[];
  /** Present where a person had to look. */
  reason?: string;
}

/**
 * Reads the notice of an installed package.
 * @param folder the package's own
 * @throws Error when its licence is not allowed, or it holds no text of it, and nobody has reviewed that version
 */
export async function packageNotice(
  folder: string,
  reviewed: Readonly<Record<string, Review>> = REVIEWED,
): Promise<PackageNotice> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')));
  const { name, version } = manifest;
  const review = reviewed[`${name}@${version}`];
  const licence = review?.licence ?? declared(manifest);
  if (!isAllowed(licence))
    throw new Error(
      `${name}@${version} has the licence "${licence}", which is none of ${ALLOWED_LICENCES.join(', ')}. Do without the ` +
        'package, or have it reviewed: scripts/notices/licence-policy.ts.',
    );
  const files = (await readdir(folder)).filter((file) => !NOT_TEXT.test(file)).sort();
  const texts = await Promise.all([
    ...(review?.texts ?? []).map((file) => noticeText(TEXTS, file)),
    ...files.filter((file) => LICENCE_FILE.test(file) && !/header/i.test(file)).map((file) => noticeText(folder, file)),
  ]);
  if (texts.length === 0)
    throw new Error(
      `${name}@${version} has no text of its licence, ${licence}. Find it, and have it reviewed: ` +
        'scripts/notices/licence-policy.ts.',
    );
  const notices = files.filter((file) => NOTICE_FILE.test(file) && !LICENCE_FILE.test(file));
  texts.push(...(await Promise.all(notices.map((file) => noticeText(folder, file)))));
  return { name, version, licence, texts, ...(review === undefined ? {} : { reason: review.reason }) };
}

/** A text that the repository keeps for a package that lacks it. @param file relative to scripts/notices/texts */
export function keptText(file: string): Promise<NoticeText> {
  return noticeText(TEXTS, file);
}

async function noticeText(folder: string, file: string): Promise<NoticeText> {
  const text = await readFile(path.join(folder, file), 'utf8');
  return { file: path.basename(file), text: text.replaceAll('\r\n', '\n').trim() };
}

function declared({ license, licenses }: z.infer<typeof manifestSchema>): string {
  if (typeof license === 'string') return license;
  if (license !== undefined) return license.type;
  // All of them must be allowed: what such a list means was never said.
  return licenses?.map(({ type }) => type).join(' AND ') ?? 'none declared';
}
