import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

// What is measured is what ships: src/ and workflows/ as they are compiled in dist/, where that is there. What turns
// TypeScript into JavaScript on the fly names every closure anew each time it is made, which costs in hot code.
const root = new URL('../', import.meta.url).href;
const room = new RegExp(`^${root.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}((?:src|workflows)/.*)\\.ts$`);

/** @type {import('node:module').ResolveHook} */
export const resolve = async (specifier, context, next) => {
  const resolved = await next(specifier, context);
  const path = room.exec(resolved.url.replace(/\?.*$/, ''))?.[1];
  const shipped = path && new URL(`dist/${path}.js`, root);
  return shipped && existsSync(fileURLToPath(shipped)) ? { url: shipped.href, shortCircuit: true } : resolved;
};

if (!process.env.BENCH_SOURCES) register(import.meta.url);
