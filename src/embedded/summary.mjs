/**
 * The counts of a jest run. A file that could not be run counts as one failure, and so does a run that
 * ended badly without naming one.
 * @param {string | undefined} report jest's JSON, if it came to writing one
 * @param {number} code jest's exit code
 * @returns {{ passed: number, failed: number }}
 */
export function summary(report, code) {
  const { numPassedTests = 0, numFailedTests = 0, numRuntimeErrorTestSuites = 0 } = parse(report);
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { passed: numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** @param {string | undefined} report @returns {Record<string, number>} */
function parse(report) {
  try {
    return JSON.parse(report ?? '{}');
  } catch {
    return {};
  }
}
