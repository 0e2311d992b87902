import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import type { Services } from './api.js';
import { createCalibrationService } from './calibration/calibrate.js';
import { createTogetherService } from './questions/co-occurrence.js';
import { createIndexingService } from './indexing/index-video.js';
import { createLibraryService } from './library/library-videos.js';
import { createIdentitiesService } from './questions/list-identities.js';
import { createResources } from './resources.js';
import { createSearchService } from './questions/find-person.js';
import { createVerificationService } from './questions/verify-faces.js';

/** All use cases over one library. */
export function createServices(settings: Settings, logger: Logger): Services {
  const resources = createResources(settings, logger);
  return {
    indexing: createIndexingService(resources),
    verification: createVerificationService(resources),
    search: createSearchService(resources),
    identities: createIdentitiesService(resources),
    together: createTogetherService(resources),
    library: createLibraryService(resources),
    calibration: createCalibrationService(resources),
    close: () => resources.close(),
  };
}
