/** What library is asked. */
import { z } from 'zod';

/** Parts of the library that can be looked at. */
export const LIBRARY_PARTS = ['state', 'videos', 'log', 'suggestions'] as const;

export const libraryRequestShape = {
  what: z.enum(LIBRARY_PARTS).default('state'),
} as const;
