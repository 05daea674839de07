import { isUpper, pageNumberOf, textOf, type FormBoxes, type Paper, type Placed } from './formBoxes.js';
import type { PageText, PdfText, TextLine } from './pdfText.js';

/** Points of the form of decree 30/2020, Annex I, in the order in which they are told. */
export const rules = [
  'pageSize',
  'margins',
  'fontFamily',
  'fontEmbedded',
  'textColour',
  'nationalName',
  'motto',
  'mottoRule',
  'issuingBody',
  'issuingBodyRule',
  'number',
  'placeAndDate',
  'typeName',
  'addressee',
  'legalBases',
  'body',
  'ending',
  'signature',
  'signerName',
  'recipientsHead',
  'recipients',
  'boxOrder',
  'pageNumber',
  'annex',
  'tableHead',
  'placeholder',
  'draft',
  'normalForm',
  'language',
  'title',
  'tagged',
  'outline',
] as const;
export type Rule = (typeof rules)[number];

/** What a rule saw. `found` is in Vietnamese or quotes the paper; `page` counts from 1, 0 is the file itself. */
export interface Seen {
  readonly ok: boolean;
  readonly found: string;
  readonly page: number;
}

/** What a rule looks at. */
export interface Subject {
  readonly pdf: PdfText;
  readonly paper: Paper;
  /** A draft may still lack number, date and name, and says DỰ THẢO. */
  readonly draft: boolean;
}

const mm = 72 / 25.4;
const missing: Seen = { ok: false, found: 'không có', page: 1 };
const say = (ok: boolean, found: string, page = 0): Seen => ({ ok, found, page });
const near = (value: number, low: number, high: number, slack = 0.15) =>
  value >= low - slack && value <= high + slack;
const centre = ({ x0, x1 }: { x0: number; x1: number }) => (x0 + x1) / 2;
const style = ({ text, size, bold, italic }: TextLine) =>
  `"${text}" cỡ ${size}${bold ? ' đậm' : ''}${italic ? ' nghiêng' : ''}`;
const at = (line: Placed, ok: boolean): Seen => say(ok, style(line), line.page);
const firstWrong = (seen: readonly Seen[], otherwise: Seen): Seen => seen.find(({ ok }) => !ok) ?? otherwise;

const inMm = (points: number) => Math.round((points / mm) * 10) / 10;

