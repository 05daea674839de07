import { badInput, excerpt, fault } from '../errors.js';

/** What may be attached, by how its bytes begin and end: what a name or a header says is not believed. */
interface FileKind {
  readonly mime: string;
  /** Endings that a name of it may have, the usual one first. */
  readonly endings: readonly string[];
  readonly begins: Buffer;
  /** All of these stand at the end of a file that came whole. */
  readonly ends: readonly Buffer[];
  /** From which byte on they are looked for, in a file of so many bytes. */
  readonly endsFrom: (length: number) => number;
}

/** Scanners leave something behind the end. */
const inTail = (length: number): number => length - 1_024;

/** Telephones leave a whole film behind it; in the beginning ends the small picture that goes before. */
const behindHeader = (length: number): number => Math.min(inTail(length), 65_536);

const kindsOfFile: readonly FileKind[] = [
  {
    mime: 'application/pdf',
    endings: ['.pdf'],
    begins: Buffer.from('%PDF-'),
    ends: [Buffer.from('startxref'), Buffer.from('%%EOF')],
    endsFrom: inTail,
  },
  {
    mime: 'image/jpeg',
    endings: ['.jpg', '.jpeg', '.jfif'],
    begins: Buffer.from([0xff, 0xd8, 0xff]),
    ends: [Buffer.from([0xff, 0xd9])],
    endsFrom: behindHeader,
  },
  {
    mime: 'image/png',
    endings: ['.png'],
    begins: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ends: [Buffer.from('IEND')],
    endsFrom: inTail,
  },
];

/**
 * What a file is, as its bytes say; whole, and under a name that says the same.
 * @throws {Refusal} BAD_INPUT with `file.kind`, `file.cut` or `file.ending`
 */
export const mimeOf = (bytes: Uint8Array, name: string): string => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = kindsOfFile.find(({ begins }) => file.subarray(0, begins.length).equals(begins));
  if (!kind)
    throw badInput([
      fault('file', 'file.kind', { expected: kindsOfFile.map(({ mime }) => mime).join(', ') }),
    ]);
  const { mime, endings, begins, ends, endsFrom } = kind;
  const last = file.subarray(Math.max(begins.length, endsFrom(file.length)));
  if (!ends.every((end) => last.includes(end))) throw badInput([fault('file', 'file.cut', { found: mime })]);
  if (!endings.some((ending) => name.toLowerCase().endsWith(ending)))
    throw badInput([
      fault('fileName', 'file.ending', { found: excerpt(name), mime, expected: endings.join(', ') }),
    ]);
  return mime;
};
