import type { Measure } from './report.js';

/** A row's value as people read it. */
export function valueText({ value, unit }: Pick<Measure, 'value' | 'unit'>): string {
  if (unit === 'share') return percent(value);
  if (unit === 'count') return String(value);
  if (unit === 'seconds') return `${value.toFixed(2)} s`;
  return value.toFixed(4);
}

/** Its 95 % interval, empty where there is none. */
export function intervalText({ interval, unit }: Measure): string {
  return interval ? interval.map((value) => valueText({ value, unit })).join(' – ') : '';
}

/** What it rests on; seconds are not whole numbers. */
export function trialsText({ n }: Measure): string {
  return n === undefined ? '' : Number.isInteger(n) ? String(n) : n.toFixed(1);
}

/** Rates far below one per cent keep two figures. */
function percent(share: number): string {
  const p = 100 * share;
  return `${p !== 0 && p < 0.1 ? p.toPrecision(2) : p.toFixed(2)} %`;
}
