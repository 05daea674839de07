import { randomBytes } from 'node:crypto';

/** Gives the run a name of its own before the workers start; they inherit it. */
export default function globalSetup() {
  process.env.TOTRINH_TEST_PREFIX ??= `totrinh_test_${randomBytes(4).toString('hex')}_`;
}
