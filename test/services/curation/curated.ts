/** A real library of made-up people, to be edited. */
import { expect } from 'vitest';
import { type CurationService, createCurationService } from '../../../src/services/curation/edit-identities.js';
import type { EditAsked } from '../../../src/services/requests/edit-identities.js';
import type { Resources } from '../../../src/services/resources.js';
import type { Library } from '../../../src/store/api.js';
import type { IdentityRow } from '../../../src/store/rows.js';
import { open, temporaryHome } from '../../store/fixtures.js';
import type { comparing } from '../../support/grouping.js';
import { joinTracks } from '../../support/join-tracks.js';
import type { SyntheticTrack } from '../../support/synthetic-tracks.js';

export class Curated {
  readonly curation: CurationService;

  private constructor(
    readonly library: Library,
    private readonly using: ReturnType<typeof comparing>,
  ) {
    const { pipeline } = using;
    this.curation = createCurationService({
      library: () => Promise.resolve(library),
      pipeline: () => Promise.resolve(pipeline()),
      calibration: () => Promise.resolve({ ...pipeline().pack.calibration, calibration_id: null, decides: null }),
    } satisfies Pick<Resources, 'library' | 'pipeline' | 'calibration'>);
  }

  static async of(using: ReturnType<typeof comparing>, videos: readonly (readonly SyntheticTrack[])[]) {
    const curated = new Curated(await open(await temporaryHome(), { dimensions: 256 }), using);
    for (const video of videos) await curated.join(video);
    return curated;
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
