import { describe, expect, it } from '@jest/globals';
import { fault } from '../../dev/eci/faults.js';
import { formsOf } from './leaks.js';
import { loginFor, rendered, scenario, type Scenario } from './support.js';

// scenario() looks for every form of every secret in whatever each run printed and wrote, and fails the test on
// one: the tests here lead a run with awkward secrets into the corners where they could come out.

const LOGIN = { username: 'robot$acme', password: `p@ s/+=%ü"'&x` };
const ACCOUNT = {
  accessKeyId: 'LTAI5tAwkward',
  accessKeySecret: `k/y+s=cr%t"with'& all`,
  securityToken: 'CAIS/token+with=+signs==%2F',
};
const CREATE = 'CreateImageCache';

/** The texts joined into as few as hold no more than this many characters each. */
function packed(texts: readonly string[], longest: number): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + text.length + 3 <= longest)
      lines.push(`${lines.pop() ?? ''} ; ${text}`);
    else lines.push(text);
  }
  return lines;
}

async function awkward(): Promise<Scenario & { readonly secrets: Record<string, string> }> {
  const servers = await scenario({
    eci: { accounts: [ACCOUNT] },
    registry: { auth: 'token', users: { [LOGIN.username]: LOGIN.password } },
  });
  const secrets = {
    ...loginFor(servers.registry.host, LOGIN),
    'access-key-id': ACCOUNT.accessKeyId,
    'access-key-secret': ACCOUNT.accessKeySecret,
    'security-token': ACCOUNT.securityToken,
  };
  return { ...servers, secrets };
}

// Debug lines are printed in any case; with this the runner shows them.
const options = { debug: true };

describe('no form of a secret shows', () => {
  it.concurrent('when the connection is dropped during every create', async () => {
    const { run, eci, secrets, created } = await awkward();
    eci.faults.push({ ...fault.dropBefore(CREATE), times: Infinity });
    const { exitCode, errors } = await run(secrets, options);
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(/CreateImageCache failed: the connection to .* was dropped/),
    ]);
    expect(created()['ImageRegistryCredential.1.Password']).toBe(LOGIN.password);
  });

  it.concurrent('when the connection is dropped once and the create succeeds then', async () => {
    const { run, eci, secrets } = await awkward();
    eci.faults.push(fault.actThenDrop(CREATE));
    expect(await run(secrets, options)).toMatchObject({ exitCode: 0, errors: [] });
    expect(eci.caches).toHaveLength(1);
  });

  it.concurrent('when the service repeats the request in its error', async () => {
    const { run, eci, secrets } = await awkward();
    const echo = [LOGIN.password, ACCOUNT.accessKeySecret, ACCOUNT.securityToken]
      .flatMap(formsOf)
      .join(' ; ');
    eci.faults.push(fault.error(CREATE, 'InvalidParameter', 400, `The request was: ${echo}`));
    const { exitCode, errors } = await run(secrets, options);
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/InvalidParameter .*The request was: \*\*\*/)]);
  });

  it.concurrent('when the registry refuses the login, and repeats it', async () => {
    const { run, registry, secrets } = await awkward();
    const echo = [...formsOf(LOGIN.password), ...formsOf(`${LOGIN.username}:${LOGIN.password}`)].join(' ; ');
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: echo }] });
    registry.faults.push({ kind: 'status', status: 403, body, on: 'manifest', nth: 2 });
    expect(await run(secrets, options)).toMatchObject({ exitCode: 1 });
  });

  it.concurrent('in a dry run, which prints the request', async () => {
    const { run, secrets } = await awkward();
    const { exitCode, stdout } = await run({ ...secrets, 'dry-run': 'true' }, options);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch('"password": "***"');
  });

  it.concurrent('when the inputs around them are wrong', async () => {
    const { run, secrets } = await awkward();
    const credentials = JSON.stringify([
      { ...LOGIN, server: 'https://with.scheme', pasword: LOGIN.password },
    ]);
    const { exitCode, errors } = await run(
      { ...secrets, 'image-registry-credentials': credentials },
      options,
    );
    expect(exitCode).toBe(1);
    expect(errors).not.toEqual([]);
  });
});

