/** `npm publish` runs this first: refuses while owner.json is not filled in. */
import { NOBODY, readOwner } from './owner.js';

const { github, repository } = await readOwner();
if (github === NOBODY || repository === null) {
  console.error('Fill in scripts/publishing/owner.json, then run: npm run docs');
  process.exitCode = 1;
}
