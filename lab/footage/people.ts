/**
 * The people in the photographs that footage is made of, and where their faces are. Annotated by hand in people.json.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Box } from '../../src/domain/types.js';

const personSchema = z.object({
  description: z.string(),
  /** x, y, w, h in pixels of the picture; hairline to chin. */
  face: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** Why this face is neither right nor wrong when missed. */
  hard: z.string().optional(),
});

const castSchema = z.object({
  about: z.string(),
  package: z.object({ name: z.string(), version: z.string(), license: z.string(), integrity: z.string() }),
  pictures: z.record(
    z.string(),
    z.object({
      file: z.string(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      width: z.number().int().positive(),
      height: z.number().int().positive(),
      people: z.record(z.string(), personSchema),
    }),
  ),
  maybe_same: z.array(z.tuple([z.string(), z.string()])),
});

/** Every picture, who is in it, and the package it comes from. */
export type Cast = z.infer<typeof castSchema>;

/** One person as one picture shows them. */
export interface CastMember {
  id: string;
  picture: string;
  description: string;
  /** Pixels of the picture. */
  face: Box;
  hard: boolean;
}

/** Reads and checks the annotation that stands beside this file. */
export function loadCast(): Cast {
  return castSchema.parse(JSON.parse(readFileSync(new URL('people.json', import.meta.url), 'utf8')));
}

/** Everyone, by id; ids are unique across pictures. */
export function castMembers(cast: Cast): Map<string, CastMember> {
  const members = new Map<string, CastMember>();
  for (const [picture, { people }] of Object.entries(cast.pictures)) {
    for (const [
      id,
      {
        description,
        face: [x, y, w, h],
        hard,
      },
    ] of Object.entries(people)) {
      if (members.has(id)) throw new RangeError(`people.json: ${id} stands in two pictures`);
      members.set(id, { id, picture, description, face: { x, y, w, h }, hard: hard !== undefined });
    }
  }
  return members;
}
