/**
 * Asks a child to end, waits, and after `patience` milliseconds ends it with all that it started.
 * @param {import('node:child_process').ChildProcess} child started with `detached`
 * @param {number} patience
 * @returns {Promise<void>}
 */
export function endChild(child, patience) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    return Promise.resolve();
  return new Promise((done) => {
    const { pid } = child;
    const timer = setTimeout(() => kill(-Number(pid), 'SIGKILL'), patience);
    child.once('exit', () => {
      clearTimeout(timer);
      done();
    });
    kill(Number(pid), 'SIGTERM');
  });
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in between.
  }
}