const a4 = ({ width, height, number }: PageText, main: boolean): Seen => {
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
const margins = (page: PageText, isMain: boolean): Seen => {
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

const ruled = (
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

const widest = (lines: readonly Placed[]) => Math.max(...lines.map(({ x0, x1 }) => x1 - x0));
const issuing = ({ agency }: FormBoxes) => agency.filter(({ bold }) => bold);

const placeForm = /^\p{Lu}.*, ngày (\d{2}) tháng (01|02|[3-9]|1[0-2]) năm (\d{4})$/u;
const numberForm = /^Số: (\d{2,})\/[\p{Lu}\p{L}\d]+(-[\p{L}\d]+)+$/u;

const titles = /(GS|PGS|TS|ThS|Giáo sư|Tiến sĩ|Thạc sĩ)[. ]/;

const order = (boxes: FormBoxes): Seen => {
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
const numbered = (pages: readonly PageText[], annex: boolean): Seen[] =>
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
const annexHead = (pages: readonly PageText[], i: number, all: number): Seen => {
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

const holes =
  /undefined|\bnull\b|\bNaN\b|\[object |\{\{|\}\}|\bInfinity\b|\bTODO\b|\bLorem ipsum\b|\(\s*\)|�/;

const allText = (pdf: PdfText): Placed[] =>
  pdf.pages.flatMap((page) => page.lines.map((line) => ({ ...line, page: page.number })));

/** Size of most of the body's characters outside tables, which are 11 or 12. */
const bodySize = (body: readonly Placed[]): number => {
  const sizes = new Map<number, number>();
  for (const { size, text } of body) sizes.set(size, (sizes.get(size) ?? 0) + text.length);
  return Math.max(...[...sizes].filter(([, weight]) => weight > 200).map(([size]) => size));
};

/** Every rule as a pure look at what was read back. */
export const lookers: { readonly [R in Rule]: (subject: Subject) => Seen } = {
  pageSize: ({ pdf, paper }) =>
    firstWrong(
      pdf.pages.map((page) => a4(page, paper.main.includes(page))),
      say(pdf.pages.length > 0, 'A4'),
    ),
  margins: ({ pdf, paper }) =>
    firstWrong(
      pdf.pages.map((page) => margins(page, paper.main.includes(page))),
      say(true, 'đúng lề'),
    ),
  fontFamily: ({ pdf }) => {
    const other = pdf.fonts.find(({ name }) => !/Tinos|Times|Liberation ?Serif/i.test(name));
    return say(!other && pdf.fonts.length > 0, other?.name ?? pdf.fonts[0]?.name ?? 'không có');
  },
  fontEmbedded: ({ pdf }) => {
    const other = pdf.fonts.find(({ embedded }) => !embedded);
    return say(!other, other?.name ?? 'đã nhúng');
  },
  textColour: ({ pdf }) => {
    const page = pdf.pages.find(({ colours }) => colours.some((colour) => colour !== '#000000'));
    return say(!page, page ? page.colours.join(', ') : '#000000', page?.number ?? 0);
  },
  nationalName: ({ pdf, paper: { boxes } }) => {
    const line = boxes.nationalName;
    if (!line) return missing;
    return at(line, line.bold && near(line.size, 12, 13) && centre(line) > pdf.pages[0]!.width / 2);
  },
  motto: ({ paper: { boxes } }) => {
    const { motto, nationalName } = boxes;
    if (!motto || !nationalName) return missing;
    const centred = Math.abs(centre(motto) - centre(nationalName)) < 6 && motto.y > nationalName.y;
    return at(motto, motto.bold && near(motto.size, 13, 14) && centred && motto.text.includes(' - '));
  },
  mottoRule: ({ pdf, paper: { boxes } }) =>
    boxes.motto ? ruled(pdf.pages[0], boxes.motto, boxes.motto.x1 - boxes.motto.x0, 0.95, 1.05) : missing,
  issuingBody: ({ paper: { boxes } }) => {
    if (issuing(boxes).length === 0) return missing;
    const wrong = boxes.agency.find((line) => !isUpper(line.text) || !near(line.size, 12, 13));
    return wrong ? at(wrong, false) : at(issuing(boxes)[0]!, true);
  },
  issuingBodyRule: ({ pdf, paper: { boxes } }) => {
    const lines = issuing(boxes);
    return lines.length > 0 ? ruled(pdf.pages[0], lines.at(-1), widest(lines), 0.3, 0.5) : missing;
  },
  number: ({ paper: { boxes }, draft }) => {
    const line = boxes.number;
    if (!line) return missing;
    const form = numberForm.test(line.text) || (draft && !/\d/.test(line.text));
    return at(line, form && near(line.size, 13, 13));
  },
  placeAndDate: ({ paper: { boxes }, draft }) => {
    const { place, number } = boxes;
    if (!place) return missing;
    const level = number !== undefined && Math.abs(place.y - number.y) < 4;
    const form = placeForm.test(place.text) || draft;
    return at(place, form && level && place.italic && near(place.size, 13, 14));
  },
  typeName: ({ pdf, paper: { boxes } }) => {
    if (boxes.about) return at(boxes.about, near(boxes.about.size, 12, 13) && !boxes.about.bold);
    const line = boxes.typeName;
    if (!line) return missing;
    const middle = (pdf.pages[0]!.width + 15 * mm) / 2; // of the text between margins of 30 and 15 mm
    return at(line, line.bold && near(line.size, 13, 14) && Math.abs(centre(line) - middle) < 15);
  },
  addressee: ({ paper: { boxes } }) => {
    if (boxes.typeName?.text === 'QUYẾT ĐỊNH') return say(true, 'quyết định không có Kính gửi', 1);
    return boxes.addressee ? at(boxes.addressee, near(boxes.addressee.size, 13, 14)) : missing;
  },
  legalBases: ({ paper: { boxes } }) => {
    const { bases, typeName } = boxes;
    if (bases.length === 0) return say(typeName?.text !== 'QUYẾT ĐỊNH', 'không có căn cứ', 1);
    const starts = bases.flatMap(({ text }, i) => (i > 0 && /^(Căn cứ|Theo đề nghị) /.test(text) ? [i] : []));
    const ends = starts.map((i) => bases[i - 1]!);
    const last = bases.at(-1)!;
    const open = ends.find(({ text }) => !text.endsWith(';')) ?? (/[.;]$/.test(last.text) ? undefined : last);
    return at(open ?? bases[0]!, !open && bases[0]!.italic);
  },
  body: ({ paper: { boxes } }) => {
    const size = bodySize(boxes.body);
    return say(near(size, 13, 14), `cỡ ${size}`, 1);
  },
  ending: ({ paper: { boxes } }) => {
    const last = boxes.body.at(-1);
    return last ? at(last, last.text.endsWith('./.')) : missing;
  },
  signature: ({ pdf, paper: { boxes } }) => {
    const [first] = boxes.signature;
    if (!first) return missing;
    const wrong = boxes.signature.find(
      (line) => !line.bold || !near(line.size, 13, 14) || centre(line) < pdf.pages[0]!.width / 2,
    );
    return at(wrong ?? first, !wrong);
  },
  signerName: ({ paper: { boxes }, draft }) => {
    const line = boxes.signerName;
    if (!line) return draft ? say(true, 'dự thảo', 1) : missing;
    return at(line, line.bold && near(line.size, 13, 14) && !titles.test(line.text));
  },
  recipientsHead: ({ paper: { boxes } }) => {
    const line = boxes.recipientsHead;
    return line ? at(line, line.bold && line.italic && near(line.size, 12, 12)) : missing;
  },
  recipients: ({ paper: { boxes } }) => {
    const last = boxes.recipients.at(-1);
    if (!last) return missing;
    const wrong = boxes.recipients.find(({ size, bold }) => !near(size, 11, 11) || bold);
    return at(wrong ?? last, !wrong && /^- Lưu: VT.*\.$/.test(last.text));
  },
  boxOrder: ({ paper: { boxes } }) => order(boxes),
  pageNumber: ({ paper }) =>
    firstWrong(
      [...numbered(paper.main, false), ...paper.annexes.flatMap((pages) => numbered(pages, true))],
      say(true, 'đúng số trang'),
    ),
  annex: ({ paper: { annexes } }) =>
    firstWrong(
      annexes.map((pages, i) => annexHead(pages, i, annexes.length)),
      say(true, annexes.length > 0 ? `${annexes.length} phụ lục` : 'không có phụ lục'),
    ),
  tableHead: ({ paper: { annexes } }) => {
    const bare = annexes
      .flatMap((pages) => pages.slice(1))
      .find((page) => textOf(page).length > 3 && !page.lines.some(({ text }) => text.startsWith('(1)')));
    return say(!bare, bare ? 'trang không có tiêu đề bảng' : 'có tiêu đề ở mỗi trang', bare?.number ?? 0);
  },
  placeholder: ({ pdf }) => {
    const line = allText(pdf).find(({ text }) => holes.test(text));
    return line ? at(line, false) : say(true, 'không có');
  },
  draft: ({ paper: { boxes }, draft }) => {
    const marked = boxes.watermark !== undefined;
    return say(
      marked === draft,
      marked ? 'chữ chìm DỰ THẢO' : 'không có chữ DỰ THẢO',
      boxes.watermark?.page ?? 0,
    );
  },
  normalForm: ({ pdf }) => {
    const line = allText(pdf).find(
      ({ text }) => text !== text.normalize('NFC') || /[\u0300-\u036f]/.test(text),
    );
    return line ? at(line, false) : say(pdf.title === pdf.title.normalize('NFC'), 'NFC');
  },
  language: ({ pdf }) => say(/^vi\b/.test(pdf.language), pdf.language || 'không có'),
  // A page without a title is called by its address.
  title: ({ pdf }) => say(/\S/.test(pdf.title) && !/^\w+:/.test(pdf.title), pdf.title || 'không có'),
  tagged: ({ pdf }) => say(pdf.tagged, pdf.tagged ? 'có' : 'không có'),
  outline: ({ pdf, paper: { annexes } }) => {
    const labels = pdf.outline.filter((title) => title.startsWith('Phụ lục')).length;
    return say(labels >= annexes.length, pdf.outline.join(', ') || 'không có');
  },
};
