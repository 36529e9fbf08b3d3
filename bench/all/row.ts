/** One line of the table: what was measured, beside what it cannot go below, or what else does the job. */
export interface Row {
  readonly what: string;
  readonly measured: number;
  readonly unit: 'ms' | 's' | 'MiB' | 'KiB' | 'requests' | 'calls' | 'chunks' | '× truth' | 'bytes';
  /** What stands beside it, and its name. */
  readonly beside?: { readonly value: number; readonly name: string };
  /** By default measured ÷ beside; where both were taken in rounds, the median of the rounds' ratios. */
  readonly ratio?: number;
  /** Of the ratio, or, where nothing stands beside it, of what was measured. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

export const HEAD = ['', 'measured', '', 'beside', '÷', 'bound', '', 'beside it stands'] as const;

export function cellsOf(row: Row): string[] {
  const { what, measured, unit, beside, atMost, atLeast } = row;
  const ratio = ratioOf(row);
  const bounds = [atLeast === undefined ? '' : `≥ ${atLeast}`, atMost === undefined ? '' : `≤ ${atMost}`];
  return [
    what,
    rounded(measured),
    unit,
    beside === undefined ? '' : rounded(beside.value),
    ratio === undefined ? '' : ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2),
    bounds.filter(Boolean).join(', '),
    isWithin(row) ? '' : 'MISSED',
    beside?.name ?? '',
  ];
}

export function isWithin(row: Row): boolean {
  const value = ratioOf(row) ?? row.measured;
  return value >= (row.atLeast ?? -Infinity) && value <= (row.atMost ?? Infinity);
}

function ratioOf({ measured, beside, ratio }: Row): number | undefined {
  return ratio ?? (beside && measured / beside.value);
}

function rounded(value: number): string {
  return Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
