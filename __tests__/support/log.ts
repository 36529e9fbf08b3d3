import type { Log } from '../../src/report/log.js';

/** A log that remembers, and keeps the lines of each kind apart. */
export interface RememberedLog extends Log {
  readonly infos: string[];
  readonly debugs: string[];
  readonly warnings: string[];
  readonly groups: string[];
}

export function rememberedLog(): RememberedLog {
  const [infos, debugs, warnings, groups]: [string[], string[], string[], string[]] = [[], [], [], []];
  return {
    infos,
    debugs,
    warnings,
    groups,
    info: (line) => void infos.push(line),
    debug: (line) => void debugs.push(line),
    warning: (message) => void warnings.push(message),
    group: async (title, work) => {
      groups.push(title);
      return work();
    },
  };
}
