/**
 * The server that runs the workflow. Enterprise Server has GitHub's own runner; Gitea, Forgejo and act have runners of
 * one family (nektos/act and its forks), which read the same `dist` and commands a little differently.
 */
export type ServerKind = 'github' | 'enterprise-server' | 'gitea' | 'forgejo' | 'act';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Which server it is, by the variables that each runner sets. Forgejo's runner sets Gitea's variables beside its own,
 * and all forks of act set ACT, so the order matters. Read from the sources of forgejo/runner
 * (internal/app/run/runner.go), gitea/act_runner (the same file) and nektos/act (pkg/runner/run_context.go).
 */
export function serverKind(env: Environment): ServerKind {
  const isSet = (name: string): boolean => (env[name] ?? '').trim() !== '';
  if (isSet('FORGEJO_ACTIONS') || isSet('FORGEJO_ACTIONS_RUNNER_VERSION')) return 'forgejo';
  if (isSet('GITEA_ACTIONS') || isSet('GITEA_ACTIONS_RUNNER_VERSION')) return 'gitea';
  // Both serve their API under v1; Enterprise Server has v3.
  if (/\/api\/v1\/?$/.test(env['GITHUB_API_URL'] ?? '')) return 'gitea';
  if (isSet('ACT')) return 'act';
  return isHostedByGitHub(serverUrl(env)) ? 'github' : 'enterprise-server';
}

/** Whether the runner is GitHub's own, which takes commands of several lines and masks with `::` in them. */
export function hasGitHubRunner(kind: ServerKind): boolean {
  return kind === 'github' || kind === 'enterprise-server';
}

/** How to get an ID token on this server if the runner offers none. */
export function idTokenAdvice(kind: ServerKind): string {
  switch (kind) {
    case 'github':
    case 'enterprise-server':
      return 'Add "permissions: id-token: write" to the job. A workflow that a pull request from a fork started never gets a token.';
    case 'forgejo':
      return 'Add "enable-openid-connect: true" to the job: Forgejo hands out ID tokens from version 15 on. With an older one, set access-key-id and access-key-secret.';
    case 'gitea':
      return 'Most versions of Gitea have no ID tokens for jobs; one that has them asks for "permissions: id-token: write". Otherwise set access-key-id and access-key-secret.';
    case 'act':
      return 'act has no ID tokens: set access-key-id and access-key-secret.';
  }
}

/** What to do when the ID token service of the server keeps failing. */
export function retryAdvice(kind: ServerKind): string {
  return kind === 'github'
    ? 'Run the job again. If it happens again, see the status of GitHub Actions.'
    : 'Run the job again. If it happens again, ask the administrators of the server.';
}

/**
 * The issuer in the server's ID tokens, as the OIDC provider in RAM has to have it; undefined if there is none, or
 * it is not known. GitHub and Enterprise Server: docs.github.com, "OpenID Connect reference"; Forgejo: its document
 * under `/api/actions/.well-known/openid-configuration`.
 */
export function idTokenIssuer(env: Environment): string | undefined {
  const url = serverUrl(env);
  switch (serverKind(env)) {
    case 'github': {
      const [, tenant] = /^https:\/\/([^./]+)\.ghe\.com$/.exec(url) ?? [];
      return tenant === undefined
        ? 'https://token.actions.githubusercontent.com'
        : `https://token.actions.${tenant}.ghe.com`;
    }
    case 'enterprise-server':
      return `${url}/_services/token`;
    case 'forgejo':
      return `${url}/api/actions`;
    case 'gitea':
    case 'act':
      return undefined;
  }
}

function serverUrl(env: Environment): string {
  const url = env['GITHUB_SERVER_URL']?.trim() ?? '';
  return (url === '' ? 'https://github.com' : url).replace(/\/+$/, '').toLowerCase();
}

/** github.com, and GitHub Enterprise Cloud with data residency. */
function isHostedByGitHub(url: string): boolean {
  return /^https:\/\/(?:github\.com|[^./]+\.ghe\.com)$/.test(url);
}
