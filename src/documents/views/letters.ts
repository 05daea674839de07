import type { Day } from '../../../workflows/vocabulary.js';
import { longDate } from '../format.js';
import type { Issue } from '../issue.js';
import { cite, paperOf, paragraphs, type Paper } from '../paper.js';

/** The dossier that a letter is about. */
export interface LetterDossier {
  /** Case code, `DT-2025-004`. */
  readonly code: string;
  /** What it is, small letter: `dự toán kinh phí chuyển đổi số giai đoạn 2025-2026`. */
  readonly name: string;
  /** The agency that sent it and now has to act, as in running text: `Sở Y tế`. */
  readonly sender: string;
  /** How it came in: `Tờ trình`, `04/TTr-SYT`, its day. */
  readonly incoming: { readonly typeName: string; readonly number: string; readonly day: Day };
}

interface LetterSource {
  readonly issue: Issue;
  readonly dossier: LetterDossier;
  /** Why, in the words of who returned or asked; line breaks make paragraphs. */
  readonly reason: string;
  /** Lines, documents or estimates concerned; may be empty. */
  readonly points: readonly { readonly name: string; readonly reason: string }[];
  /** Whom to ask: a unit, `Phòng Chuyển đổi số`. */
  readonly contact: string;
}

/** Công văn trả lại. */
export interface ReturnLetterSource extends LetterSource {
  /** Last day to send the corrected dossier; absent where none is set. */
  readonly resubmitBy?: Day;
}

/** Công văn đề nghị bổ sung; the clock stands still until `due`. */
export interface SupplementLetterSource extends LetterSource {
  readonly due: Day;
}

interface LetterView extends Paper {
  readonly code: string;
  readonly dossier: string;
  readonly sender: string;
  readonly incoming: string;
  readonly reasons: readonly string[];
  readonly points: readonly { readonly no: string; readonly name: string; readonly reason: string }[];
  readonly contact: string;
}
export interface ReturnLetterView extends LetterView {
  readonly resubmitBy: readonly string[];
}
export interface SupplementLetterView extends LetterView {
  readonly due: string;
}

const letterView = (
  { issue, dossier, reason, points, contact }: LetterSource,
  subject: string,
): LetterView => {
  const { typeName, number, day } = dossier.incoming;
  return {
    ...paperOf(issue, { subject }),
    code: dossier.code,
    dossier: dossier.name,
    sender: dossier.sender,
    incoming: cite(typeName, number, day),
    reasons: paragraphs(reason),
    points: points.map(({ name, reason: why }, i) => ({
      no: String(i + 1),
      name: name.normalize('NFC'),
      reason: paragraphs(why).join(' '),
    })),
    contact,
  };
};

/** Builds the letter that returns a dossier for correction. */
export const returnLetterView = (source: ReturnLetterSource): ReturnLetterView => ({
  ...letterView(source, `trả lại hồ sơ ${source.dossier.name} để hoàn thiện`),
  resubmitBy: source.resubmitBy ? [longDate(source.resubmitBy)] : [],
});

/** Builds the letter that asks for supplements while the dossier stays where it is. */
export const supplementLetterView = (source: SupplementLetterSource): SupplementLetterView => ({
  ...letterView(source, `đề nghị bổ sung hồ sơ ${source.dossier.name}`),
  due: longDate(source.due),
});
