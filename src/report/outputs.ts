import { setOutput } from '@actions/core';

/** The outputs of action.yml. */
export const OUTPUT_NAMES = [
  'image-cache-id',
  'image-cache-name',
  'image-cache-size',
  'container-group-id',
  'request-id',
  'status',
  'result',
  'snapshot-id',
  'images',
  'digests',
  'deleted-image-cache-ids',
] as const;

export type OutputName = (typeof OUTPUT_NAMES)[number];

/** Sets each output as soon as it is known, so that a later failure does not lose it. */
export class Outputs {
  private readonly values = new Map<OutputName, string>();

  /** @param write hands an output to the runner; replaced in tests */
  constructor(private readonly write: (name: OutputName, value: string) => void = setOutput) {}

  /** Lists and objects are written as JSON. */
  set(name: OutputName, value: string | number | object | undefined): void {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
    // The runner appends each one to a file: a status that is seen forty times is written once.
    if (this.values.get(name) === text) return;
    this.values.set(name, text);
    this.write(name, text);
  }

  get(name: OutputName): string {
    return this.values.get(name) ?? '';
  }
}
