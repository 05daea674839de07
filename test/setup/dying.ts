import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TestDatabase } from './database.js';
import { leashed } from './leashed.js';

const built = new Map<string, Promise<string>>();

/** One file of our own code: a process that is to die starts from it in half the time. */
const inOneFile = async (program: string): Promise<string> => {
  const source = fileURLToPath(new URL(`../${program}.ts`, import.meta.url));
  const outfile = fileURLToPath(new URL(`../../dist/test/${program}.mjs`, import.meta.url));
  const options = { bundle: true, packages: 'external', platform: 'node', format: 'esm' } as const;
  await build({ ...options, entryPoints: [source], outfile, logLevel: 'warning' });
  return outfile;
};

/**
 * Runs a program of the tests, which is told a database, in a process that dies at the first of some points.
 * @param program its path under `test/`, without the ending
 * @param faults as src/store/faults.ts names them
 * @returns where it died, null when it came to its end
 * @throws when it ended otherwise
 */
export const dieAt = async (
  program: string,
  { uri, dbName }: Pick<TestDatabase, 'uri' | 'dbName'>,
  ...faults: readonly string[]
): Promise<string | null> => {
  const file = built.get(program) ?? inOneFile(program);
  built.set(program, file);
  const child = leashed([await file, uri, dbName], { TOTRINH_FAULT: faults.join(',') });
  child.stdout.resume();
  const [said, [code, signal]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  if (code === 0) return null;
  const at = faults.find((fault) => fault.replace(/#.*/, '') === said.trim());
  if (signal !== 'SIGKILL' || at === undefined) throw new Error(`It died of something else: ${said}`);
  return at;
};
