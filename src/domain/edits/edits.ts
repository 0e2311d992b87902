/**
 * What the log of edits comes to: constraints that lie over the clustering, so that no grouping overwrites a decision.
 * An edit also holds on to what it was said of: who merges two identities has looked at both. So the other tracks of
 * those identities stay together, until a later edit takes some out.
 */
import type { LoggedEdit } from './edit-log.js';
import { undoneEdits } from './edit-log.js';

/**
 * Where a track belongs. `stated`: an edit says so of this track. `kept`: it was there when an edit spoke of that
 * identity. Both are held. `near`: it was there when the identity was named or ignored: grouping may still take it out,
 * but never into another identity that edits speak of.
 */
export interface Home {
  identity_id: string;
  strength: 'near' | 'kept' | 'stated';
  edit_id: string;
}

/** Somebody with reference photos. */
export interface Enrolled {
  identity_id: string;
  edit_id: string;
  reference_ids: readonly string[];
}

export interface Constraints {
  /** By track. */
  homes: ReadonlyMap<string, Home>;
  /** Identities a track is not of, and the edit that says so, by track. */
  barred: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Of every identity that an edit ever spoke of, undone ones too. */
  names: ReadonlyMap<string, string | null>;
  ignored: ReadonlySet<string>;
  /** What merges in force made of an identity, at last. */
  merged: ReadonlyMap<string, string>;
  /** Faces of those who are enrolled, and the edit that says so. */
  enrolled: readonly Enrolled[];
  /** Merges in force, with the tracks of each side. */
  merges: readonly { edit_id: string; into: string; sides: readonly (readonly string[])[] }[];
}

export function replayEdits(log: readonly LoggedEdit[]): Constraints {
  const undone = undoneEdits(log);
  const state = new Replay();
  for (const entry of log) {
    for (const b of entry.before) if (!state.names.has(b.identity_id)) state.names.set(b.identity_id, b.name);
    if (undone.has(entry.edit_id)) state.displace(entry, 1);
    else if (entry.edit.action === 'undo') {
      const taken = new Set(entry.edit.edit_ids);
      for (const other of log) if (taken.has(other.edit_id)) state.displace(other, -1);
    } else state.apply(entry);
  }
  return state.constraints();
}

class Replay {
  readonly names = new Map<string, string | null>();
  readonly #homes = new Map<string, Home>();
  readonly #barred = new Map<string, Map<string, string>>();
  readonly #ignored = new Set<string>();
  readonly #into = new Map<string, string>();
  readonly #enrolled: Enrolled[] = [];
  readonly #merges: { edit_id: string; into: string; sides: string[][] }[] = [];
  /** Tracks that lay elsewhere because of an edit that was undone later. */
  readonly #displaced = new Map<string, number>();

  /** What edits between an undone one and its undoing were said of does not count for the tracks it had moved. */
  displace({ edit, before }: LoggedEdit, by: 1 | -1): void {
    for (const t of movedBy(edit, before)) this.#displaced.set(t, (this.#displaced.get(t) ?? 0) + by);
  }

