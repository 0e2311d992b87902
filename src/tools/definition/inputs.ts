/** Inputs that tools add to what a service is asked. */
import { z } from 'zod';

/** Left out, as many as fit a short answer. */
export const limitInput = z.number().int().min(1).max(200);
export const cursorInput = z.string().max(500);
/** Many clients give up after 60 s. */
export const waitInput = z.number().min(0).max(25).default(20);
