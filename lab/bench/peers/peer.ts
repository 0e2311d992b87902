/** What a peer is asked, and what it answers: one process each (peer-child), JSON on stdout. */
import { z } from 'zod';

export const PEERS = ['human', 'face-api'] as const;
export type PeerName = (typeof PEERS)[number];

/** A peer at work in its own process. */
export interface Peer {
  /** The engine it chose, in its own words. */
  backend: string;
  /** All faces of a picture with what tells them apart. @param rgb height × width × 3 bytes */
  faces(rgb: Uint8Array, width: number, height: number): Promise<PeerFace[]>;
  /** How alike two faces are, by the library's own measure; higher is more alike. */
  alike(a: readonly number[], b: readonly number[]): number;
  close(): void;
}

export interface PeerFace {
  /** Pixels from the left and the top, width and height. */
  box: readonly [number, number, number, number];
  descriptor: readonly number[];
}

export const askedSchema = z.object({
  name: z.enum(PEERS),
  /** Where the peers are installed. */
  folder: z.string(),
  /** Raw RGB pictures, one after another. */
  frames: z.object({ file: z.string(), width: z.number(), height: z.number() }),
  pairs: z.array(z.object({ a: z.string(), b: z.string(), same: z.boolean() })),
});
export type Asked = z.infer<typeof askedSchema>;

export const answeredSchema = z.object({
  backend: z.string(),
  /** Of each picture of the film but the first, which warms up. */
  wall_ms: z.array(z.number()).min(1),
  /** Processor time of the process for those. */
  cpu_ms: z.number(),
  faces: z.number(),
  /** The score is null where a picture has no face for it. */
  pairs: z.array(z.object({ same: z.boolean(), score: z.number().nullable() })),
});
export type Answered = z.infer<typeof answeredSchema>;
