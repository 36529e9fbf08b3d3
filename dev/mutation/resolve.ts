/** Module hooks for the tests that run in this process: see runner.ts. */
import type { ResolveHook } from 'node:module';

const GLOBALS = new URL('globals.ts', import.meta.url).href;

/**
 * `@jest/globals` is answered by globals.ts, since the package itself works inside of jest alone. A module of the
 * project takes the query of the module that imports it (`?load=2`): Node keeps a module for each address, so that a
 * test file with a new number brings everything that it imports anew, packages apart.
 */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier === '@jest/globals') return next(GLOBALS, context);
  const resolved = await next(specifier, context);
  const load = numberOf(context.parentURL);
  if (load === null || !isOfProject(resolved.url) || numberOf(resolved.url) !== null) return resolved;
  const url = new URL(resolved.url);
  url.searchParams.set('load', load);
  return { ...resolved, url: url.href };
};

const isOfProject = (url: string): boolean => url.startsWith('file:') && !url.includes('/node_modules/');

const numberOf = (url: string | undefined): string | null =>
  url?.startsWith('file:') ? new URL(url).searchParams.get('load') : null;
