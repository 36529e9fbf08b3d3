import { refuse } from './refuse.js';

/** The forms of YAML 1.2's core schema, https://yaml.org/spec/1.2.2/#1032-tag-resolution */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

export function parseBoolean(text: string): boolean {
  return BOOLEANS.get(text) ?? refuse(text, 'allowed is true or false');
}

/** The numbers that an input may have, `to` included. */
interface Range {
  /** The smallest allowed number. */
  readonly from?: number;
  /** The number that it must exceed. */
  readonly over?: number;
  readonly to: number;
  /** E.g. "days"; nothing where the input counts things. */
  readonly unit?: string;
}

/** The largest value of the API's 32-bit integers. */
export const LARGEST_INT32 = 2 ** 31 - 1;

/** A parser of whole decimal numbers: no sign, point, exponent or unit. */
export function integer(range: Range): (text: string) => number {
  return number('whole number', range, wholeNumber);
}

/** A parser of decimal numbers such as 7 or 2.5: no sign, exponent or unit. */
export function decimal(range: Range): (text: string) => number {
  return number('number', range, (text) => (/^\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : NaN));
}

/** The number in decimal digits, NaN where it is written in any other way. */
export function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : NaN;
}

/** What to do about a number with a unit. */
export function unitHint(text: string): string | undefined {
  return /^[\d.]+\s*[a-z%]+$/i.test(text) ? 'Write the plain number, without a unit.' : undefined;
}

function number(what: string, range: Range, read: (text: string) => number): (text: string) => number {
  const { from, over, to, unit } = range;
  const bounds = over === undefined ? `from ${from ?? 0} to ${to}` : `over ${over}, at most ${to}`;
  const allowed = `allowed is a ${what}${unit === undefined ? '' : ` of ${unit}`} ${bounds}`;
  return (text) => {
    const value = read(text);
    const inside = value >= (from ?? 0) && value > (over ?? -1) && value <= to;
    return inside ? value : refuse(text, allowed, unitHint(text));
  };
}

/** What a plain text has to look like. */
export interface Shape {
  readonly pattern: RegExp;
  /** A clause for the error: "an EIP's ID starts with eip-". */
  readonly allowed: string;
  readonly hint?: string;
}

/** A parser that takes a text as it is where it has the shape. */
export function shaped({ pattern, allowed, hint }: Shape): (text: string) => string {
  return (text) => (pattern.test(text) ? text : refuse(text, allowed, hint));
}

/** An ID of the cloud with its prefix: "sg-" for a security group. */
export function idOf(thing: string, prefix: string): Shape {
  return {
    // The vendor does not say which characters follow, so only what no ID can hold is refused.
    pattern: new RegExp(`^${prefix}[A-Za-z0-9_-]+$`),
    allowed: `the ID of ${thing} starts with ${prefix} and holds letters, digits, '-' and '_'`,
  };
}

export const EIP_ID: Shape = {
  ...idOf('an EIP', 'eip-'),
  allowed:
    "allowed is auto, or the ID of an EIP, which starts with eip- and holds letters, digits, '-' and '_'",
};

export const ZONE_ID: Shape = {
  pattern: /^[A-Za-z0-9_-]+$/,
  allowed: 'a zone ID holds letters, digits, - and _, e.g. cn-hangzhou-g',
  hint: 'One zone is allowed. Leave zone-id out to let the vSwitches decide.',
};

/** The vendor states no rule; this one is inside every rule seen for names of this kind. */
export const CACHE_NAME: Shape = {
  pattern: /^[a-z0-9][a-z0-9-]{0,126}[a-z0-9]$/,
  allowed: "allowed are 2 to 128 lower-case letters, digits and '-', with no '-' at either end",
  hint: 'Leave image-cache-name out to have a name made from repository, tag and content.',
};

/** "The token can only contain ASCII characters and cannot exceed 64 characters", CreateImageCache. */
export const CLIENT_TOKEN: Shape = {
  pattern: /^[\x20-\x7e]{1,64}$/,
  allowed: 'allowed are 1 to 64 printable ASCII characters',
};

/** RoleArn of AssumeRoleWithOIDC. */
export const ROLE_ARN: Shape = {
  pattern: /^acs:ram::[^:\s]*:role\/\S+$/,
  allowed: 'the ARN of a RAM role reads acs:ram::<account ID>:role/<role name>',
  hint: 'Copy the ARN from the RAM console: Identities, Roles, the role.',
};

/** OIDCProviderArn of AssumeRoleWithOIDC. */
export const OIDC_PROVIDER_ARN: Shape = {
  pattern: /^acs:ram::[^:\s]*:oidc-provider\/\S+$/,
  allowed: 'the ARN of an OIDC identity provider reads acs:ram::<account ID>:oidc-provider/<provider name>',
  hint: 'Copy the ARN from the RAM console: Integrations, SSO, Role-based SSO, OIDC.',
};

/** RoleSessionName of AssumeRoleWithOIDC. */
export const ROLE_SESSION_NAME: Shape = {
  pattern: /^[A-Za-z0-9.@_-]{2,64}$/,
  allowed: "allowed are 2 to 64 letters, digits, '.', '@', '-' and '_'",
};

/** The one strategy that the service knows; written in any case. */
export function parseEliminationStrategy(text: string): 'LRU' {
  return text.toUpperCase() === 'LRU'
    ? 'LRU'
    : refuse(text, 'allowed is LRU', 'Leave elimination-strategy out to keep the cache until it is deleted.');
}
