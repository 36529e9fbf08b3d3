import pLimit from 'p-limit';

import type { Clock } from '../clock.js';
import type { BlobReader } from '../registry/types.js';
import { Stopped } from './sink.js';

/** Below this, a look at the whole layer costs no more than a look at a part of it. */
export const SMALL_LAYER_BYTES = 8 * 2 ** 20;

/** Streams and looks at a time: zlib has four threads, and each piece of work a few MiB. */
const UNPACKING_AT_ONCE = 4;

/** What reading and unpacking of all layers of a run may take. */
export interface BudgetLimits {
  /** Of layers over 8 MiB that are read whole, all together. */
  readonly streamBytes: number;
  /** Of everything else that is read. */
  readonly otherBytes: number;
  /** Of this process. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Enough for every real image, and a limit for one that was made to keep us busy. */
export const DEFAULT_LIMITS: BudgetLimits = {
  streamBytes: 2 ** 30,
  otherBytes: 2 ** 30,
  cpuMs: 180_000,
  wallMs: 600_000,
};

/** One budget for all layers of a run. Close it at the end. */
export class ReadingBudget {
  readonly limits: BudgetLimits;
  private readonly limit = pLimit(UNPACKING_AT_ONCE);
  private readonly timer = new AbortController();
  /** What is under way, to be stopped when time is up. */
  private readonly waiting = new Set<(error: Stopped) => void>();
  private readonly startMs: number;
  private readonly startCpu = process.cpuUsage();
  private bytes: number;
  private streamBytes: number;
  private smallBytes: number;

  constructor(
    private readonly clock: Clock,
    limits: Partial<BudgetLimits> = {},
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.bytes = this.limits.streamBytes + this.limits.otherBytes;
    this.streamBytes = this.limits.streamBytes;
    this.smallBytes = this.limits.otherBytes / 2;
    this.startMs = clock.now();
    clock.sleep(this.limits.wallMs, this.timer.signal).then(
      () => {
        for (const stop of this.waiting) stop(new Stopped(this.outOfTime()));
      },
      () => undefined,
    );
  }

  /** Whether a layer may be read whole; whoever is asked for first gets it. */
  grant(sizeBytes: number): boolean {
    const pool = sizeBytes <= SMALL_LAYER_BYTES ? 'smallBytes' : 'streamBytes';
    if (this[pool] < sizeBytes) return false;
    this[pool] -= sizeBytes;
    return true;
  }

  /** Why nothing more may be read or unpacked, in words that follow "since"; undefined while something may. */
  exhausted(): string | undefined {
    const { cpuMs, wallMs } = this.limits;
    if (this.bytes < 0) return 'this run has read as many bytes of layers as it may';
    if (this.clock.now() - this.startMs >= wallMs) return this.outOfTime();
    const { user, system } = process.cpuUsage(this.startCpu);
    if ((user + system) / 1000 < cpuMs) return undefined;
    return `this run has spent ${cpuMs / 1000} s of processor time on layers, as much as it may`;
  }

  /** Runs work that holds memory or keeps the processor busy, a few at a time. */
  unpacking<T>(work: () => Promise<T>): Promise<T> {
    return this.limit(work);
  }

  /** The reader, within the budget: it throws Stopped where that is spent, also in the middle of an answer. */
  within(reader: BlobReader): BlobReader & { readonly fetchedBytes: number } {
    let fetched = 0;
    const note = (length: number): void => {
      fetched += length;
      this.bytes -= length;
    };
    return {
      range: async (layer, start, end) => {
        const bytes = await this.inTime(() => reader.range(layer, start, end));
        note(bytes?.length ?? 0);
        return bytes;
      },
      stream: (layer) => this.streamWithin(() => reader.stream(layer)[Symbol.asyncIterator](), note),
      get fetchedBytes() {
        return fetched;
      },
    };
  }

  close(): void {
    this.timer.abort();
  }

  private async *streamWithin(
    open: () => AsyncIterator<Buffer>,
    note: (length: number) => void,
  ): AsyncGenerator<Buffer> {
    const source = open();
    let ended = false;
    try {
      for (;;) {
        const next = await this.inTime(() => source.next());
        if (next.done === true) {
          ended = true;
          return;
        }
        note(next.value.length);
        yield next.value;
      }
    } finally {
      // Not waited for: a source that fell silent could keep us waiting forever.
      if (!ended) void source.return?.().catch(() => undefined);
    }
  }

  private async inTime<T>(work: () => Promise<T>): Promise<T> {
    const reason = this.exhausted();
    if (reason !== undefined) throw new Stopped(reason);
    let stop!: (error: Stopped) => void;
    const stopped = new Promise<never>((_, reject) => (stop = reject));
    this.waiting.add(stop);
    try {
      return await Promise.race([work(), stopped]);
    } finally {
      this.waiting.delete(stop);
    }
  }

  private outOfTime(): string {
    return `this run has been reading layers for ${this.limits.wallMs / 60_000} min, as long as it may`;
  }
}
