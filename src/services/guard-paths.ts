/** Keeps every file that a request names inside the folders the user allowed. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { RollcallError } from '../domain/errors.js';
import type { Services } from './create-services.js';
import type { FindRequest, PersonQuery } from './requests/find-person.js';

function localPath(source: string): string | undefined {
  if (source.startsWith('file:')) {
    try {
      return fileURLToPath(source);
    } catch {
      return undefined; // not a file URL that names a file; whoever opens it says so
    }
  }
  return /^(https?|data):/i.test(source) ? undefined : source;
}

/**
 * Resolves symbolic links first, so that a link inside an allowed folder cannot lead out of it.
 * Answers with what was resolved, to be opened instead of the name that might be swapped meanwhile.
 * Answers with other sources (https, data URLs) unchanged.
 * @throws RollcallError forbidden; a missing file is reported by whoever opens it
 */
export async function allowedSource(source: string, allowDirs: readonly string[]): Promise<string> {
  const given = localPath(source);
  if (given === undefined) return source;
  const wanted = path.resolve(given);
  const real = await realpath(wanted).catch(() => undefined);
  const roots = await Promise.all(allowDirs.map((dir) => realpath(dir).catch(() => dir)));
  const inside = (file: string): boolean =>
    roots.some((root) => {
      const relative = path.relative(root, file);
      return (
        relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative))
      );
    });
  // Outside the allowed folders even the existence of a file is not told.
  if (!inside(real ?? wanted))
    throw new RollcallError(
      'forbidden',
      `${source} is outside the folders Rollcall may read.`,
      `Give a file inside ${allowDirs.join(' or ')}, or add its folder to ROLLCALL_ALLOW_DIRS.`,
    );
  return real ?? wanted;
}

/** The same services, refusing sources outside `allowDirs`. */
export function guardPaths(services: Services, allowDirs: readonly string[]): Services {
  const check = (source: string): Promise<string> => allowedSource(source, allowDirs);
  const person = async <Q extends PersonQuery>(query: Q): Promise<Q> =>
    query.image === undefined ? query : { ...query, image: await check(query.image) };
  return {
    ...services,
    indexing: {
      indexVideo: async (request, context) =>
        services.indexing.indexVideo({ ...request, source: await check(request.source) }, context),
      expandSource: async (source, signal) => services.indexing.expandSource(await check(source), signal),
      describeVideo: (video_id, signal) => services.indexing.describeVideo(video_id, signal),
    },
    verification: {
      verifyFaces: async (request, signal) =>
        services.verification.verifyFaces(
          {
            ...request,
            image_a: await check(request.image_a),
            ...(request.image_b === undefined ? {} : { image_b: await check(request.image_b) }),
          },
          signal,
        ),
    },
    calibration: {
      ...services.calibration,
      calibrate: async (request, context) =>
        services.calibration.calibrate(
          request.pairs_file === undefined ? request : { ...request, pairs_file: await check(request.pairs_file) },
          { ...context, allow: check },
        ),
    },
    search: {
      findPerson: async (request, signal) => {
        const whole: FindRequest = await person(request);
        return services.search.findPerson(
          request.people ? { ...whole, people: await Promise.all(request.people.map(person)) } : whole,
          signal,
        );
      },
    },
  };
}
