/** What the set-up cannot mend by itself: told in full, without a stack trace, with exit code 1. */
export class Refusal extends Error {
  /**
   * @param {string} code stable, for tests and for people who ask for help
   * @param {string} message what was found, what is needed and the ways out, in Vietnamese
   */
  constructor(code, message) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** A command that was run and failed; `tail` holds its last lines. */
export class CommandFailed extends Error {
  /**
   * @param {string} command
   * @param {string} tail
   * @param {string | undefined} log file with everything that it said
   */
  constructor(command, tail, log) {
    super(`${command}: ${tail}`);
    this.name = 'CommandFailed';
    this.tail = tail;
    this.log = log;
    /** What was being done, in the words that the person was told. @type {string | undefined} */
    this.step = undefined;
  }
}
