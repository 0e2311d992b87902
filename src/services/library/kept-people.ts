/** Who is seen where as it was read, carried over from state to state: what did not change is not read again. */
import { groupBy } from '../../domain/group-by.js';
import type { Reader, SeenTimes, State } from '../../store/api.js';
import { byText } from '../../domain/order.js';
import { timesMoved } from '../../store/reading/seen-times.js';
import type { IdentityRow, SeenRow } from '../../store/rows.js';
import { type Before, carriedOver } from '../kept-per-state.js';

/** By identity_id, each person's by video_id. The list of whom no change touches stays the same one. */
export type SeenByPerson = ReadonlyMap<string, readonly SeenRow[]>;

/** Some people of one state. */
export interface SomePeople extends Pick<Reader, 'identitiesOf'> {
  seenOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<SeenByPerson>;
}

export interface Everybody {
  seen: SeenByPerson;
  identities: ReadonlyMap<string, IdentityRow>;
}

/** Rows of people asked for one by one that are kept; a row is some 500 bytes. */
const MOST_ROWS = 50_000;

export interface KeptPeople {
  /** Who is seen in some videos; of one state the same ones are read once. Not to be changed. */
  seenIn(state: State, video_ids: ReadonlySet<string>): Promise<readonly SeenRow[]>;
  some(state: State): Promise<SomePeople>;
  /** When everybody is seen. */
  seenTimes(state: State): Promise<SeenTimes>;
  /** created_at of everybody, by identity_id. */
  ages(state: State): Promise<ReadonlyMap<string, string>>;
  everybody(state: State, signal?: AbortSignal): Promise<Everybody>;
}

/** @param most tracks; of more everybody is read anew for each state */
export function keptPeople(most: number): KeptPeople {
  const seenIn = readOnce();
  return {
    seenIn,
    some: carriedOver((state, _, before: Before<PeopleOfState> | null) => PeopleOfState.at(state, before, seenIn)),
    seenTimes: carriedOver((state, _, before: Before<SeenTimes> | null) =>
      before ? movedTimes(state, before, seenIn) : state.seenTimes(),
    ),
    ages: carriedOver((state, _, before: Before<ReadonlyMap<string, string>> | null) =>
      before ? movedAges(state, before) : state.ages(),
    ),
    everybody: carriedOver(
      (state, signal, before: Before<Everybody> | null) => readEverybody(state, before, seenIn, signal),
      ({ identities }) => [...identities.values()].reduce((n, p) => n + p.track_ids.length, 0) <= most,
    ),
  };
}

/** What changed is asked for by everything that is carried over, one after the other. */
function readOnce(): KeptPeople['seenIn'] {
  let last: { state: State; ids: string; rows: Promise<readonly SeenRow[]> } | null = null;
  return (state, video_ids) => {
    const ids = [...video_ids].sort().join();
    if (last?.state === state && last.ids === ids) return last.rows;
    const rows = state.seen({ video_ids: [...video_ids] });
    last = { state, ids, rows };
    // A failure is not remembered.
    rows.catch(() => (last = null));
    return rows;
  };
}

/** Each person's by video_id. */
export function byPerson(rows: readonly SeenRow[]): Map<string, SeenRow[]> {
  const seen = groupBy(rows, (row) => row.identity_id);
  for (const own of seen.values()) own.sort(byVideo);
  return seen;
}

function byVideo(a: SeenRow, b: SeenRow): number {
  return byText(a.video_id, b.video_id);
}

async function readEverybody(
  state: State,
  before: Before<Everybody> | null,
  seenIn: KeptPeople['seenIn'],
  signal?: AbortSignal,
): Promise<Everybody> {
  if (!before) {
    const rows = await state.identities(signal);
    return { seen: byPerson(await state.seen({}, signal)), identities: new Map(rows.map((p) => [p.identity_id, p])) };
  }
  const { changes, made } = before;
  const identities = new Map(made.identities);
  for (const id of changes.identity_ids) identities.delete(id);
  for (const row of await state.identitiesOf([...changes.identity_ids], signal)) identities.set(row.identity_id, row);
  const fresh = byPerson(await seenIn(state, changes.video_ids));
  const seen = new Map(carried(made.seen, fresh, changes.video_ids));
  for (const [id, rows] of fresh) if (!made.seen.has(id)) seen.set(id, rows);
  return { seen, identities };
}

