import { isUpper, pageNumberOf, textOf, type FormBoxes, type Placed } from './formBoxes.js';
import type { PageText, PdfText, TextLine } from './pdfText.js';

/** What a rule saw. `found` is in Vietnamese or quotes the paper; `page` counts from 1, 0 is the file itself. */
export interface Seen {
  readonly ok: boolean;
  readonly found: string;
  readonly page: number;
}

/** Points per millimetre. */
export const mm = 72 / 25.4;
/** What is not there at all. */
export const missing: Seen = { ok: false, found: 'không có', page: 1 };
/** What a rule saw, in its own words. */
export const say = (ok: boolean, found: string, page = 0): Seen => ({ ok, found, page });
/** Within bounds, give or take what printing rounds. */
export const near = (value: number, low: number, high: number, slack = 0.15) =>
  value >= low - slack && value <= high + slack;
/** Middle of what stands between two edges, in points. */
export const centre = ({ x0, x1 }: { x0: number; x1: number }) => (x0 + x1) / 2;
const style = ({ text, size, bold, italic }: TextLine) =>
  `"${text}" cỡ ${size}${bold ? ' đậm' : ''}${italic ? ' nghiêng' : ''}`;
/** What a rule saw of one line: its text, size and style. */
export const at = (line: Placed, ok: boolean): Seen => say(ok, style(line), line.page);
/** The first that is wrong, or what to say when nothing is. */
export const firstWrong = (seen: readonly Seen[], otherwise: Seen): Seen =>
  seen.find(({ ok }) => !ok) ?? otherwise;

const inMm = (points: number) => Math.round((points / mm) * 10) / 10;

/** Paper size; main pages stand upright. */
export const a4 = ({ width, height, number }: PageText, main: boolean): Seen => {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const size = near(short, 210 * mm, 210 * mm, 2) && near(long, 297 * mm, 297 * mm, 2);
  return say(size && (!main || height > width), `${inMm(width)} × ${inMm(height)} mm`, number);
};

/** Least distance of the text from each edge, in mm; text reaches about 0.9 of its size above its baseline. */
const marginsOf = (page: PageText) => {
  const lines = textOf(page);
  return {
    left: inMm(Math.min(...lines.map(({ x0 }) => x0))),
    right: inMm(page.width - Math.max(...lines.map(({ x1 }) => x1))),
    top: inMm(Math.min(...lines.map(({ y, size }) => y - size * 0.9))),
    bottom: inMm(page.height - Math.max(...lines.map(({ y }) => y))),
  };
};

/** White space may be more than a margin where lines are short; text must never be nearer to the edge. */
export const margins = (page: PageText, isMain: boolean): Seen => {
  if (textOf(page).length === 0) return say(true, 'trang trống', page.number);
  const { left, right, top, bottom } = marginsOf(page);
  const landscape = page.width > page.height;
  const slack = 0.8;
  const ok = landscape
    ? left >= 15 - slack && right >= 15 - slack && top >= 20 - slack && bottom >= 15 - slack
    : near(left, 30, 35, slack) && right >= 15 - slack && top >= 20 - slack && bottom >= 20 - slack;
  const wide = isMain && page.number === 1 && right > 20 + slack;
  const found = `trái ${left}, phải ${right}, trên ${top}, dưới ${bottom} mm`;
  return say(ok && !wide, found, page.number);
};

/** A drawn line close below some text. */
const ruleBelow = (page: PageText | undefined, line: TextLine | undefined) =>
  line &&
  page?.rules.find(({ x0, x1, y }) => {
    const middle = Math.abs((x0 + x1) / 2 - centre(line)) < 6;
    return middle && y > line.y && y < line.y + 14;
  });

