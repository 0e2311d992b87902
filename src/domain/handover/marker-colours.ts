/** Colours that markers have in the formats, by the same person in all of them. */
import type { Handover } from './handover.js';

export interface MarkerColour {
  /** OpenTimelineIO's MarkerColor; Avid's locators know those that have no `avid` of their own. */
  otio: string;
  resolve: string;
}

const COLOURS = [
  { otio: 'CYAN', resolve: 'Cyan' },
  { otio: 'GREEN', resolve: 'Green' },
  { otio: 'YELLOW', resolve: 'Yellow' },
  { otio: 'MAGENTA', resolve: 'Fuchsia' },
  { otio: 'BLUE', resolve: 'Blue' },
  { otio: 'RED', resolve: 'Red' },
] as const satisfies MarkerColour[];

/** The colour of each person; what shows several has the colour of the first. */
export function colourOf({ cues }: Handover): (identity_id: string | undefined) => MarkerColour {
  const order = new Map([...new Set(cues.flatMap((c) => c.people.map((p) => p.identity_id)))].map((id, i) => [id, i]));
  return (id) => COLOURS[(order.get(id ?? '') ?? 0) % COLOURS.length] ?? COLOURS[0];
}
