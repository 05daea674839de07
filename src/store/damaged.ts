/** What is stored is not what its hash says, or is gone: told, never served. */
export class Damaged extends Error {
  readonly code = 'DAMAGED';

  constructor(
    readonly what: 'attachment' | 'content' | 'paper' | 'summary',
    readonly key: string,
    readonly how: 'missing' | 'damaged',
  ) {
    super(`The ${what} ${key} is ${how}.`);
    this.name = 'Damaged';
  }
}
