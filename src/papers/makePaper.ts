import { createHash } from 'node:crypto';
import type { DocumentType, Intent } from '../../workflows/vocabulary.js';
import { amountsOf } from '../documents/amounts.js';
import { checkPrinted, type FormFinding } from '../documents/checkForm.js';
import { documentView, type DocumentSources } from '../documents/documentSources.js';
import type { Issue } from '../documents/issue.js';
import type { Lane, Printer } from '../documents/print.js';
import { ReaderGone } from '../documents/readBack.js';
import { renderDocument, templateVersion } from '../documents/render.js';
import { Refusal, type FieldFault } from '../errors.js';
import type { Case } from '../engine/ports.js';
import { paperNames } from './sources.js';

/** A paper of a case: which document, what it says beside the frozen content, and whether it is but a draft. */
export interface PaperAsked {
  readonly found: Case;
  readonly document: DocumentType;
  readonly data: Extract<Intent, { type: 'render' }>['params']['data'];
  /** Leaves number and day open, and the name where nobody has signed; says DỰ THẢO on every page. */
  readonly draft?: boolean;
}

/** A paper as it was made. */
export interface MadePaper {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly templateVersion: string;
}

type Sources = <T extends DocumentType>(
  found: Case,
  params: { readonly document: T; readonly data: PaperAsked['data'] },
) => Promise<DocumentSources[T]>;

/** Reads a printed paper back; what is wrong with it is told by findings that are not ok. */
export type ReadBack = typeof checkPrinted;

/** Prints that a check leaves for whoever carries the step out; and drafts that may be asked for again. */
const keptPrints = 16;

/** Makes papers, and checks them before they are issued. */
export const createPapers = ({
  sources,
  printer,
  readBack = checkPrinted,
}: {
  sources: Sources;
  printer: Pick<Printer, 'print'>;
  readBack?: ReadBack | undefined;
}) => {
  /** Prints, also while they are made: who asks for the same one waits for the same print. */
  const drafts = new Map<string, Promise<Uint8Array>>();
  const checked = new Map<string, Promise<Checked>>();

  const rendered = async ({ found, document, data, draft = false }: PaperAsked) => {
    const source = await sources(found, { document, data });
    const made = draft ? { ...source, issue: drafted(source.issue) } : source;
    const { html } = renderDocument(document, documentView(document, made));
    return { html, amounts: amountsOf(document, made), draft };
  };

  const check = async (
    document: DocumentType,
    made: Awaited<ReturnType<typeof rendered>>,
  ): Promise<Checked> => {
    const away = (error: unknown): never => {
      throw new Refusal('PRINTER_AWAY', { paper: paperNames[document] }, { cause: error });
    };
    const bytes = await printer.print(made.html).catch(away);
    const { findings } = await readBack(bytes, made).catch((error: unknown) => {
      if (error instanceof ReaderGone) away(error);
      throw error;
    });
    return { bytes, findings };
  };

  return {
    /** Makes the PDF of a document. A print that was checked before is used, once. */
    async makePaper(asked: PaperAsked, lane: Lane = 'usual'): Promise<MadePaper> {
      const { html } = await rendered(asked);
      const key = keyOf(html);
      const before = await checked.get(key)?.catch(() => null);
      checked.delete(key);
      const bytes = before?.bytes ?? (await printer.print(html, lane));
      return {
        bytes,
        name: `${paperNames[asked.document]} ${asked.found.code}${asked.draft ? ' (dự thảo)' : ''}.pdf`,
        templateVersion: templateVersion(asked.document),
      };
    },

    /**
     * A paper as it will be, while people still decide on it: a draft, printed anew where anything has changed.
     * @throws {Refusal} PRINTER_AWAY
     */
    async preview(asked: Omit<PaperAsked, 'draft'>): Promise<MadePaper> {
      const { html } = await rendered({ ...asked, draft: true });
      const key = keyOf(html);
      const printing = drafts.get(key) ?? printer.print(html, 'draft');
      keepNewest(drafts, key, printing);
      const bytes = await printing.catch((error: unknown) => {
        drafts.delete(key);
        throw new Refusal('PRINTER_AWAY', { paper: paperNames[asked.document] }, { cause: error });
      });
      return {
        bytes,
        name: `DỰ THẢO ${paperNames[asked.document]} ${asked.found.code}.pdf`,
        templateVersion: templateVersion(asked.document),
      };
    },

    /**
     * Prints the papers that a step is about to issue and reads them back: form, and each figure against the frozen
     * data. `found` is the case as it will be after the step.
     * @throws {Refusal} FORM_BROKEN with what is wrong; PRINTER_AWAY when nothing can be printed now
     */
    async checkPapers(found: Case, intents: readonly Intent[]): Promise<void> {
      const faults: FieldFault[] = [];
      for (const intent of intents) {
        if (intent.type !== 'render') continue;
        const { document, data } = intent.params;
        const made = await rendered({ found, document, data });
        const key = keyOf(made.html);
        const checking = checked.get(key) ?? check(document, made);
        keepNewest(checked, key, checking);
        const { findings } = await checking.catch((error: unknown) => {
          checked.delete(key);
          throw error;
        });
        const wrong = findings.filter(({ ok }) => !ok);
        // Whoever asks again has it printed anew.
        if (wrong.length > 0) checked.delete(key);
        faults.push(...wrong.map((finding) => faultOf(document, finding)));
      }
      if (faults.length > 0) throw new Refusal('FORM_BROKEN', { faults });
    },
  };
};

/** A print, and what was found when it was read back. */
interface Checked {
  readonly bytes: Uint8Array;
  readonly findings: readonly FormFinding[];
}

/** Puts one to the end, and lets the oldest go. */
const keepNewest = <T>(prints: Map<string, T>, key: string, print: T): void => {
  prints.delete(key);
  prints.set(key, print);
  for (const old of [...prints.keys()].slice(0, -keptPrints)) prints.delete(old);
};

const drafted = ({ signer, ...issue }: Issue): Issue => ({
  ...issue,
  signer: { ...signer, name: signer.name === '' ? null : signer.name },
  number: null,
  day: null,
});

const keyOf = (html: string): string => createHash('sha256').update(html).digest('hex');

const faultOf = (document: DocumentType, { rule, page, found, expected }: FormFinding): FieldFault => ({
  path: document,
  code: page === 0 ? 'paper.file' : 'paper.page',
  params: { paper: paperNames[document], rule, page, found, expected },
});
