/** What the settings of a library rule out, and who can change that. */
import { RollcallError } from './errors.js';

export function readOnly(): RollcallError {
  return new RollcallError(
    'read_only',
    'This Rollcall only answers questions (setting readOnly): nothing is indexed, edited, calibrated or forgotten.',
    'Ask whoever runs it: ROLLCALL_READ_ONLY, --read-only or "readOnly" in config.json says so.',
  );
}

/** @param what is asked, as the beginning of a sentence */
export function unlinked(what: string): RollcallError {
  return new RollcallError(
    'forbidden',
    `${what} would name people or link them across videos, which is switched off here (setting linkPeople).`,
    'Ask within one video, by identity_id; or ask whoever runs it: ROLLCALL_LINK_PEOPLE, --link-people or "linkPeople" in config.json says so.',
  );
}
