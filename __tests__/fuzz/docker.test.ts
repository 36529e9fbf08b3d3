import type { execFile as ExecFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Secrets } from '../../src/report/secrets.js';
import type { Login } from '../../src/registry/types.js';
import { rememberedLog, type RememberedLog } from '../support/log.js';
import { anyText, mutated, mutatedJsonText } from './support/mutate.js';
import { outcomeOfAsync } from './support/outcome.js';
import { hostAndPort } from './support/valid.js';

/** What the credential helper of the case prints, and how it ends. */
let helper: { stdout: string; exitCode: number };

// Ten thousand processes would test the machine; how helpers are run is for the integration tests.
const runHelper = ((_program: string, _args: unknown, _options: unknown, done: unknown) => {
  const { stdout, exitCode } = helper;
  const error = exitCode === 0 ? null : Object.assign(new Error('it failed'), { code: exitCode });
  (done as (error: Error | null, stdout: string) => void)(error, stdout);
  return { stdin: { on: () => undefined, end: () => undefined } };
}) as unknown as typeof ExecFile;
jest.unstable_mockModule('node:child_process', () => ({ execFile: runHelper }));
const { dockerLogins } = await import('../../src/registry/docker-config.js');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fuzz-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Look {
  readonly log: RememberedLog;
  readonly secrets: Secrets;
  readonly logins: readonly (Login | undefined)[];
}

/** Looks the hosts up in a config file that holds this text. */
async function look(text: string, hosts: readonly string[]): Promise<Look> {
  const [log, secrets] = [rememberedLog(), new Secrets(() => undefined)];
  const file = path.join(folder, 'config.json');
  await writeFile(file, text);
  const find = dockerLogins({
    file: { path: file, shownAs: '~/.docker/config.json', helperEnvironment: {} },
    secrets,
    log,
  });
  const { value } = await outcomeOfAsync(() => Promise.all(hosts.map(find)));
  if (value === undefined) throw new Error('a config file is no reason to fail');
  return { log, secrets, logins: value };
}

const word = fc
  .string({ unit: 'grapheme', minLength: 4, maxLength: 10 })
  .filter((text) => !/[:\0\p{Surrogate}]/u.test(text));
const auth = fc.tuple(word, word).map((login) => Buffer.from(login.join(':')).toString('base64'));
const server = fc.oneof(
  hostAndPort,
  fc.constantFrom('https://index.docker.io/v1/', 'https://ghcr.io/v2/', 'ghcr.io'),
);
const config = fc.record(
  {
    auths: fc.dictionary(
      server,
      fc.oneof(
        fc.record({ auth }),
        fc.record({ username: word, password: word }),
        fc.record({ identitytoken: word, auth }),
        fc.constant({}),
      ),
      { maxKeys: 3 },
    ),
    credHelpers: fc.dictionary(server, fc.constantFrom('gcloud', 'ecr-login', ''), { maxKeys: 2 }),
    credsStore: fc.constantFrom('desktop', 'pass', ''),
    HttpHeaders: fc.constant({ 'User-Agent': 'Docker-Client' }),
  },
  { requiredKeys: [] },
);
const answer = fc.record({
  ServerURL: server,
  Username: fc.oneof(word, fc.constant('<token>')),
  Secret: word,
});
const HOSTS = ['ghcr.io', 'docker.io', 'registry-1.docker.io', '127.0.0.1:5000'];

describe('Docker configs', () => {
  it('that are valid give the login that was stored', async () => {
    await fc.assert(
      fc.asyncProperty(hostAndPort, word, word, async (host, username, password) => {
        const stored = Buffer.from(`${username}:${password}`).toString('base64');
        const { logins, secrets } = await look(JSON.stringify({ auths: { [host]: { auth: stored } } }), [
          host,
        ]);
        expect(logins).toEqual([{ username, password }]);
        if (password.trim().length >= 3) expect(secrets.redact(`${password} ${stored}`)).toBe('*** ***');
      }),
    );
  });

  it('of any kind are a warning at most, which tells nothing of what is in them', async () => {
    const SECRET = 'kOrrektes+Pferd/7';
    const withSecret = config.map((document) => ({
      ...document,
      auths: { ...document.auths, 'ghcr.io': { auth: Buffer.from(`robot:${SECRET}`).toString('base64') } },
    }));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(mutatedJsonText(config), mutatedJsonText(withSecret), anyText),
        fc.oneof(mutatedJsonText(answer), anyText),
        fc.constantFrom(0, 0, 1),
        async (text, stdout, exitCode) => {
          helper = { stdout, exitCode };
          const { log, logins } = await look(text, HOSTS);
          for (const warning of log.warnings) {
            expect(warning).not.toContain(SECRET);
            expect(warning).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
          }
          for (const login of logins) if (login) assertLogin(login);
        },
      ),
    );
  });
});

describe('answers of credential helpers', () => {
  const CONFIG = JSON.stringify({ credsStore: 'desktop' });

  it('that are valid are the login', async () => {
    await fc.assert(
      fc.asyncProperty(word, word, async (username, password) => {
        helper = {
          stdout: JSON.stringify({ ServerURL: 'ghcr.io', Username: username, Secret: password }),
          exitCode: 0,
        };
        expect((await look(CONFIG, ['ghcr.io'])).logins).toEqual([{ username, password }]);
      }),
    );
  });

  it('of any kind are a warning at most, which tells nothing of what was printed', async () => {
    const SECRET = 'kOrrektes+Pferd/7';
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          mutatedJsonText(answer.map((one) => ({ ...one, Secret: SECRET }))),
          mutated(fc.constant(SECRET)),
          anyText,
        ),
        fc.constantFrom(0, 0, 1),
        async (stdout, exitCode) => {
          helper = { stdout, exitCode };
          const { log, logins } = await look(CONFIG, ['ghcr.io']);
          for (const warning of log.warnings) expect(warning).not.toContain(SECRET);
          for (const login of logins) if (login) assertLogin(login);
        },
      ),
    );
  });
});

function assertLogin(login: Login): void {
  if ('identityToken' in login) expect(login.identityToken).not.toBe('');
  else
    expect([typeof login.username, typeof login.password, login.password === '']).toEqual([
      'string',
      'string',
      false,
    ]);
}
