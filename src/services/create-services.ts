/** All use cases over one library. */
import path from 'node:path';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import type { Tracer } from '../domain/tracing.js';
import { type BrowsingService, createBrowsingService } from './browsing/browse-library.js';
import { type CalibrationService, createCalibrationService } from './calibration/calibrate.js';
import { createCurationService, type CurationService } from './curation/edit-identities.js';
import { createEvidenceService, type EvidenceService } from './evidence/show-faces.js';
import { createExportService, type ExportService } from './handover/export.js';
import { createForgettingService, type ForgettingService } from './forgetting/forget.js';
import { createReportService, type ReportService } from './handover/report.js';
import { createIndexingService, type IndexingService } from './indexing/index-video.js';
import type { IndexFileOptions } from './indexing/watching/watch-ranges.js';
import { JobFiles } from './jobs/job-files.js';
import { createSumCoverage, type SumCoverage } from './library/coverage-sums.js';
import { createLibraryService, type LibraryService } from './library/library-service.js';
import { createReadAhead } from './library/read-ahead.js';
import { createOperationsService, type OperationsService } from './operations.js';
import { createPhotoReader } from './pictures/reference-photo.js';
import { createShortIds, type ShortIds } from './library/short-ids.js';
import { createPictureReader } from './pictures/picture-reader.js';
import { createTogetherService, type TogetherService } from './together/co-occurrence.js';
import { createSearchService, type SearchService } from './questions/find-person.js';
import { createIdentitiesService, type IdentitiesService } from './questions/list-identities.js';
import { createVerificationService, type VerificationService } from './questions/verify-faces.js';
import { createRepackingService, type RepackingService } from './repacking/change-pack.js';
import { createResources, sandboxOf } from './resources.js';

/** What the use cases offer to tools and commands: whole answers; tools only page and shorten them. */
export interface Services {
  indexing: IndexingService;
  verification: VerificationService;
  search: SearchService;
  identities: IdentitiesService;
  together: TogetherService;
  evidence: EvidenceService;
  library: LibraryService;
  shortIds: ShortIds;
  browsing: BrowsingService;
  calibration: CalibrationService;
  curation: CurationService;
  exports: ExportService;
  forgetting: ForgettingService;
  repacking: RepackingService;
  reports: ReportService;
  operations: OperationsService;
  /** Of the lists that answers have. */
  sumCoverage: SumCoverage;
  /** Reads what questions will need, for a server that has nothing else to do: see library/read-ahead. */
  readAhead(signal: AbortSignal, calm?: () => Promise<void>): Promise<void>;
  /** Ends workers and closes the store; running calls reject with `cancelled`. */
  close(): Promise<void>;
}

/**
 * Everything rejects with RollcallError.
 * @param indexing for tests
 * @param isUnfinished whether a job goes on with what it has staged; by default asks the files of jobs
 */
export function createServices(
  settings: Settings,
  logger: Logger,
  indexing?: IndexFileOptions,
  isUnfinished = (job_id: string): Promise<boolean> =>
    new JobFiles(path.join(settings.home, 'jobs')).isUnfinished(job_id),
  tracer?: Tracer,
): Services {
  const resources = createResources(settings, logger, isUnfinished, tracer);
  const pictures = createPictureReader(() => resources.pipeline(), { findSandbox: sandboxOf(resources) });
  const shortIds = createShortIds(resources);
  return {
    indexing: createIndexingService(resources, indexing),
    verification: createVerificationService(resources, pictures),
    search: createSearchService(resources, pictures),
    identities: createIdentitiesService(resources),
    together: createTogetherService(resources),
    evidence: createEvidenceService(resources, shortIds),
    library: createLibraryService(resources),
    shortIds,
    browsing: createBrowsingService(resources),
    calibration: createCalibrationService(resources),
    curation: createCurationService(resources, createPhotoReader(resources)),
    exports: createExportService(resources, shortIds),
    forgetting: createForgettingService(resources),
    repacking: createRepackingService(settings, logger),
    reports: createReportService(resources, shortIds),
    operations: createOperationsService(resources),
    sumCoverage: createSumCoverage(),
    readAhead: createReadAhead(resources, shortIds),
    close: () => resources.close(),
  };
}
