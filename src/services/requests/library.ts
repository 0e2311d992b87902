/** What library is asked. */
import { z } from 'zod';

/** Parts of the library that can be looked at. */
export const LIBRARY_PARTS = ['state', 'videos', 'log'] as const;

export const libraryRequestShape = {
  what: z
    .enum(LIBRARY_PARTS)
    .default('state')
    .describe('state: counts, size, pack, calibration, last edits; videos; log: all edits, newest first'),
} as const;
