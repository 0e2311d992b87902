import { RollcallError } from '../../domain/errors.js';
import { decide } from '../../domain/scores/decision.js';
import { networkCosines, normalisedScore } from '../../domain/scores/normalised-score.js';
import { dot } from '../../domain/vectors.js';
import type { VerifyAnswer } from '../answers/verify-faces.js';
import type { PictureReader, QueryFace, QueryPicture } from '../pictures/picture-reader.js';
import { comparedWith, type VerifyRequest } from '../requests/verify-faces.js';
import type { Resources } from '../resources.js';
import { readView } from '../library/library-view.js';

export interface VerificationService {
  verifyFaces(request: VerifyRequest, signal?: AbortSignal): Promise<VerifyAnswer>;
}

/** Is this the same person? */
export function createVerificationService(resources: Resources, pictures: PictureReader): VerificationService {
  return {
    async verifyFaces(request, signal) {
      const other = comparedWith(request);
      const a = await pictures.read(request.image_a, signal);
      return 'image_b' in other
        ? verifyPictures(a, await pictures.read(other.image_b, signal), request, resources)
        : verifyIdentity(a, other.identity_id, request, resources, signal);
    },
  };
}

async function verifyPictures(
  a: QueryPicture,
  b: QueryPicture,
  request: VerifyRequest,
  resources: Resources,
): Promise<VerifyAnswer> {
  const { pack } = await resources.pipeline();
  const cosine = dot(a.main.vector, b.main.vector);
  const record = decide(
    {
      score: normalisedScore(cosine, a.main.population_excess, b.main.population_excess),
      rawCosine: cosine,
      networkCosines: networkCosines(a.main.vector, b.main.vector, pack.blocks),
      runnerUp: null,
      compared: 0,
      quality: Math.min(a.main.quality, b.main.quality),
    },
    await resources.calibration(),
    pack.id,
    request.threshold ?? null,
  );
  return { ...record, identity_id: null, name: null, image_a: used(a), image_b: used(b) };
}

async function verifyIdentity(
  a: QueryPicture,
  identity_id: string,
  request: VerifyRequest,
  resources: Resources,
  signal?: AbortSignal,
): Promise<VerifyAnswer> {
  const { pack } = await resources.pipeline();
  const library = await resources.library();
  const view = await readView(library, undefined, signal);
  const person = view.person(identity_id);
  const { ids, data, population_excess, quality } = await library.vectors({ track_ids: person.track_ids }, signal);
  if (ids.length === 0)
    throw new RollcallError(
      'unknown_id',
      `${identity_id} has no faces in the library any more.`,
      'Call list_identities to see who there is.',
    );
  const d = pack.dimensions;
  const scored = ids
    .map((_, i) => {
      const vector = data.subarray(i * d, (i + 1) * d),
        cosine = dot(a.main.vector, vector);
      return {
        vector,
        cosine,
        score: normalisedScore(cosine, a.main.population_excess, population_excess[i] as number),
        quality: quality[i] as number,
      };
    })
    .sort((x, y) => y.score - x.score);
  const best = scored[0] as (typeof scored)[number];
  const record = decide(
    {
      score: best.score,
      rawCosine: best.cosine,
      networkCosines: networkCosines(a.main.vector, best.vector, pack.blocks),
      runnerUp: null,
      compared: 0,
      quality: Math.min(a.main.quality, best.quality),
    },
    await resources.calibration(),
    pack.id,
    request.threshold ?? null,
  );
  return { ...record, identity_id: person.identity_id, name: person.name, image_a: used(a), image_b: null };
}

function used(picture: QueryPicture): { faces: number; used: QueryFace['box']; quality: number } {
  return { faces: picture.faces.length, used: picture.main.box, quality: picture.main.quality };
}
