/** Every section, in the order of the table. */
import type { Section } from '../context.js';
import { arrival } from './arrival.js';
import { cast } from './cast.js';
import { clustering } from './clustering.js';
import { covered } from './covered.js';
import { generated } from './generated.js';
import { identification } from './identification.js';
import { presence } from './presence.js';
import { questions } from './questions.js';
import { quality } from './quality.js';
import { shots } from './shots.js';
import { street } from './street.js';
import { subgroups } from './subgroups.js';
import { twice } from './twice.js';
import { verification } from './verification.js';

export const SECTIONS: Readonly<Record<string, Section>> = {
  verification,
  subgroups,
  quality,
  covered,
  identification,
  clustering,
  arrival,
  questions,
  twice,
  presence,
  generated,
  street,
  cast,
  shots,
};
