import { cutTo } from '../report/format.js';
import { isRecord } from '../http/foreign-text.js';

const LONGEST_VALUE = 200;

/** Passwords, keys and tokens by their names. Client tokens and page tokens are not secret. */
const SECRET = /password|secret|token/i;
const NO_SECRET = /^(ClientToken|NextToken)$/;

/** The parameters of a request for the debug log, `Name=value` each, with neither passwords nor tokens. */
export function shownParameters(parameters: unknown): string {
  if (!isRecord(parameters)) return 'not sent';
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${isSecret(name) ? '***' : cutTo(LONGEST_VALUE, String(value))}`)
    .join(' ');
}

function isSecret(name: string): boolean {
  return SECRET.test(name) && !NO_SECRET.test(name);
}
