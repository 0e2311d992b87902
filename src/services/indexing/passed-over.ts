/** What of a folder is not looked at, as answers tell it. */
import { RollcallError } from '../../domain/errors/errors.js';
import type { Footage, WhyPassedOver } from '../../media/sources/files.js';
import type { PassedOverRecord } from '../../store/records/job-record.js';

/** A path, and why nothing behind it is looked at. */
export type PassedOver = PassedOverRecord['first'][number];

const WHY: Record<WhyPassedOver, PassedOver['error']> = {
  closed: {
    code: 'forbidden',
    message: 'This folder cannot be read, so what is in it was left out.',
    hint: 'Give the user that runs this server permission to read it.',
  },
  link: {
    code: 'forbidden',
    message: 'It is a link, and links in a folder are not followed.',
    hint: 'Give the path that it leads to as {source}.',
  },
  name: {
    code: 'not_found',
    message: 'Its name is no UTF-8, so it cannot be opened by it.',
    hint: 'Rename it.',
  },
  unread: {
    code: 'not_an_image',
    message: 'It is a picture in a format that is not read, as raw ones of cameras.',
    hint: 'Convert it to JPEG.',
  },
  special: { code: 'bad_argument', message: 'It is no ordinary file.', hint: 'Give the path of an ordinary file.' },
};

export function asPassedOver({ path, why }: Footage['passedOver'][number]): PassedOver {
  return { source: path, error: WHY[why] };
}

/** Of a folder with nothing to look at; what was passed over may be what was meant. */
export function noFootage(passedOver: Footage['passedOver']): RollcallError {
  const [first] = passedOver;
  const more = passedOver.length > 1 ? ` So it is with ${passedOver.length - 1} more.` : '';
  return new RollcallError(
    'not_found',
    `There is no video or photo in that folder.${first ? ` ${first.path}: ${WHY[first.why].message}${more}` : ''}`,
    first && first.why !== 'special' && first.why !== 'name'
      ? WHY[first.why].hint
      : 'Give a folder that holds video files or pictures, or the path of one.',
  );
}
