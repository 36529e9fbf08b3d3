import { ActionError, ActionErrors, InputError } from '../errors.js';
import { DEFAULTS, type InputName } from './defaults.js';

/** Where inputs and environment variables come from: the process's environment, or a test's. */
export interface InputSource {
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Reads inputs and collects what is wrong with them, so that one run reports it all.
 * If reading an input fails, its value is `undefined`, whatever the type says: call `finish` before any value is used.
 */
export class Reader {
  private readonly errors: InputError[] = [];
  private readonly gatheredWarnings: string[] = [];

  constructor(private readonly source: InputSource) {}

  /** The input without the white space around it, or its default where it is unset or empty. */
  text(input: InputName): string {
    return this.variable(environmentName(input)) || DEFAULTS[input];
  }

  /** The environment variable without the white space around it; empty if it is unset. */
  variable(name: string): string {
    return this.source.env[name]?.trim() ?? '';
  }

  /** Parses the input, also where it is empty. */
  parse<T>(input: InputName, parse: (text: string) => T): T {
    return this.attempt(input, () => parse(this.text(input)));
  }

  /** Parses the input where it is set. */
  optional<T>(input: InputName, parse: (text: string) => T): T | undefined {
    return this.text(input) === '' ? undefined : this.parse(input, parse);
  }

  /** Parses an input that must be set; a list with nothing but comments and commas is not. */
  required<T>(input: InputName, parse: (text: string) => T, hint: string): T {
    return this.attempt(input, () => {
      const text = this.text(input);
      const missing = new ActionError('is required and was not given', { hint });
      if (text === '') throw missing;
      const value = parse(text);
      if (Array.isArray(value) && value.length === 0) throw missing;
      return value;
    });
  }

  /** Runs `read`, and records the ActionErrors that it throws for this input, unless they name another one. */
  attempt<T>(input: InputName, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      const errors = error instanceof ActionErrors ? error.errors : [error];
      this.errors.push(...errors.map((single) => asInputError(input, single)));
      return undefined as T;
    }
  }

  /** Whether nothing is wrong with the input so far. */
  isGood(input: InputName): boolean {
    return this.errors.every((error) => error.input !== input);
  }

  warn(message: string): void {
    this.gatheredWarnings.push(message);
  }

  /** The warnings so far. @throws ActionErrors with an InputError for each input that was wrong */
  finish(): readonly string[] {
    if (this.errors.length > 0) throw new ActionErrors(this.errors);
    return this.gatheredWarnings;
  }
}

function asInputError(input: InputName, error: ActionError): InputError {
  return error instanceof InputError ? error : new InputError(input, error.message, error.hint);
}

/** The variable in which the runner hands an input over, as @actions/core's getInput has it. */
function environmentName(input: InputName): string {
  return `INPUT_${input.toUpperCase()}`;
}
