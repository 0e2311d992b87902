/** Photos in a report: who, when taken, and nothing where there are none. */
import { expect, it } from 'vitest';
import { reportPage } from '../../../src/domain/report/page.js';
import { ADA, BEN, report } from './sample.js';

const photo = {
  title: '<party>.jpg',
  taken_at: '2019-05-02T14:03:22',
  src: 'data:image/jpeg;base64,QUQ=',
  people: [ADA, BEN],
};

it('shows each photo with who is in it and its date, and no section without any', () => {
  const page = reportPage(report({ photos: [photo, { ...photo, taken_at: null, src: null, people: [BEN] }] }));
  expect(page).toContain('<a href="#photos">In photos</a>');
  expect(page).toContain('alt="Ada &#60;b&#62;, Ben"');
  expect(page).toContain('</strong> photo of 2019-05-02 14:03, &#60;party&#62;.jpg</figcaption>');
  expect(page).toContain('<li><figure><figcaption><strong>Ben</strong> photo, ');
  expect(reportPage(report())).not.toContain('In photos');
});