/** How long the line below some text is, as a share of `width`. */
export const ruled = (
  page: PageText | undefined,
  line: Placed | undefined,
  width: number,
  low: number,
  high: number,
): Seen => {
  const rule = ruleBelow(page, line);
  if (!rule || !line) return missing;
  const share = (rule.x1 - rule.x0) / width;
  return say(share >= low && share <= high, `${Math.round(share * 100)}% dòng chữ`, line.page);
};

/** Width of the longest line, in points. */
export const widest = (lines: readonly Placed[]) => Math.max(...lines.map(({ x0, x1 }) => x1 - x0));
/** The lines of the issuing body: those in bold. */
export const issuing = ({ agency }: FormBoxes) => agency.filter(({ bold }) => bold);

/** All boxes there, one below the other. */
export const order = (boxes: FormBoxes): Seen => {
  const expected: [string, Placed | undefined][] = [
    ['Quốc hiệu', boxes.nationalName],
    ['Tiêu ngữ', boxes.motto],
    ['Số, ký hiệu', boxes.number],
    boxes.about ? ['Trích yếu', boxes.about] : ['Tên loại', boxes.typeName],
    ...(boxes.typeName?.text === 'QUYẾT ĐỊNH'
      ? []
      : [['Kính gửi', boxes.addressee] as [string, Placed | undefined]]),
    ['Kết thúc', boxes.ending],
    ['Nơi nhận', boxes.recipientsHead],
  ];
  const absent = expected.filter(([, line]) => !line).map(([name]) => name);
  if (absent.length > 0) return say(false, `thiếu ${absent.join(', ')}`, 1);
  const keys = expected.map(([, line]) => line!.page * 10_000 + line!.y);
  const late = keys.findIndex((key, i) => i > 0 && key < keys[i - 1]!);
  return late < 0
    ? say(true, 'đủ, đúng thứ tự', 1)
    : say(false, `${expected[late]![0]} đứng quá cao`, expected[late]![1]!.page);
};

/** Numbers of one part: none on its first page (an annex may show 1), then 2, 3 … */
export const numbered = (pages: readonly PageText[], annex: boolean): Seen[] =>
  pages.map((page, i) => {
    const found = pageNumberOf(page);
    const told = found ? style(found) : 'không có số trang';
    if (i === 0 && (!found || (annex && found.text === '1'))) return say(true, told, page.number);
    if (!found || i === 0) return say(false, told, page.number);
    const lines = textOf(page);
    const middle = (Math.min(...lines.map(({ x0 }) => x0)) + Math.max(...lines.map(({ x1 }) => x1))) / 2;
    const centred = Math.abs(centre(found) - middle) < 25 || lines.length < 3;
    return say(found.text === String(i + 1) && near(found.size, 13, 14) && centred, told, page.number);
  });

const romans = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'];
/** The head of one annex of `all`. */
export const annexHead = (pages: readonly PageText[], i: number, all: number): Seen => {
  const [label, title] = textOf(pages[0]!);
  const reference = textOf(pages[0]!).find(({ text }) => text.startsWith('(Kèm theo '));
  const named = label?.text === (all > 1 ? `Phụ lục ${romans[i]}` : 'Phụ lục');
  const ok =
    named &&
    label.bold &&
    title !== undefined &&
    title.bold &&
    isUpper(title.text) &&
    reference?.italic === true;
  return say(ok, label ? style(label) : 'không có', pages[0]!.number);
};

/** Every line of the file. */
export const allText = (pdf: PdfText): Placed[] =>
  pdf.pages.flatMap((page) => page.lines.map((line) => ({ ...line, page: page.number })));

/** Size of most of the characters outside tables, which are set in 11 or 12. */
export const bodySize = (body: readonly Placed[]): number => {
  const sizes = new Map<number, number>();
  for (const { size, text } of body) sizes.set(size, (sizes.get(size) ?? 0) + text.length);
  const common = [...sizes].filter(([, weight]) => weight > 200).map(([size]) => size);
  return Math.max(0, ...(common.length > 0 ? common : sizes.keys()));
};
