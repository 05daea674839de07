import { findBoxes } from './formBoxes.js';
import { lookers, rules, type Rule } from './formRules.js';
import { labels } from './labels.js';
import { readPdf } from './pdfText.js';

/** One point of the form: what is asked for and what was found, in Vietnamese. */
export interface FormFinding {
  readonly rule: Rule;
  readonly ok: boolean;
  readonly expected: string;
  readonly found: string;
  /** Page from 1; 0 where it is about the file as a whole. */
  readonly page: number;
}

/** All points of the form, in the order of the form. */
export interface FormReport {
  readonly ok: boolean;
  readonly findings: readonly FormFinding[];
}

/**
 * Reads a PDF back and holds it against the form of administrative papers (decree 30/2020, Annex I).
 * A draft may lack number, date and signer, and has to say DỰ THẢO; an issued paper must not.
 * @throws when the bytes are no PDF
 */
export const checkForm = async (
  pdf: Uint8Array,
  { draft = false }: { draft?: boolean } = {},
): Promise<FormReport> => {
  const read = await readPdf(pdf);
  const subject = { pdf: read, paper: findBoxes(read), draft };
  const findings = rules.map((rule) => ({ rule, expected: labels.check[rule], ...lookers[rule](subject) }));
  return { ok: findings.every(({ ok }) => ok), findings };
};
