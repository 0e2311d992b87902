/** Curves as inline SVG; nothing is fetched, and no picture of anyone is in it. */
import type { Curve } from './report.js';

const WIDTH = 560,
  HEIGHT = 360,
  LEFT = 64,
  RIGHT = 16,
  TOP = 34,
  BOTTOM = 52;
const COLOURS = ['#2f6fd6', '#c8553d', '#2e8b57', '#8a5fbf', '#b8860b', '#4b5563'];

export function curveSvg(curve: Curve): string {
  const points = curve.series.flatMap((s) => s.points);
  const x = axis(
      points.map(([px]) => px),
      curve.x.log,
      LEFT,
      WIDTH - RIGHT,
    ),
    y = axis(
      points.map(([, py]) => py),
      false,
      HEIGHT - BOTTOM,
      TOP,
    );
  const lines = curve.series.map(
    ({ points: of }, k) =>
      `<polyline fill="none" stroke="${colour(k)}" stroke-width="2" points="${of.map(([px, py]) => `${x.at(px).toFixed(1)},${y.at(py).toFixed(1)}`).join(' ')}"/>`,
  );
  // Where the curves are not: below those that rise, above those that fall.
  const falls = curve.series.reduce((s, { points: of }) => s + (of[0]?.[1] ?? 0) - (of.at(-1)?.[1] ?? 0), 0) > 0;
  const legendTop = falls ? TOP + 16 : HEIGHT - BOTTOM - 10 - 15 * (curve.series.length - 1);
  const legend = curve.series.map(
    ({ name }, k) =>
      `<text x="${WIDTH - RIGHT - 8}" y="${legendTop + 15 * k}" text-anchor="end" fill="${colour(k)}">${escaped(name)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(curve.title)}">`,
    `<text x="${LEFT}" y="18" font-size="14" font-weight="600">${escaped(curve.title)}</text>`,
    ...x.ticks.map(
      (t) =>
        `<line x1="${x.at(t)}" x2="${x.at(t)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#e3e6ea"/><text x="${x.at(t)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${tickText(t)}</text>`,
    ),
    ...y.ticks.map(
      (t) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(t)}" y2="${y.at(t)}" stroke="#e3e6ea"/><text x="${LEFT - 6}" y="${y.at(t) + 4}" text-anchor="end">${tickText(t)}</text>`,
    ),
    ...lines,
    ...legend,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(curve.x.label)}</text>`,
    `<text transform="translate(14 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escaped(curve.y.label)}</text>`,
    '</svg>',
  ].join('');
}

interface Axis {
  at(value: number): number;
  ticks: number[];
}

/** @param from, to pixels of the least and the greatest value */
function axis(values: readonly number[], log: boolean, from: number, to: number): Axis {
  const scale = log ? Math.log10 : (v: number) => v;
  let low = Math.min(...values.map(scale)),
    high = Math.max(...values.map(scale));
  if (high - low < 1e-9) {
    low -= 0.05;
    high += 0.05;
  }
  const at = (value: number) => Math.round((from + ((scale(value) - low) / (high - low)) * (to - from)) * 10) / 10;
  if (log)
    return {
      at,
      ticks: Array.from(
        { length: Math.floor(high + 1e-9) - Math.ceil(low - 1e-9) + 1 },
        (_, k) => 10 ** (Math.ceil(low - 1e-9) + k),
      ),
    };
  const rough = (high - low) / 5,
    magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((m) => m * magnitude >= rough) ?? 10) * magnitude;
  return {
    at,
    ticks: Array.from(
      { length: Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1 },
      (_, k) => (Math.ceil(low / step - 1e-9) + k) * step,
    ),
  };
}

function tickText(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(0) : String(Number(value.toPrecision(4)));
}

function colour(k: number): string {
  return COLOURS[k % COLOURS.length] ?? '#000';
}

/** Text made safe for XML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
