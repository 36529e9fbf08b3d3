import { parse } from 'yaml';
import type { RunResult } from '../../dev/runner.js';

/** Shorter texts are in every log by accident. */
const SHORTEST = 4;

/** A piece of a secret is one that gives half of it away; shorter pieces than this are in every log by accident. */
const SHORTEST_PIECE = 8;

/** Something that a run left where others can read it. */
export interface Place {
  readonly where: string;
  readonly text: string;
}

/**
 * Every form in which a secret could show: plain, percent-encoded strictly and laxly, in lower case, as a form has
 * it, and twice; in JSON of several writers, and in JSON in JSON; in HTML; in base64, with padding and without; in
 * hexadecimal. Written apart from the action's own list on purpose.
 */
export function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const strict = percent.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const lowerCase = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  const query = new URLSearchParams({ x: secret }).toString().slice(2);
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const unicode = (text: string, which: RegExp): string =>
    text.replace(which, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const goJson = unicode(json, /[<>&]/g);
  const asciiJson = unicode(goJson, /[^\0-\x7f]/g);
  const upperJson = asciiJson.replace(/\\u(....)/g, (_, hex: string) => `\\u${hex.toUpperCase()}`);
  const named: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  const entities = (write: (code: number) => string): string =>
    secret.replace(/[^\w]/gu, (character) => `&#${write(character.codePointAt(0) ?? 0)};`);
  const forms = [
    secret,
    ...[percent, strict, encodeURI(secret)].flatMap((form) => [form, form.replaceAll('%20', '+')]),
    ...[percent, strict, query].map(lowerCase),
    query,
    ...[percent, strict, query].flatMap((form) => [
      encodeURIComponent(form),
      encodeURIComponent(lowerCase(form)),
    ]),
    ...[json, goJson, asciiJson, upperJson].flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]),
    secret.replace(/[&<>"']/g, (character) => named[character] ?? ''),
    secret.replace(/[&<>"']/g, (character) => (character === "'" ? '&#39;' : (named[character] ?? ''))),
    entities((code) => String(code)),
    entities((code) => `x${code.toString(16)}`),
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    ...(bytes.length >= 8 ? [bytes.toString('hex')] : []),
  ];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST);
}

/**
 * What a run printed and wrote: each line of its log, debug lines among them, its summary, outputs, state and
 * environment, and every file in its folders but those that were laid out for it and are still as they were. The
 * credential helpers of these tests note their arguments and environment in such a file.
 *
 * @param laidOut path in the run's folder → text
 */
export function placesOf(result: RunResult, laidOut: Readonly<Record<string, string>> = {}): Place[] {
  const { lines, summary, outputs, state, exported, files } = result;
  const values = { output: outputs, state, environment: exported };
  return [
    ...lines
      // By these, the runner learns what to hide; it shows none of them.
      .filter(({ text, stream }) => stream === 'stderr' || !text.startsWith('::add-mask::'))
      .map(({ text, stream }) => ({ where: stream, text })),
    { where: 'summary', text: rendered(summary) },
    ...Object.entries(values).flatMap(([kind, named]) =>
      Object.entries(named).map(([name, text]) => ({ where: `${kind} ${name}`, text })),
    ),
    ...Object.entries(files)
      .filter(([name, text]) => laidOut[name] !== text)
      .map(([name, text]) => ({ where: `file ${name}`, text })),
  ];
}

/** One sentence for each secret that shows, whole in any form or in a piece that is half of it. */
export function leaksIn(places: readonly Place[], secrets: readonly string[]): string[] {
  // One text is searched faster than hundreds of lines; only one with a find is searched place by place.
  const all = places.map(({ text }) => text).join('\n');
  return [...new Set(secrets)].flatMap((secret) => {
    const leak = firstLeak(places, all, secret);
    if (!leak) return [];
    return [
      `the secret ${secret} is in ${leak.place.where} as ${leak.form}: ${leak.place.text.slice(0, 1000)}`,
    ];
  });
}

function firstLeak(
  places: readonly Place[],
  all: string,
  secret: string,
): { place: Place; form: string } | undefined {
  for (const form of formsOf(secret).flatMap((whole) => [whole, ...piecesOf(whole)])) {
    const place = all.includes(form) ? places.find(({ text }) => text.includes(form)) : undefined;
    if (place) return { place, form };
  }
  return undefined;
}

/** Its beginning, its end and its middle: a text that was cut somewhere holds one of them. */
function piecesOf(form: string): string[] {
  const length = Math.max(SHORTEST_PIECE, Math.ceil(form.length / 2));
  if (length >= form.length) return [];
  return [0, Math.floor((form.length - length) / 2), form.length - length].map((at) =>
    form.slice(at, at + length),
  );
}

/** The text that a summary shows: Markdown's escapes and numbered entities undone. */
export function rendered(summary: string): string {
  return summary
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

/**
 * The secrets among a run's inputs, environment variables and Docker config; of logins also the `user:password` of
 * Basic.
 */
export function secretsOf(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
  dockerConfig = '',
): string[] {
  const keys = [inputs['access-key-secret'], inputs['security-token']];
  const variables = Object.entries(env).flatMap(([name, value = '']) => {
    if (/_proxy$/i.test(name)) return proxyLogin(value);
    return /SECRET|TOKEN(?!_REQUEST_URL)|PASSWORD/.test(name) ? value : [];
  });
  const logins = credentialsIn(inputs['image-registry-credentials'] ?? '').flatMap(({ username, password }) =>
    loginForms(String(username), String(password)),
  );
  return [...keys, ...variables, ...logins, ...loginsIn(dockerConfig)].filter(
    (secret) => secret !== undefined && secret.length >= SHORTEST,
  ) as string[];
}

function loginForms(username: string, password: string): string[] {
  return [password, `${username}:${password}`];
}

function proxyLogin(address: string): string[] {
  const [, user = '', password = ''] = /^[^:]+:\/\/([^:]*):(.*)@/s.exec(address) ?? [];
  try {
    return [password, ...loginForms(decodeURIComponent(user), decodeURIComponent(password))];
  } catch {
    return [password];
  }
}

/** The entries of image-registry-credentials; none where it is no list. */
function credentialsIn(text: string): Record<string, unknown>[] {
  try {
    const list = parse(text) as unknown;
    return Array.isArray(list) ? (list as Record<string, unknown>[]) : [];
  } catch {
    return [];
  }
}

/** What a Docker config holds, however odd it is: each text in its auths, and what an `auth` is the base64 of. */
function loginsIn(config: string): string[] {
  const texts = [...config.matchAll(/"(auth|identitytoken|password)"\s*:\s*("(?:[^"\\]|\\.)*")/g)];
  return texts.flatMap(([, name, quoted = '']) => {
    const text = JSON.parse(quoted) as string;
    if (name !== 'auth') return text;
    const [user = '', password = ''] = Buffer.from(text, 'base64').toString().split(/:(.*)/s);
    return [text, ...(password === '' ? [] : loginForms(user, password))];
  });
}
