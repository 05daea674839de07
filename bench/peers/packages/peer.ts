import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A package that the bench compares with. All of them are installed here when the first is asked for; who only runs
 * or tests the product does without them.
 * @throws when they cannot be installed
 */
export const peer = async <T>(name: string): Promise<T> => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  if (!existsSync(`${folder}node_modules/.package-lock.json`))
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  return (await import(name)) as T;
};
