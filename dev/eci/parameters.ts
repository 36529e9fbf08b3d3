import { readFileSync } from 'node:fs';
import { RpcError } from './rpc.js';

/** One parameter in the vendor's published metadata. */
export interface ParameterMetadata {
  readonly type: 'String' | 'Integer' | 'Long' | 'Boolean' | 'RepeatList';
  readonly required: boolean;
  readonly sub?: Readonly<Record<string, ParameterMetadata>>;
}

export interface ActionMetadata {
  /** E.g. `GET|POST` */
  readonly method: string;
  readonly parameters: Readonly<Record<string, ParameterMetadata>>;
}

const metadata = JSON.parse(
  readFileSync(new URL('../data/eci-api-metadata.json', import.meta.url), 'utf8'),
) as { apis: Record<string, ActionMetadata> };

/** The actions that the vendor publishes, by name. */
export const actions: Readonly<Record<string, ActionMetadata>> = metadata.apis;

/** Flat parameters as they came: `Tag.1.Key` → value. */
export type Flat = Readonly<Record<string, string>>;

const TYPES: Readonly<Record<string, RegExp>> = {
  String: /^[^]*$/,
  Integer: /^-?\d{1,10}$/,
  Long: /^-?\d{1,19}$/,
  Boolean: /^(true|false)$/,
};

/**
 * Checks parameters against the metadata. Throws an RpcError for one that is unknown, mistyped, misnumbered or
 * missing, with the vendor's common codes (Missing…, Invalid…, UnsupportedParameter).
 */
export function checkParameters(known: ActionMetadata['parameters'], flat: Flat): void {
  checkNames(known, Object.keys(flat), '', flat);
  for (const [name, { required, type }] of Object.entries(known)) {
    const given = type === 'RepeatList' ? `${name}.1` in flat : (flat[name] ?? '') !== '';
    if (required && !given) throw missing(name);
  }
}

export function missing(name: string): RpcError {
  return new RpcError(400, `Missing${name}`, `${name} is mandatory for this action.`);
}

export function invalid(name: string, why: string): RpcError {
  const [first = name] = name.split('.');
  return new RpcError(400, `Invalid${first}`, `Specified parameter ${name} is not valid: ${why}`);
}

/** Checks the names that start with `prefix`, one level of nesting a call. */
function checkNames(known: ActionMetadata['parameters'], names: string[], prefix: string, flat: Flat): void {
  const byParameter = grouped(names, (name) => name.slice(prefix.length).split('.')[0] ?? '');
  for (const [parameter, members] of byParameter) {
    const spec = Object.hasOwn(known, parameter) ? known[parameter] : undefined;
    const path = `${prefix}${parameter}`;
    if (!spec) throw new RpcError(400, 'UnsupportedParameter', `The parameter ${path} is not supported.`);
    if (spec.type === 'RepeatList') checkList(spec, members, path, flat);
    else checkScalar(spec, members, path, flat);
  }
}

function checkScalar(spec: ParameterMetadata, names: string[], path: string, flat: Flat): void {
  const stray = names.find((name) => name !== path);
  if (stray) throw invalid(stray, `${path} is no list`);
  const value = flat[path] ?? '';
  if (!TYPES[spec.type]?.test(value)) throw invalid(path, `it is no ${spec.type}`);
}

function checkList(spec: ParameterMetadata, names: string[], path: string, flat: Flat): void {
  const byNumber = grouped(names, (name) => name.slice(path.length + 1).split('.')[0] ?? '');
  const numbers = [...byNumber.keys()];
  for (let expected = 1; expected <= numbers.length; expected++) {
    if (!byNumber.has(String(expected)))
      throw invalid(path, `its members are not numbered 1 to ${numbers.length}`);
  }
  for (const [number, members] of byNumber) {
    const memberPath = `${path}.${number}`;
    if (spec.sub) {
      const stray = members.find((name) => name === memberPath);
      if (stray) throw invalid(stray, 'its members have names');
      checkNames(spec.sub, members, `${memberPath}.`, flat);
    } else {
      checkScalar({ type: 'String', required: false }, members, memberPath, flat);
    }
  }
}

function grouped(names: readonly string[], keyOf: (name: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = keyOf(name);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return groups;
}

/** `Image.1`, `Image.2`, … */
export function listOf(flat: Flat, name: string): string[] {
  const values: string[] = [];
  for (let n = 1; `${name}.${n}` in flat; n++) values.push(flat[`${name}.${n}`] ?? '');
  return values;
}

/** `Tag.1.Key`, `Tag.1.Value`, `Tag.2.Key`, …: one object a number, its nested lists left flat. */
export function recordsOf(flat: Flat, name: string): Record<string, string>[] {
  const records: Record<string, string>[] = [];
  for (const [path, value] of Object.entries(flat)) {
    const [first, number, ...rest] = path.split('.');
    if (first !== name || number === undefined) continue;
    (records[Number(number) - 1] ??= {})[rest.join('.')] = value;
  }
  return records;
}
