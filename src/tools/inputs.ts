/** Inputs that tools add to what a service is asked. */
import { z } from 'zod';

export const cursorInput = z.string().max(500).describe('next_cursor');
/** Many clients give up after 60 s. */
export const waitInput = z.number().min(0).max(25).default(20);
