import { isUpper, textOf, type PaperParts } from './formBoxes.js';
import {
  a4,
  allText,
  annexHead,
  at,
  bodySize,
  centre,
  firstWrong,
  issuing,
  margins,
  missing,
  mm,
  near,
  numbered,
  order,
  ruled,
  say,
  widest,
  type Seen,
} from './formMeasures.js';
import type { PdfText } from './pdfText.js';
import { inWords, tornFigure } from './readFigures.js';

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
  'figures',
  'inWords',
  'draft',
  'normalForm',
  'language',
  'title',
  'tagged',
  'outline',
] as const;
export type Rule = (typeof rules)[number];

/** What a rule looks at. */
export interface Subject {
  readonly pdf: PdfText;
  readonly paper: PaperParts;
  /** A draft may still lack number, date and name, and says DỰ THẢO. */
  readonly draft: boolean;
}

const textFaces = /Tinos|Times|Liberation ?Serif/i;
/** For what those lack: signs of mathematics, boxes and ticks, Khmer names. */
const signFaces = /Noto(SansMath|SansSymbols2|SerifKhmer)/;
const placeForm = /^\p{Lu}.*, ngày (\d{2}) tháng (01|02|[3-9]|1[0-2]) năm (\d{4})$/u;
const numberForm = /^Số: (\d{2,})\/[\p{Lu}\p{L}\d]+(-[\p{L}\d]+)+$/u;
const titles = /^(GS|PGS|TS|ThS|Giáo sư|Tiến sĩ|Thạc sĩ)[. ]/;
const holes =
  /undefined|\bnull\b|\bNaN\b|\[object |\{\{|\}\}|\bInfinity\b|\bTODO\b|\bLorem ipsum\b|\(\s*\)|�/;

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
    const other = pdf.fonts.find(({ name }) => !textFaces.test(name) && !signFaces.test(name));
    const text = pdf.fonts.find(({ name }) => textFaces.test(name));
    return say(!other && text !== undefined, (other ?? text)?.name ?? 'không có');
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
  figures: ({ pdf }) => tornFigure(pdf),
  inWords: ({ pdf }) => inWords(pdf),
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