describe('secrets', () => {
  it.concurrent('are masked before anything else is printed', async () => {
    const { run, secrets } = await awkward();
    const { lines, masks } = await run({ ...secrets, 'dry-run': 'true' });
    for (const secret of [LOGIN.password, ACCOUNT.accessKeySecret, ACCOUNT.securityToken]) {
      expect(masks).toContain(secret);
    }
    const first = lines.findIndex(({ text }) => !text.startsWith('::add-mask::'));
    const given = [LOGIN.password, ACCOUNT.accessKeySecret, ACCOUNT.securityToken];
    for (const secret of given) {
      expect(lines.slice(0, first).map(({ text }) => text.replaceAll('%25', '%'))).toContain(
        `::add-mask::${secret}`,
      );
    }
  });

  it.concurrent('alone are masked: no ID, region or host is, or a job output would vanish', async () => {
    const { run, eci, registry, secrets } = await awkward();
    const { masks, outputs } = await run(secrets);
    const shown = [...Object.values(outputs), 'cn-hangzhou', eci.host, registry.host, ACCOUNT.accessKeyId];
    for (const text of shown) expect(masks.filter((mask) => text.includes(mask))).toEqual([]);
  });

  it.concurrent('do not show in any form that a registry may print', async () => {
    const { run, registry, secrets } = await awkward();
    const forms = [LOGIN.password, `${LOGIN.username}:${LOGIN.password}`].flatMap(formsOf);
    // Of a registry's text, an error shows 300 characters; each image gets one of the texts.
    const texts = packed(forms, 280);
    expect(texts.length).toBeGreaterThan(10);
    for (const message of texts) {
      const body = JSON.stringify({ errors: [{ code: 'DENIED', message }] });
      registry.faults.push({ kind: 'status', status: 403, body, on: 'manifest', times: 1 });
    }
    const images = texts.slice(0, 20).map((_, index) => `${registry.host}/acme/shop-${index}`);
    const { errors } = await run({ ...secrets, images: images.join(), 'dry-run': 'true' });
    expect(errors.length).toBeGreaterThan(5);
    for (const error of errors) expect(error).toMatch(/DENIED: .*\*\*\*|there is no repository/);
  });

  it.concurrent.each([
    [
      'with the request to sign in it',
      (request: string) => `server StringToSign:[POST&%2F&${encodeURIComponent(request)}]`,
    ],
    [
      'with the request, shortened',
      (request: string) => `server StringToSign:[POST&%2F&${encodeURIComponent(request).slice(0, 400)}...`,
    ],
    ['with the request in JSON in JSON', (request: string) => JSON.stringify(JSON.stringify({ request }))],
    ['with the request in HTML', (request: string) => `<pre>${request.replaceAll('&', '&amp;')}</pre>`],
  ])('do not show where the service refuses a signature %s', async (_, echo) => {
    const { run, eci, secrets } = await awkward();
    const parameters = new URLSearchParams({
      'ImageRegistryCredential.1.Password': LOGIN.password,
      SecurityToken: ACCOUNT.securityToken,
      Secret: ACCOUNT.accessKeySecret,
    });
    eci.faults.push(
      fault.error(
        CREATE,
        'SignatureDoesNotMatch',
        400,
        `Specified signature is not matched. ${echo(parameters.toString())}`,
      ),
    );
    const { exitCode, errors } = await run(secrets);
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringContaining('SignatureDoesNotMatch')]);
  });

  it.concurrent('in names are kept out of outputs, with a warning that names output and input', async () => {
    const { run, registry } = await scenario({
      registry: { auth: 'token', users: { ci: 'worker' } },
    });
    const login = loginFor(registry.host, { username: 'ci', password: 'worker' });
    const { exitCode, warnings, outputs } = await run(login);
    expect(exitCode).toBe(0);
    expect(JSON.parse(outputs['images'] ?? '')).toEqual([
      `${registry.host}/acme/shop:v1.2.3`,
      `${registry.host}/acme/***:v1.2.3`,
    ]);
    expect(warnings).toEqual(
      ['images', 'digests'].map(
        (name) =>
          expect.stringMatching(
            `^The output ${name} contains a secret \\(the value of image-registry-credentials\\)`,
          ) as unknown,
      ),
    );
  });

  it.concurrent('do not show in part where a long text is cut short in the middle of one', async () => {
    const { run, eci, registry, secrets } = await awkward();
    const start = LOGIN.password.slice(0, 8);
    // A registry's text is cut after 300 characters, the service's after 500: each cut falls into a password.
    const echoes = Array.from({ length: 60 }, () => `x${LOGIN.password}`).join('');
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: `${'y'.repeat(280)} ${echoes}` }] });
    registry.faults.push({ kind: 'status', status: 403, body, on: 'manifest', nth: 2, times: 2 });
    const byRegistry = await run(secrets);
    expect(byRegistry.errors[0]).toMatch('DENIED');
    registry.faults.splice(0);
    eci.faults.push(fault.error(CREATE, 'InvalidParameter', 400, `${'y'.repeat(489)} ${echoes}`));
    const byService = await run(secrets);
    expect(byService.errors[0]).toMatch('InvalidParameter');
    for (const { errors, summary } of [byRegistry, byService]) {
      expect([...errors, rendered(summary)].join('\n')).not.toContain(start);
    }
  });

  it.concurrent('stay inside where a library is told to print what it sends', async () => {
    const { run, eci, secrets } = await awkward();
    eci.faults.push(fault.dropBefore(CREATE));
    expect(await run(secrets, { env: { DEBUG: '*' } })).toMatchObject({ exitCode: 0 });
  });
});
