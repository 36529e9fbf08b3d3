/**
 * What can go wrong between the client and the service.
 * - drop: the connection is cut without an answer
 * - hang: no answer, the connection stays open
 * - html: a gateway's page
 * - error: an API error with `code`
 * - truncated: the answer's JSON ends half way, with a length that fits it
 * - cut: the answer's JSON ends half way, and the connection with it
 * - empty: a status and no body
 * - slow: the answer dribbles
 * - none: the plain answer, for a fault that is only a delay
 */
export type FaultKind = 'drop' | 'hang' | 'html' | 'error' | 'truncated' | 'cut' | 'empty' | 'slow' | 'none';

/** What a fault may depend on. */
interface Asked {
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Fault {
  readonly kind: FaultKind;
  /** Only requests with this action count; every one does where it is left out. */
  readonly action?: string;
  readonly when?: (request: Asked) => boolean;
  /** The how-manieth matching request is the first to be hit, counted from 1 (the default). */
  readonly nth?: number;
  /** How many matching requests in a row are hit: 1 by default, Infinity for all from then on. */
  readonly times?: number;
  /** Whether the service does what it was asked. By default only where the kind needs its answer. */
  readonly acts?: boolean;
  readonly delayBeforeMs?: number;
  readonly delayAfterMs?: number;
  /** HTTP status of html, error and empty. */
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly body?: string;
  /** html: text/html unless given. */
  readonly contentType?: string;
  /** slow: time between two pieces of the answer. */
  readonly pieceMs?: number;
}

const ACTING_KINDS: ReadonlySet<FaultKind> = new Set(['truncated', 'cut', 'slow', 'none']);

/** Whether the service does what it was asked before the fault shows. */
export function faultActs(fault: Fault | undefined): boolean {
  return fault === undefined || (fault.acts ?? ACTING_KINDS.has(fault.kind));
}

/** Counts requests against the faults that a test programmed; a request hit by one does not count for the next. */
export function faultPicker(faults: Fault[]): (request: Asked) => Fault | undefined {
  const seen = new Map<Fault, number>();
  return (request) => {
    for (const fault of [...faults]) {
      if (fault.action !== undefined && fault.action !== request.action) continue;
      if (fault.when && !fault.when(request)) continue;
      const count = (seen.get(fault) ?? 0) + 1;
      seen.set(fault, count);
      const { nth = 1, times = 1 } = fault;
      if (count >= nth + times - 1) faults.splice(faults.indexOf(fault), 1);
      if (count >= nth) return fault;
    }
    return undefined;
  };
}

/** Faults that tests keep coming back to. */
export const fault = {
  dropBefore: (action: string): Fault => ({ kind: 'drop', action }),
  actThenDrop: (action: string): Fault => ({ kind: 'drop', action, acts: true }),
  gatewayPage: (action: string, status = 502): Fault => ({ kind: 'html', action, status }),
  throttled: (action: string, times = 1): Fault => ({
    kind: 'error',
    action,
    times,
    status: 400,
    code: 'Throttling.User',
    message: 'Request was denied due to user flow control.',
  }),
  unavailable: (action: string, times = 1): Fault => ({
    kind: 'error',
    action,
    times,
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The request has failed due to a temporary failure of the server.',
  }),
  error: (action: string, code: string, status = 400, message = code): Fault => ({
    kind: 'error',
    action,
    status,
    code,
    message,
  }),
  /** A refusal with the status of a success. */
  refusedWith200: (action: string, code: string, times = 1): Fault => ({
    kind: 'error',
    action,
    times,
    status: 200,
    code,
    message: `Refused: ${code}.`,
  }),
} as const;
