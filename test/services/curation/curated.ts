/** A real library of made-up people, to be edited. */
import { expect } from 'vitest';
import { type CurationService, createCurationService } from '../../../src/services/curation/edit-identities.js';
import { loadSettings } from '../../../src/config/settings.js';
import { newId } from '../../../src/domain/ids.js';
import type { PhotoReader, ReferencePhoto } from '../../../src/services/pictures/reference-photo.js';
import type { EditAsked } from '../../../src/services/requests/edit-identities.js';
import type { Resources } from '../../../src/services/resources.js';
import type { Library } from '../../../src/store/api.js';
import type { IdentityRow } from '../../../src/store/rows.js';
import { open, temporaryHome } from '../../store/fixtures.js';
import type { comparing } from '../../support/libraries/grouping.js';
import { joinTracks } from '../../support/libraries/join-tracks.js';
import type { SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';

export class Curated {
  readonly curation: CurationService;
  readonly #resources: Pick<Resources, 'settings' | 'library' | 'pipeline' | 'calibration'>;
  readonly #photos = new Map<string, Pick<SyntheticTrack, 'vector' | 'population_excess' | 'quality'>>();

  private constructor(
    readonly library: Library,
    home: string,
    private readonly using: ReturnType<typeof comparing>,
    linkPeople: boolean,
  ) {
    const { pipeline } = using;
    this.#resources = {
      settings: loadSettings({ linkPeople, home }),
      library: () => Promise.resolve(library),
      pipeline: () => Promise.resolve(pipeline()),
      calibration: () => Promise.resolve({ ...pipeline().pack.calibration, calibration_id: null, decides: null }),
    };
    this.curation = this.editing(library);
  }

  /** @param library it, or what stands before it. @param meetFrom see createCurationService */
  editing(library: Library, meetFrom?: number): CurationService {
    const resources = { ...this.#resources, library: () => Promise.resolve(library) };
    const photos: PhotoReader = (lists) =>
      Promise.resolve(lists.map(({ images }) => images.map((image) => this.#photo(image))));
    return createCurationService(resources, photos, { meetFrom });
  }

  static async of(
    using: ReturnType<typeof comparing>,
    videos: readonly (readonly SyntheticTrack[])[],
    home?: string,
    linkPeople = true,
  ) {
    const folder = home ?? (await temporaryHome());
    const library = await open(folder, { dimensions: 256, keepsRun: () => Promise.resolve(true) });
    const curated = new Curated(library, folder, using, linkPeople);
    for (const video of videos) await curated.join(video);
    return curated;
  }

  /** What a picture of that name shows from now on. */
  takePhoto(name: string, { vector, population_excess, quality }: SyntheticTrack): void {
    this.#photos.set(name, { vector, population_excess, quality });
  }

  #photo(source: string): ReferencePhoto {
    const face = this.#photos.get(source) ?? expect.unreachable(`no photo ${source}`);
    return {
      faces: 1,
      row: {
        ...face,
        reference_id: newId('reference'),
        source,
        box: { x: 0, y: 0, w: 1, h: 1 },
        pack: 'test',
        created_at: new Date().toISOString(),
        crop: new Uint8Array([1]),
      },
    };
  }

  join(video: readonly SyntheticTrack[]): Promise<void> {
    return joinTracks(this.library, video, this.using);
  }

  async edit(...edits: EditAsked[]) {
    const { steps } = await this.curation.edit({ edits, dry_run: false }, 'test');
    return steps.map((s) => ({ ...s, edit_id: s.edit_id ?? expect.unreachable() }));
  }

  async dryRun(...edits: EditAsked[]) {
    return (await this.curation.edit({ edits, dry_run: true }, 'test')).steps;
  }

  async look(): Promise<Look> {
    return new Look(await this.library.identities());
  }
}

/** Who is who at one moment. */
export class Look {
  readonly rows: ReadonlyMap<string, IdentityRow>;
  readonly #owner: ReadonlyMap<string, string>;

  constructor(rows: readonly IdentityRow[]) {
    this.rows = new Map(rows.map((r) => [r.identity_id, r]));
    this.#owner = new Map(rows.flatMap((r) => r.track_ids.map((t) => [t, r.identity_id] as const)));
  }

  live(): IdentityRow[] {
    return [...this.rows.values()].filter((r) => r.merged_into === null && r.track_ids.length > 0);
  }

  owner(track_id: string): string {
    return this.#owner.get(track_id) ?? expect.unreachable(`${track_id} has no identity`);
  }

  /** Follows redirects. */
  person(id: string): IdentityRow {
    const row = this.rows.get(id) ?? expect.unreachable(`no ${id}`);
    return row.merged_into === null ? row : this.person(row.merged_into);
  }

  /** Who is together, without ids. */
  partition(): string[] {
    return this.live()
      .map((r) => [...r.track_ids].sort().join())
      .sort();
  }
}
