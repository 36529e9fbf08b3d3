import { parse } from 'yaml';

/** Shorter texts are in every log by accident. */
const SHORTEST = 4;

/**
 * Every form in which a secret could show: plain, percent-encoded strictly and laxly, in lower case, as a form has
 * it, in JSON, and in base64. Written apart from the action's own list on purpose.
 */
export function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const strict = percent.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const lowerCase = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  const query = new URLSearchParams({ x: secret }).toString().slice(2);
  const bytes = Buffer.from(secret);
  const forms = [
    secret,
    ...[percent, strict, encodeURI(secret)].flatMap((form) => [form, form.replaceAll('%20', '+')]),
    ...[percent, strict, query].map(lowerCase),
    query,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST);
}

/** The secrets among a run's inputs and environment variables; of logins also the `user:password` of Basic. */
export function secretsOf(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const keys = [inputs['access-key-secret'], inputs['security-token']];
  const variables = Object.entries(env).flatMap(([name, value]) => (/SECRET|TOKEN/.test(name) ? value : []));
  const logins = loginsIn(inputs['image-registry-credentials'] ?? '').flatMap(({ username, password }) => [
    password,
    `${username}:${password}`,
  ]);
  return [...keys, ...variables, ...logins].filter(
    (secret) => secret !== undefined && secret.length >= SHORTEST,
  ) as string[];
}

function loginsIn(text: string): { username: string; password: string }[] {
  try {
    const list = parse(text) as unknown;
    if (!Array.isArray(list)) return [];
    return (list as Record<string, unknown>[]).map(({ username, password }) => ({
      username: String(username),
      password: String(password),
    }));
  } catch {
    return [];
  }
}
