/** Where things go on a contact sheet: whole pixels, origin top left. Pure. */

/** The sheet at most, pixels. */
export const SHEET_WIDTH = 1200;
export const SHEET_HEIGHT = 1200;
/** Side of a face at most, pixels: twice the stored crop's. */
const LARGEST_FACE = 224;
export const GAP = 10;
export const LINE_HEIGHT = 18;
export const HEADING_HEIGHT = 30;

export interface Cell {
  x: number;
  y: number;
}

export interface SheetLayout {
  width: number;
  height: number;
  /** Side of a face, pixels. */
  side: number;
  /** For each panel its left edge, its width and the corners of its faces. */
  panels: { x: number; width: number; cells: Cell[] }[];
}

/**
 * Panels side by side, each a grid of equally large faces with lines of text below every face: as large as the bounds
 * allow.
 * @param counts faces of each panel; at least one panel
 * @param lines of text below a face; @param notes lines at the foot of the sheet
 */
export function layOut(counts: readonly number[], lines: number, notes: number): SheetLayout {
  const most = Math.max(1, ...counts),
    panelMost = Math.floor((SHEET_WIDTH - GAP) / counts.length) - GAP;
  const label = lines * LINE_HEIGHT + GAP;
  const foot = notes > 0 ? notes * LINE_HEIGHT + GAP : 0;
  let best = { side: 0, columns: 1, rows: most };
  for (let columns = 1; columns <= most; columns++) {
    const rows = Math.ceil(most / columns);
    const across = (panelMost - GAP * (columns - 1)) / columns;
    const down = (SHEET_HEIGHT - HEADING_HEIGHT - foot - 2 * GAP) / rows - label;
    const side = Math.floor(Math.min(across, down, LARGEST_FACE));
    // Of equally large ones the flattest: read in rows.
    if (side >= best.side) best = { side, columns, rows };
  }
  const { side, columns, rows } = best;
  // A heading needs room even above a single face.
  const panelWidth = Math.min(panelMost, Math.max(columns * (side + GAP) - GAP, 420));
  const top = GAP + HEADING_HEIGHT;
  return {
    width: counts.length * (panelWidth + GAP) + GAP,
    height: top + rows * (side + label) + foot + GAP,
    side,
    panels: counts.map((count, p) => {
      const x = GAP + p * (panelWidth + GAP);
      return {
        x,
        width: panelWidth,
        cells: Array.from({ length: count }, (_, i) => ({
          x: x + (i % columns) * (side + GAP),
          y: top + Math.floor(i / columns) * (side + label),
        })),
      };
    }),
  };
}
