/** An error whose text is ours: `message` says what failed, `hint` what the person can do about it. */
export class ActionError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** Several independent failures of one phase, each reported as an error of its own. */
export class ActionErrors extends ActionError {
  constructor(readonly errors: readonly ActionError[]) {
    super(errors.map((error) => error.message).join('\n'));
  }
}

/** One bad input. `message` says its kebab-case name, the value it got and what is allowed. */
export class InputError extends ActionError {
  constructor(
    readonly input: string,
    message: string,
    hint?: string,
  ) {
    super(`Input ${input}: ${message}`, { hint });
  }
}