  apply({ edit_id, edit, before }: LoggedEdit): void {
    const context = (strength: 'near' | 'kept', identity_id: string, of = identity_id) => {
      for (const b of before)
        if (b.identity_id === of) for (const t of b.track_ids) this.#settle(t, strength, identity_id, edit_id);
    };
    switch (edit.action) {
      case 'name':
        this.names.set(this.#resolve(edit.identity_id), edit.name);
        context('near', edit.identity_id);
        break;
      case 'ignore':
        this.#ignored[edit.ignore ? 'add' : 'delete'](this.#resolve(edit.identity_id));
        context('near', edit.identity_id);
        break;
      case 'enrol':
        this.names.set(this.#resolve(edit.identity_id), edit.name);
        this.#enrolled.push({ identity_id: edit.identity_id, edit_id, reference_ids: edit.reference_ids });
        // What was recognised since lay elsewhere before.
        for (const b of before) context('near', edit.identity_id, b.identity_id);
        break;
      case 'merge':
        for (const id of [edit.into, ...edit.identity_ids]) context('kept', edit.into, id);
        this.#merge(edit.into, edit.identity_ids);
        this.#merges.push({ edit_id, into: edit.into, sides: before.map((b) => b.track_ids) });
        break;
      case 'assign':
      case 'split': {
        const to = edit.action === 'split' ? edit.new_id : edit.identity_id;
        for (const t of edit.track_ids) {
          this.#homes.set(t, { identity_id: this.#resolve(to), strength: 'stated', edit_id });
          if (edit.action === 'split') this.#bar(t, this.#resolve(edit.identity_id), edit_id);
        }
        context('kept', edit.identity_id);
        break;
      }
      case 'reject':
        context('kept', edit.identity_id);
        for (const t of edit.track_ids) {
          // Who is said not to be somebody else stays whom an edit holds them to be.
          if (this.#homes.get(t)?.identity_id === this.#resolve(edit.identity_id)) this.#homes.delete(t);
          this.#bar(t, this.#resolve(edit.identity_id), edit_id);
        }
        break;
      case 'undo':
        break;
    }
  }

  constraints(): Constraints {
    return {
      homes: this.#homes,
      barred: this.#barred,
      names: this.names,
      ignored: new Set([...this.#ignored].map((id) => this.#resolve(id))),
      merged: new Map([...this.#into.keys()].map((id) => [id, this.#resolve(id)])),
      enrolled: this.#enrolled.map((e) => ({ ...e, identity_id: this.#resolve(e.identity_id) })),
      merges: this.#merges.map((m) => ({ ...m, into: this.#resolve(m.into) })),
    };
  }

  #settle(track: string, strength: 'near' | 'kept', identity_id: string, edit_id: string): void {
    if ((this.#displaced.get(track) ?? 0) > 0) return;
    const home = this.#homes.get(track);
    if (home?.strength === 'stated' || (strength === 'near' && home?.strength === 'kept')) return;
    this.#homes.set(track, { identity_id: this.#resolve(identity_id), strength, edit_id });
  }

  #bar(track: string, identity_id: string, edit_id: string): void {
    const barred = this.#barred.get(track) ?? new Map<string, string>();
    this.#barred.set(track, barred.set(identity_id, edit_id));
  }

  #merge(into: string, others: readonly string[]): void {
    const to = this.#resolve(into),
      from = new Set(others.map((id) => this.#resolve(id)));
    from.delete(to);
    const name = this.names.get(to) ?? [...from].map((id) => this.names.get(id)).find((n) => n);
    this.names.set(to, name ?? null);
    for (const id of from) this.#into.set(id, to);
    for (const [t, home] of this.#homes)
      if (from.has(home.identity_id)) this.#homes.set(t, { ...home, identity_id: to });
    for (const barred of this.#barred.values())
      for (const [id, edit] of [...barred]) if (from.has(id) && !barred.has(to)) barred.set(to, edit);
  }

  #resolve(identity_id: string): string {
    let id = identity_id;
    for (let next = this.#into.get(id); next !== undefined; next = this.#into.get(id)) id = next;
    return id;
  }
}

/** Tracks that lay elsewhere once the edit was made. */
function movedBy(edit: LoggedEdit['edit'], before: LoggedEdit['before']): readonly string[] {
  const tracksOf = (isMeant: (identity_id: string) => boolean) =>
    before.filter((b) => isMeant(b.identity_id)).flatMap((b) => b.track_ids);
  switch (edit.action) {
    case 'merge':
      return tracksOf((id) => id !== edit.into);
    case 'enrol':
      return tracksOf((id) => id !== edit.identity_id);
    case 'reject': {
      // Those of somebody else stay where they are.
      const own = new Set(tracksOf((id) => id === edit.identity_id));
      return edit.track_ids.filter((t) => own.has(t));
    }
    case 'assign':
    case 'split':
      return edit.track_ids;
    case 'name':
    case 'ignore':
    case 'undo':
      return [];
  }
}

/** Whether an edit holds the track in its home. */
export function isHeld(home: Home | undefined): home is Home {
  return home !== undefined && home.strength !== 'near';
}
