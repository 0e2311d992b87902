import type { VerifyAnswer } from '../../domain/answers.js';
import { RollcallError } from '../../domain/errors.js';
import { decide } from '../../domain/scores/decision.js';
import { networkCosines, normalisedScore } from '../../domain/scores/normalised-score.js';
import { dot } from '../../domain/vectors.js';
import type { VerificationService, VerifyRequest } from '../api.js';
import { queryFaces } from '../pictures/query-faces.js';
import type { QueryFace, QueryPicture } from '../pictures/query-picture.js';
import type { Resources } from '../resources.js';
import { readView } from '../library/library-view.js';

/** Is this the same person? */
export function createVerificationService(resources: Resources): VerificationService {
  return {
    async verifyFaces(request, signal) {
      if ((request.image_b === undefined) === (request.identity_id === undefined))
        throw new RollcallError(
          'bad_argument',
          'Give image_b or identity_id, one of the two.',
          'Compare two pictures with image_a and image_b, or a picture with a person of the library with image_a and identity_id.',
        );
      const a = await queryFaces(request.image_a, resources, signal);
      return request.image_b !== undefined
        ? verifyPictures(a, await queryFaces(request.image_b, resources, signal), request, resources)
        : verifyIdentity(a, request.identity_id as string, request, resources, signal);
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
