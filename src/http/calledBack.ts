/** What answers by calling back, as a promise. @throws what it calls back with */
export const calledBack = (call: (done: (failed?: unknown) => void) => unknown): Promise<void> =>
  new Promise((resolve, reject) => {
    call((failed) => {
      if (!failed) return resolve();
      reject(
        failed instanceof Error
          ? failed
          : new Error('It called back with no error of ours.', { cause: failed }),
      );
    });
  });
