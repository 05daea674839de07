import { hasErrors } from '../../workflows/rules/index.js';
import type { Finding } from '../../workflows/rules/shapes.js';
import { rulesBroken } from '../errors.js';

/** Lets pass what the rules find no error in. @throws {Refusal} RULES_BROKEN with all findings */
export const refuseErrors = (findings: readonly Finding[]): void => {
  if (hasErrors(findings)) throw rulesBroken(findings);
};
