import type { PageText, PdfText, TextLine } from './pdfText.js';
import { watermarkSize } from './pdfText.js';

/** A line and the page it stands on. */
export interface Placed extends TextLine {
  readonly page: number;
}

/** The boxes of decree 30/2020 as they were found on a paper; what is absent was not found. */
export interface FormBoxes {
  readonly nationalName?: Placed;
  readonly motto?: Placed;
  /** Box 2: superior body and issuing body, from top to bottom. */
  readonly agency: readonly Placed[];
  readonly number?: Placed;
  readonly place?: Placed;
  readonly typeName?: Placed;
  readonly about?: Placed;
  readonly addressee?: Placed;
  readonly bases: readonly Placed[];
  /** Text between the head and the signature, tables included. */
  readonly body: readonly Placed[];
  /** The line with the end mark `./.`. */
  readonly ending?: Placed;
  readonly recipientsHead?: Placed;
  readonly recipients: readonly Placed[];
  readonly signature: readonly Placed[];
  readonly signerName?: Placed;
  readonly watermark?: Placed;
}

/** A paper in its parts: the pages of its main text, and of each annex. */
export interface PaperParts {
  readonly main: readonly PageText[];
  readonly annexes: readonly (readonly PageText[])[];
  readonly boxes: FormBoxes;
}

/** Type names of administrative papers (decree 30/2020, Art. 7) that stand alone above a subject. */
const typeNames =
  /^(TỜ TRÌNH|BÁO CÁO|QUYẾT ĐỊNH|NGHỊ QUYẾT|KẾ HOẠCH|THÔNG BÁO|BIÊN BẢN|GIẤY MỜI|CHƯƠNG TRÌNH|PHƯƠNG ÁN)$/;
const annexLabel = /^Phụ lục( [IVXL]+)?$/;
const pageDigits = /^\d+$/;

/** True for text in capitals; signs and digits do not matter. */
export const isUpper = (text: string): boolean =>
  text === text.toLocaleUpperCase('vi') && /\p{L}/u.test(text);

/** A page's number: a line of digits alone in the top margin. */
export const pageNumberOf = (page: PageText): TextLine | undefined =>
  page.lines.find(({ text, y }) => pageDigits.test(text) && y < 57);

/** Lines of a page without its number and without a watermark. */
export const textOf = (page: PageText): TextLine[] => {
  const number = pageNumberOf(page);
  return page.lines.filter((line) => line !== number && line.size < watermarkSize);
};

const startsAnnex = (page: PageText) =>
  textOf(page)
    .slice(0, 2)
    .some(({ text }) => annexLabel.test(text));

const partsOf = (pages: readonly PageText[]) => {
  const first = pages.findIndex(startsAnnex);
  const main = first < 0 ? pages : pages.slice(0, first);
  const annexes: PageText[][] = [];
  for (const page of first < 0 ? [] : pages.slice(first)) {
    if (startsAnnex(page)) annexes.push([page]);
    else annexes.at(-1)!.push(page);
  }
  return { main, annexes };
};

const place = (page: PageText, lines: readonly TextLine[] = textOf(page)): Placed[] =>
  lines.map((line) => ({ ...line, page: page.number }));

/** Order of reading on the main pages. */
const after = (line: Placed, other: Placed) =>
  line.page > other.page || (line.page === other.page && line.y > other.y);

const headOf = (lines: readonly Placed[], middle: number) => {
  const nationalName = lines.find(({ text }) => /^CỘNG H(ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM$/.test(text));
  const motto = lines.find(({ text }) => /^Độc lập\s*[-–]\s*Tự do\s*[-–]\s*Hạnh phúc$/.test(text));
  const number = lines.find(({ text }) => text.startsWith('Số:'));
  const placed = lines.find(({ text }) => /, ngày\s+(\d+ )?tháng\s/.test(text));
  const agency = number
    ? lines.filter(
        (line) => line.y < number.y - 2 && (line.x0 + line.x1) / 2 < middle && line.page === number.page,
      )
    : [];
  return { nationalName, motto, number, place: placed, agency };
};

const signingOf = (
  lines: readonly Placed[],
  middle: number,
): Pick<FormBoxes, 'recipientsHead' | 'recipients' | 'signature' | 'signerName'> => {
  const recipientsHead = lines.findLast(({ text }) => text === 'Nơi nhận:');
  if (!recipientsHead) return { recipients: [], signature: [] };
  const below = lines.filter((line) => line.page === recipientsHead.page && line.y >= recipientsHead.y - 8);
  const right = below.filter((line) => line.x0 > middle - 30);
  const signature = right.filter(({ text }) => isUpper(text));
  const signerName = right.findLast((line) => !isUpper(line.text) && line.bold);
  const recipients = below.filter((line) => line !== recipientsHead && line.x0 <= middle - 30);
  return { recipientsHead, recipients, signature, ...(signerName ? { signerName } : {}) };
};

const present = <T extends object>(boxes: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(boxes).filter(([, value]) => value !== undefined)) as never;

/** Finds the parts and boxes of a paper by what stands where. */
export const findBoxes = ({ pages }: PdfText): PaperParts => {
  const { main, annexes } = partsOf(pages);
  const lines = main.flatMap((page) => place(page));
  const middle = (pages[0]?.width ?? 595) / 2;
  const head = headOf(
    lines.filter(({ page }) => page === 1),
    middle - 20,
  );
  const signing = signingOf(lines, middle);
  const typeName = lines.find(({ text, bold }) => bold && typeNames.test(text));
  const about = lines.find(({ text, page }) => page === 1 && text.startsWith('V/v '));
  const addressee = lines.find(({ text, page }) => page === 1 && text.startsWith('Kính gửi'));
  const start = addressee ?? typeName ?? head.number;
  const end = signing.recipientsHead;
  const body = lines.filter(
    (line) =>
      start &&
      after(line, start) &&
      !(end && (line.page > end.page || (line.page === end.page && line.y >= end.y - 8))),
  );
  const firstBasis = body.findIndex(({ text }) => text.startsWith('Căn cứ '));
  const italicEnd = body.findIndex(({ italic }, i) => i > firstBasis && !italic);
  const bases = firstBasis < 0 ? [] : body.slice(firstBasis, italicEnd < 0 ? undefined : italicEnd);
  const watermark = pages
    .flatMap((page) => place(page, page.lines))
    .find(({ size }) => size >= watermarkSize);
  return {
    main,
    annexes,
    boxes: {
      body,
      bases,
      ...signing,
      ...present({
        ...head,
        typeName,
        about,
        addressee,
        watermark,
        ending: body.findLast(({ text }) => text.includes('./.')),
      }),
      agency: head.agency,
    },
  };
};
