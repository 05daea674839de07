import { findBoxes } from './formBoxes.js';
import { lookers, rules, type Rule } from './formRules.js';
import { labels } from './labels.js';
import { readPdf, type PdfText } from './pdfText.js';
import { compareFigures } from './readFigures.js';

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

const formOf = (pdf: PdfText, draft: boolean): FormFinding[] => {
  const subject = { pdf, paper: findBoxes(pdf), draft };
  return rules.map((rule) => ({ rule, expected: labels.check[rule], ...lookers[rule](subject) }));
};

const reported = (findings: readonly FormFinding[]): FormReport => ({
  ok: findings.every(({ ok }) => ok),
  findings,
});

/**
 * Reads a PDF back and holds it against the form of administrative papers (decree 30/2020, Annex I).
 * A draft may lack number, date and signer, and has to say DỰ THẢO; an issued paper must not.
 * @throws when the bytes are no PDF
 */
export const checkForm = async (
  pdf: Uint8Array,
  { draft = false }: { draft?: boolean } = {},
): Promise<FormReport> => reported(formOf(await readPdf(pdf), draft));

/**
 * The same for a paper that was just printed; each of its figures is also held against what was to be printed, and
 * against the amounts (đồng) of the data that it was made from.
 * @throws when the bytes are no PDF
 */
export const checkPrinted = async (
  pdf: Uint8Array,
  made: { readonly html: string; readonly amounts: readonly number[]; readonly draft: boolean },
): Promise<FormReport> => {
  const read = await readPdf(pdf);
  const figures = compareFigures(read, made).map((fault) => ({
    rule: 'figures' as const,
    ok: false,
    ...fault,
  }));
  return reported([...formOf(read, made.draft), ...figures]);
};