async function movedTimes(
  state: State,
  { changes: { video_ids }, made }: Before<SeenTimes>,
  seenIn: KeptPeople['seenIn'],
): Promise<SeenTimes> {
  return video_ids.size > 0 ? timesMoved(made, video_ids, await seenIn(state, video_ids)) : made;
}

async function movedAges(
  state: State,
  { changes: { identity_ids }, made }: Before<ReadonlyMap<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const ages = new Map(made);
  for (const id of identity_ids) ages.delete(id);
  for (const [id, created_at] of await state.ages([...identity_ids])) ages.set(id, created_at);
  return ages;
}

/** Of those who are held: what they have in other videos, and what they have in the changed ones now. */
function* carried(
  held: SeenByPerson,
  fresh: SeenByPerson,
  changed: ReadonlySet<string>,
): Generator<[string, readonly SeenRow[]]> {
  for (const [id, rows] of held) {
    const now = fresh.get(id) ?? [];
    const isSame = now.length === 0 && !rows.some((row) => changed.has(row.video_id));
    const own = isSame ? rows : [...rows.filter((row) => !changed.has(row.video_id)), ...now].sort(byVideo);
    // Somebody who is looked for and seen nowhere is known to be so.
    if (own.length > 0 || rows.length === 0) yield [id, own];
  }
}

class PeopleOfState implements SomePeople {
  /** Those who were asked for last come last. */
  readonly #seen = new Map<string, readonly SeenRow[]>();
  readonly #identities = new Map<string, IdentityRow>();
  #rows = 0;

  private constructor(private readonly state: State) {}

  static async at(
    state: State,
    before: Before<PeopleOfState> | null,
    seenIn: KeptPeople['seenIn'],
  ): Promise<PeopleOfState> {
    const people = new PeopleOfState(state);
    if (!before) return people;
    const { made, changes } = before;
    const fresh = byPerson(await seenIn(state, changes.video_ids));
    for (const [id, rows] of carried(made.#seen, fresh, changes.video_ids)) people.#keep(id, rows);
    for (const [id, row] of made.#identities)
      if (people.#seen.has(id) && !changes.identity_ids.has(id)) people.#identities.set(id, row);
    return people;
  }

  async seenOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<SeenByPerson> {
    const found = new Map<string, readonly SeenRow[]>();
    const missing = identity_ids.filter((id) => !this.#seen.has(id));
    const read = byPerson(missing.length > 0 ? await this.state.seen({ identity_ids: missing }, signal) : []);
    for (const id of identity_ids) {
      const rows = this.#seen.get(id) ?? read.get(id) ?? [];
      if (rows.length > 0) found.set(id, rows);
      this.#keep(id, rows);
    }
    return found;
  }

  async identitiesOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<IdentityRow[]> {
    const missing = identity_ids.filter((id) => !this.#identities.has(id));
    for (const row of await this.state.identitiesOf(missing, signal)) this.#identities.set(row.identity_id, row);
    return identity_ids.flatMap((id) => this.#identities.get(id) ?? []);
  }

  #keep(id: string, rows: readonly SeenRow[]): void {
    this.#rows += rows.length - (this.#seen.get(id)?.length ?? 0);
    this.#seen.delete(id);
    this.#seen.set(id, rows);
    for (const [earliest, own] of this.#seen) {
      if (this.#rows <= MOST_ROWS || earliest === id) return;
      this.#rows -= own.length;
      this.#seen.delete(earliest);
      this.#identities.delete(earliest);
    }
  }
}
