import { jest } from '@jest/globals';

/** What the work writes to the standard output, where the runner reads its commands. */
export async function stdoutOf(work: () => unknown): Promise<string> {
  let written = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return written;
}
