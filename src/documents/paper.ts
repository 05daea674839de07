import { longDate, placeAndDate, registerNumber, yearOf } from './format.js';
import { signatureLines, type Issue } from './issue.js';

/** An annex's head: `Phụ lục I`, its title and the reference to the paper it belongs to. */
export interface AnnexHead {
  readonly label: string;
  readonly title: string;
  readonly reference: string;
}

/** The boxes that every paper has. Empty lists mean that a box is absent; no text is ever empty. */
export interface Paper {
  /** Title of the PDF. */
  readonly title: string;
  readonly draft: boolean;
  readonly letterhead: {
    readonly superior: readonly string[];
    readonly issuer: readonly string[];
    readonly number: string;
    readonly placeAndDate: string;
    /** `V/v …`, letters only. */
    readonly about: readonly string[];
  };
  /** TỜ TRÌNH, BÁO CÁO …; letters have none. */
  readonly heading: readonly { readonly typeName: string; readonly subject: string }[];
  readonly addressees: { readonly one: readonly string[]; readonly many: readonly string[] };
  readonly signature: { readonly lines: readonly string[]; readonly name: string; readonly signed: boolean };
  readonly recipients: readonly string[];
  readonly issuerName: string;
}

const blank = '\u00a0';
/** What is filled in by hand, or later. */
export const gap = blank.repeat(6);

const ended = (lines: readonly string[]): string[] =>
  lines.map((line, i) => line + (i === lines.length - 1 ? '.' : ';'));

/** `05/TTr-SYT`; a draft leaves the number open. */
const numberOf = ({ number, symbol }: Issue): string =>
  `${number === null ? gap : registerNumber(number)}/${symbol}`;

/** A date that a draft leaves open. */
const openDay = `ngày${gap}tháng${gap}năm${gap}`;

/** Names a paper in running text: `Tờ trình số 05/TTr-SYT ngày 26 tháng 9 năm 2025`; its day may be open. */
export const cite = (typeName: string, number: string, day: string | null): string =>
  `${typeName} số ${number} ${day === null ? openDay : longDate(day)}`;

/** The boxes of one issue. `typeName` in small letters (`Tờ trình`); letters pass none and get `V/v` instead. */
export const paperOf = (
  issue: Issue,
  { typeName, subject, sameAs }: { typeName?: string; subject: string; sameAs?: string },
): Paper => {
  const { issuer, day, signer, addressees, filingUnit } = issue;
  const number = numberOf(issue);
  const filed = `Lưu: VT${filingUnit ? `, ${filingUnit}` : ''}`;
  const called = `${typeName ?? 'Công văn'} ${issue.number === null ? '(dự thảo)' : number}`;
  return {
    title: `${called} ${typeName ? lowerFirst(subject) : `về việc ${subject}`}`,
    draft: issue.number === null || day === null,
    letterhead: {
      superior: issuer.superior ? [issuer.superior] : [],
      issuer: issuer.lines,
      number: `Số: ${number}`,
      placeAndDate: day === null ? `${issuer.place}, ${openDay}` : placeAndDate(issuer.place, day),
      about: typeName ? [] : [`V/v ${subject}`],
    },
    heading: typeName ? [{ typeName: typeName.toLocaleUpperCase('vi'), subject }] : [],
    addressees: {
      one: addressees.length === 1 ? addressees : [],
      many: addressees.length > 1 ? ended(addressees) : [],
    },
    signature: {
      lines: signatureLines(issuer, signer),
      name: signer.name ?? blank,
      signed: signer.name !== null && issue.number !== null,
    },
    recipients: ended([sameAs ?? 'Như trên', ...issue.recipients, filed]),
    issuerName: issuer.name,
  };
};

/** For names that come to stand inside a sentence: `Đợt 1 năm 2025` → `đợt 1 năm 2025`. */
export const lowerFirst = (text: string): string => text.charAt(0).toLocaleLowerCase('vi') + text.slice(1);

/** Heads of the annexes of one paper; numbered I, II … when there are two or more (decree 30/2020, Annex I). */
export const annexHeads = (
  typeName: string,
  { issue, titles }: { issue: Issue; titles: readonly string[] },
): AnnexHead[] => {
  // On electronic papers the reference stays unfilled; the number stands on the paper itself.
  const reference = `(Kèm theo ${typeName} số${gap}/${issue.symbol} ngày${gap}tháng${gap}năm${
    issue.day === null ? gap : ` ${yearOf(issue.day)}`
  } của ${issue.issuer.name})`;
  return titles.map((title, i) => ({
    label: titles.length === 1 ? 'Phụ lục' : `Phụ lục ${'I'.repeat(i + 1)}`,
    title,
    reference,
  }));
};

/** Free text of an author as paragraphs: line breaks part them, empty ones are dropped. */
export const paragraphs = (text: string | undefined): string[] =>
  (text ?? '')
    .normalize('NFC')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
