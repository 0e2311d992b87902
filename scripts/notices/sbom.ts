/** What the package is made of, as a CycloneDX 1.6 document. Pure. https://cyclonedx.org/docs/1.6/json/ */
import { createHash } from 'node:crypto';
import type { ModelNotices } from './model-notices.js';
import type { Notices } from './render.js';

interface Subject {
  name: string;
  version: string;
  /** SPDX expression. */
  license: string;
}

const HASHES: Readonly<Record<string, string>> = { sha512: 'SHA-512', sha256: 'SHA-256', sha1: 'SHA-1' };

/**
 * @param integrity what npm has checked each package against, by name@version
 * @returns JSON; the same for the same parts, so that a build can be compared with another
 */
export function sbomOf(
  subject: Subject,
  { bundled, carried, models }: Notices,
  integrity: ReadonlyMap<string, string>,
): string {
  const parts = new Map([...bundled, ...carried].map((p) => [purl(p.name, p.version), p]));
  const components = [
    ...[...parts].map(([ref, { name, version, licence }]) => {
      const checked = integrity.get(`${name}@${version}`);
      return {
        type: 'library',
        'bom-ref': ref,
        ...named(name),
        version,
        scope: 'required',
        ...(checked === undefined ? {} : { hashes: hashesOf(checked) }),
        licenses: [{ expression: licence }],
        purl: ref,
      };
    }),
    ...models.carried.map(modelOf),
  ];
  const root = purl(subject.name, subject.version);
  return `${JSON.stringify(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: `urn:uuid:${uuidOf(JSON.stringify([root, components]))}`,
      version: 1,
      metadata: {
        component: {
          type: 'application',
          'bom-ref': root,
          ...named(subject.name),
          version: subject.version,
          licenses: [{ expression: subject.license }],
          purl: root,
        },
      },
      components,
      dependencies: [{ ref: root, dependsOn: components.map((c) => c['bom-ref']) }],
    },
    null,
    2,
  )}\n`;
}

function modelOf({ weights, prepared }: ModelNotices['carried'][number]) {
  return {
    type: 'machine-learning-model',
    'bom-ref': `weights/${weights.file}`,
    name: weights.file,
    version: weights.sha256.slice(0, 16),
    description: `Carried as ${prepared}; the hash is that of the weights as published.`,
    hashes: [{ alg: 'SHA-256', content: weights.sha256 }],
    // In words: the terms of weights are no SPDX expressions.
    licenses: [{ license: { name: weights.licence } }],
  };
}

/** A scope is a group of its own. */
function named(name: string): { group?: string; name: string } {
  const [first = '', second] = name.split('/');
  return second === undefined ? { name: first } : { group: first, name: second };
}

/** https://github.com/package-url/purl-spec: the scope's @ is escaped. */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

/** Subresource integrity, base64, as npm writes it. */
function hashesOf(integrity: string): { alg: string; content: string }[] {
  return integrity.split(/\s+/).flatMap((one) => {
    const [algorithm = '', value = ''] = one.split(/-(.*)/s);
    const alg = HASHES[algorithm];
    return alg === undefined ? [] : [{ alg, content: Buffer.from(value, 'base64').toString('hex') }];
  });
}

/** Of the content, in the form of RFC 9562, version 8. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
