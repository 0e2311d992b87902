/** Every tool there is, in the order in which clients see them. A new tool is a file and a line here. */
import { calibrate } from './calibrate.js';
import { coOccurrence } from './co-occurrence.js';
import type { Tool } from './definition/define-tool.js';
import { editIdentities } from './edit-identities.js';
import { exportTool } from './export.js';
import { findPerson } from './find-person.js';
import { forget } from './forget.js';
import { indexVideo } from './index-video.js';
import { job } from './job.js';
import { library } from './library.js';
import { listIdentities } from './list-identities.js';
import { showFaces } from './show-faces.js';
import { verifyFaces } from './verify-faces.js';

export const allTools: readonly Tool[] = [
  indexVideo,
  job,
  listIdentities,
  findPerson,
  coOccurrence,
  verifyFaces,
  showFaces,
  editIdentities,
  library,
  forget,
  exportTool,
  calibrate,
];
