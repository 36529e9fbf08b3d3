import { describe, expect, it } from '@jest/globals';
import { renderLogOfAct } from '../../dev/runner-commands.js';
import { ROLE_INPUTS } from './office.js';
import { loginFor, scenario } from './support.js';

// Runners and servers other than GitHub's, as their sources have them; docs/runners.md says what was tried.

const GIT = {
  GITHUB_SERVER_URL: 'https://git.example.com',
  GITHUB_API_URL: 'https://git.example.com/api/v1',
  ACT: 'true',
};
const SERVERS = {
  GitHub: {},
  'Enterprise Server': {
    GITHUB_SERVER_URL: 'https://ghe.example.com',
    GITHUB_API_URL: 'https://ghe.example.com/api/v3',
  },
  Gitea: { ...GIT, GITEA_ACTIONS: 'true' },
  Forgejo: { ...GIT, FORGEJO_ACTIONS: 'true', GITEA_ACTIONS: 'true' },
  act: { ACT: 'true' },
};

/** How many lines an error can have. */
const isGitHubs = (server: string): boolean => server === 'GitHub' || server === 'Enterprise Server';

describe('an error with a percent sign', () => {
  it.concurrent.each([
    ['GitHub', SERVERS.GitHub],
    ['Gitea', SERVERS.Gitea],
  ])('on %s is shown as that runner can', async (server, env) => {
    const { run } = await scenario();
    const { errors, stdout } = await run({ 'region-id': '50%' }, { env });
    expect(errors).toEqual([
      expect.stringMatching(
        isGitHubs(server) ? /^Input region-id: [^\n]+\n[^\n]+$/ : /^Input region-id: [^\n]+ \| [^\n]+$/,
      ),
    ]);
    expect(stdout.includes('%0A')).toBe(isGitHubs(server));
    expect(stdout.includes('50%25')).toBe(isGitHubs(server));
  });
});

describe('no ID token', () => {
  const ADVICE = {
    GitHub: /permissions: id-token: write/,
    'Enterprise Server': /permissions: id-token: write/,
    Gitea: /Most versions of Gitea have no ID tokens/,
    Forgejo: /enable-openid-connect: true/,
    act: /act has no ID tokens: set access-key-id/,
  } as const;

  it.concurrent.each(Object.entries(SERVERS))('on %s comes with the advice for it', async (server, env) => {
    const { run } = await scenario();
    const { exitCode, errors, stdout } = await run(ROLE_INPUTS, { env });
    expect(exitCode).toBe(1);
    // Only GitHub's runners show more than one line.
    const form = isGitHubs(server) ? /^The job [^\n]+\.\n[^\n]+$/ : /^The job [^\n]+\. \| [^\n]+$/;
    expect(errors).toEqual([expect.stringMatching(form)]);
    expect(errors[0]).toContain('The job may not ask for an OIDC token.');
    expect(stdout.includes('%0A')).toBe(isGitHubs(server));
    expect(errors[0]).toMatch(ADVICE[server as keyof typeof ADVICE]);
    if (server !== 'GitHub') expect(errors[0]).not.toContain('status of GitHub Actions');
  });
});

describe('a mask', () => {
  const LOGIN = { username: 'acme', password: 'pass::wörd with 50%::and:::more' };

  const { GitHub, Gitea, act } = SERVERS;
  it.concurrent.each(Object.entries({ GitHub, Gitea, act }))(
    'of a secret with :: reaches %s',
    async (server, env) => {
      const { run, registry } = await scenario({
        registry: { auth: 'token', users: { [LOGIN.username]: LOGIN.password } },
      });
      const { exitCode, lines, masks, warnings } = await run(loginFor(registry.host, LOGIN), { env });
      expect({ exitCode, warnings }).toEqual({ exitCode: 0, warnings: [] });
      if (isGitHubs(server)) {
        expect(masks).toContain(LOGIN.password);
        return;
      }
      expect(masks).toEqual(expect.arrayContaining(['pass', 'wörd with 50%', 'and', 'more']));
      const other = { stream: 'stdout', text: `another step prints ${LOGIN.password}` } as const;
      const shown = renderLogOfAct([...lines, other]);
      expect(shown).not.toMatch(/wörd|pass::|::and/);
    },
  );
});

describe('reuse: false', () => {
  it.concurrent.each([
    ['the attempt', { GITHUB_RUN_ATTEMPT: undefined }],
    ['the run', { GITHUB_RUN_ID: undefined, GITHUB_RUN_ATTEMPT: undefined }],
    ['what a number is', { GITHUB_RUN_ID: 'x y', GITHUB_RUN_ATTEMPT: 'NaN/0' }],
  ])('makes a cache each time on a server that does not say %s', async (_, env) => {
    const { run, eci } = await scenario();
    for (let times = 0; times < 2; times += 1) {
      expect(await run({ reuse: 'false', wait: 'false' }, { env })).toMatchObject({
        exitCode: 0,
        errors: [],
      });
    }
    const names = eci.caches.map(({ imageCacheName }) => imageCacheName);
    expect(new Set(names).size).toBe(2);
    expect(names.join().toLowerCase()).not.toMatch(/nan|undefined/);
  });
});

it.concurrent('a runner without job summary, workspace, temporary folder and server will do', async () => {
  const { run } = await scenario();
  const env = {
    GITHUB_STEP_SUMMARY: undefined,
    GITHUB_WORKSPACE: undefined,
    RUNNER_TEMP: undefined,
    RUNNER_TOOL_CACHE: undefined,
    GITHUB_SERVER_URL: undefined,
    GITHUB_API_URL: undefined,
  };
  const { exitCode, errors, warnings } = await run({}, { env });
  expect({ exitCode, errors, warnings }).toEqual({ exitCode: 0, errors: [], warnings: [] });
});
