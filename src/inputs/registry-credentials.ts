import type { RegistryCredential } from '../cache/service.js';
import { ActionError } from '../errors.js';
import type { Secrets } from '../report/secrets.js';
import { checkEntries, type Rules } from './entries.js';
import { parseHost } from './hosts.js';
import type { Entry, YamlList } from './yaml.js';

/** ImageRegistryCredential.N takes 10. */
const MOST_CREDENTIALS = 10;

const RULES: Rules<'server' | 'username' | 'password'> = {
  server: {
    required: true,
    parse: parseServer,
    alsoKnownAs: ['registry', 'host', 'hostname', 'url', 'address'],
  },
  username: { required: true, alsoKnownAs: ['user', 'login'] },
  password: { required: true, alsoKnownAs: ['pass', 'passwd', 'token', 'secret'] },
};

/** Keys whose values may be shown; any other value may be a password under a wrong name. */
const OPEN_KEYS: readonly string[] = ['server', 'username'];

/** Neither in a host, nor in what people write around one: behind it, a broken line may go on to the password. */
const NOT_OF_A_HOST = /[^\w.:/@[\]?#-].*$/s;

/** A host. The error quotes only the part of the text that could be a host. */
function parseServer(text: string): string {
  const cutOff = NOT_OF_A_HOST.exec(text)?.[0] ?? '';
  // What stands before an @ is a user and a password, and a password holds any character.
  return parseHost(cutOff.includes('@') ? '@…' : text.replace(NOT_OF_A_HOST, '…'));
}

/**
 * Checks the list of logins. Masks the passwords before anything else, whatever else is wrong.
 * @throws ActionError without any value but that of `server`
 */
export function checkRegistryCredentials(list: YamlList, secrets: Secrets): RegistryCredential[] {
  for (const entry of list.entries) maskPasswords(entry, secrets);

  const entries = checkEntries(list, RULES);
  if (entries.length > MOST_CREDENTIALS) {
    throw new ActionError(`got ${entries.length} entries; at most ${MOST_CREDENTIALS} are allowed`);
  }
  return entries.map(({ server: [server = ''], username: [username = ''], password: [password = ''] }) => ({
    server,
    username,
    password,
  }));
}

function maskPasswords(entry: Entry, secrets: Secrets): void {
  const username = entry?.get('username')?.texts[0] ?? '';
  for (const [key, { texts }] of entry ?? []) {
    if (OPEN_KEYS.includes(key)) continue;
    for (const password of texts) secrets.addLogin(username, password, 'image-registry-credentials');
  }
}
