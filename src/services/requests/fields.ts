/** Fields that several requests share. */
import { z } from 'zod';
import { readGiven } from '../../media/sources/source.js';

/** What an argument that names something to open may name. */
export type SourceArgument = 'video' | 'picture' | 'file' | 'target';
/**
 * The arguments of requests that are paths or URLs. Others can't be opened: services get at files through `sources`
 * alone, and tests compare this with what tools take.
 */
export const sourceArguments = z.registry<{ names: SourceArgument }>();

/**
 * What a job keeps of a path or URL: absolute, since a process that runs elsewhere may go on with it. @throws
 * RollcallError bad_argument, forbidden
 */
export function absoluteSource(source: string): string {
  return readGiven(source).location;
}

const pathOrUrl = (names: SourceArgument, longest: number) =>
  z.string().min(1).max(longest).transform(absoluteSource).register(sourceArguments, { names });

/** A video, a folder of videos. */
export const sourceInput = pathOrUrl('video', 8192);
/** A file on this machine. */
export const fileInput = pathOrUrl('file', 8192);
/** A file or folder that is written. */
export const targetInput = pathOrUrl('target', 8192);
/** A picture that is not in the argument itself. */
export const pictureFileInput = pathOrUrl('picture', 8192);
/** Long enough for a picture of 25 MB as a data URL. */
export const imageInput = pathOrUrl('picture', 36_000_000).describe('path, https or data URL');
/** Letters of short names, which stand for the id (services/library/short-ids). */
const LABELS: Readonly<Record<string, string>> = { identity: 'Pp', video: 'Vv' };

export const idInput = (kind: string) =>
  z
    .string()
    .regex(
      new RegExp(`^(${kind}_[\\w-]{1,100}${kind in LABELS ? `|[${LABELS[kind]}][1-9]\\d{0,8}` : ''})$`),
      `expected an id that starts with ${kind}_${kind in LABELS ? `, or a label such as ${LABELS[kind]?.at(0)}12` : ''}`,
    );
export const identityIdInput = idInput('identity');
/** Case, accents and the order of words make no difference, and a part is enough. */
export const personNameInput = z.string().min(1).max(200);
/** Somebody of the library: an id, its label, or a name. */
export const personInput = personNameInput;
export const videoIdsInput = z.array(idInput('video')).min(1).max(1000);
export const thresholdInput = z.number().min(-1).max(1).describe('instead of the calibrated one');
