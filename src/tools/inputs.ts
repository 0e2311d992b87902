/** Inputs that tools add to what a service is asked. */
import { z } from 'zod';

export const cursorInput = z
  .string()
  .max(500)
  .describe('next_cursor of the page before, with the other arguments unchanged');
/** Many clients give up after 60 s. */
export const waitInput = z.number().min(0).max(25).default(20).describe('seconds to wait for the end, at most 25');
