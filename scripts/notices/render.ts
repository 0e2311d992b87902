/** The notices as one text. Pure. */
import type { ModelNotices } from './model-notices.js';
import type { NoticeText, PackageNotice } from './package-notice.js';

/** Longer texts, in characters, are files of their own. */
const LONG = 60_000;
const RULE = '='.repeat(80);

export interface Notices {
  /** Packages whose code is in dist. */
  bundled: readonly PackageNotice[];
  /** Packages that the tarball holds as they are. */
  carried: readonly PackageNotice[];
  models: ModelNotices;
}

/** File of a long text, relative to the text that refers to it. */
export function longTextFile({ name }: PackageNotice, { file }: NoticeText): string {
  return `notices/${name}/${file}`;
}

export function isLong({ text }: NoticeText): boolean {
  return text.length > LONG;
}

export function renderNotices({ bundled, carried, models }: Notices): string {
  return [
    [
      'THIRD-PARTY NOTICES',
      '',
      'This package holds work of others, each under its own licence. The build wrote this file, from what it bundled;',
      'files that it names lie beside it.',
    ].join('\n'),
    section('Contents', [
      contents('Code in dist', bundled),
      contents('Packages in node_modules', carried),
      [
        'Weights in models/weights',
        ...models.carried.map(({ weights }) => `  ${weights.file}: ${weights.licence}`),
      ].join('\n'),
    ]),
    section(
      'Installed beside this package',
      [
        "LanceDB's library for your platform (@lancedb/lancedb-*) is not in this package; npm installs it. It is under",
        'Apache-2.0, as @lancedb/lancedb is, and made from the Rust crates that LanceDB lists in',
        'notices/@lancedb/lancedb/RUST_THIRD_PARTY_LICENSES.html. sharp, and the libvips it brings, hold their own licences.',
      ].join('\n'),
    ),
    section('Code in dist', bundled.map(notice)),
    section('Packages in node_modules', carried.map(notice)),
    section('Weights in models/weights', [
      ...models.carried.map(({ weights, origin, prepared, text }) =>
        [
          `${weights.file}`,
          `Licence: ${weights.licence}`,
          `From: ${origin}`,
          `sha256: ${weights.sha256}`,
          `In this package as ${prepared}: its graph is rewritten, its trained numbers are not.`,
          '',
          text.text,
        ].join('\n'),
      ),
    ]),
    section('Data in models/packs', [
      models.data.map(({ pack, provenance }) => `${pack.id}: ${provenance}`).join('\n'),
    ]),
    section('Weights that manifests in models/packs name, and that are not in this package', [
      models.named
        .map(({ weights, origin }) => `${weights.file}\n  Licence: ${weights.licence}\n  From: ${origin}`)
        .join('\n'),
    ]),
  ].join('\n\n');
}

function contents(title: string, packages: readonly PackageNotice[]): string {
  return [title, ...packages.map(({ name, version, licence }) => `  ${name}@${version}: ${licence}`)].join('\n');
}

function section(title: string, parts: string | readonly string[]): string {
  const body = typeof parts === 'string' ? parts : parts.join(`\n\n${'-'.repeat(80)}\n\n`);
  return `${RULE}\n${title}\n${RULE}\n\n${body}\n`;
}

function notice(of: PackageNotice): string {
  const texts = of.texts.map((text) =>
    isLong(text) ? `${text.file}: see ${longTextFile(of, text)}` : `${text.file}:\n\n${text.text}`,
  );
  return [
    `${of.name}@${of.version}\nLicence: ${of.licence}`,
    ...(of.reason === undefined ? [] : [`Note: ${of.reason}`]),
    ...texts,
  ].join('\n\n');
}
