import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The `templates/` room: beside `src/` in the sources, one level further up when the program was built. */
const root = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'templates', 'documents'))) {
    if (folder === dirname(folder)) throw new Error('The templates/documents folder is missing.');
    folder = dirname(folder);
  }
  return join(folder, 'templates');
})();

/** A file of the `templates/` room as text. */
export const templateFile = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

/** The names of all partials, without their ending. */
export const partialNames = (): string[] =>
  readdirSync(join(root, 'documents', 'partials'))
    .filter((name) => name.endsWith('.hbs'))
    .map((name) => name.replace(/\.hbs$/, ''))
    .sort();
