import { createHash } from 'node:crypto';
import Handlebars from 'handlebars';
import type { DocumentType } from '../../workflows/vocabulary.js';
import type { DocumentViews } from './documentSources.js';
import { fontFaces } from './fonts.js';
import { partialNames, templateFile } from './templateFiles.js';

/** A document as one self-contained HTML page: styles and fonts inlined, no script, nothing to fetch. */
export interface RenderedDocument {
  readonly html: string;
  readonly title: string;
}

interface Templates {
  readonly css: string;
  readonly version: (type: DocumentType) => string;
  readonly body: (type: DocumentType) => (view: object) => string;
}

const sourceOf = (type: DocumentType) => templateFile('documents', `${type}.hbs`);

const loadTemplates = (): Templates => {
  const handlebars = Handlebars.create();
  const partials = partialNames().map((name) => ({
    name,
    source: templateFile('documents', 'partials', `${name}.hbs`),
  }));
  for (const { name, source } of partials) handlebars.registerPartial(name, source);
  const css = templateFile('documents', 'print.css');
  const shared = partials.map(({ name, source }) => `${name}\n${source}`).join('\n');
  const compiled = new Map<DocumentType, (view: object) => string>();
  const body = (type: DocumentType) => {
    const known = compiled.get(type);
    if (known) return known;
    const template = handlebars.compile<object>(sourceOf(type), { strict: true, preventIndent: true });
    compiled.set(type, template);
    return template;
  };
  const version = (type: DocumentType) =>
    createHash('sha256')
      .update([css, shared, sourceOf(type)].join('\n'))
      .digest('hex')
      .slice(0, 16);
  return { css, body, version };
};

let loaded: Templates | undefined;
const templates = () => (loaded ??= loadTemplates());

/** Version of a document's template: a hash of its source, the partials and the print style; 16 hex digits. */
export const templateVersion = (type: DocumentType): string => templates().version(type);

/** Refuses what would print as a hole: everything in a view is text, a truth value, a list or an object. */
const assertFinished = (value: unknown, path: string): void => {
  if (typeof value === 'boolean') return;
  if (typeof value === 'string') {
    if (value === '') throw new TypeError(`${path} is empty.`);
    return;
  }
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${path} is ${String(value)}, not text.`);
  for (const [key, part] of Object.entries(value)) assertFinished(part, `${path}.${key}`);
};

const normal = <T>(value: T): T => {
  if (typeof value === 'string') return value.normalize('NFC') as T;
  if (Array.isArray(value)) return value.map(normal) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, normal(part)])) as T;
};

/** Years, case codes and numbers of papers, which a line break after their hyphens would tear apart. */
const oneWord = /^\(?(?:\d{4}-\d{4}|[A-ZĐ]{2,}-\d{4}-\d{3,6}|\d+\/[^\s<,;.)&]{1,24})\)?[,;.:]?$/;

/** Longer words are given places to break: the browser would try each of their letters. */
const wordLength = 40;

const laidWord = (word: string): string => {
  if (word.length <= wordLength) return oneWord.test(word) ? `<span class="one">${word}</span>` : word;
  // A reference of HTML (`&amp;`) is one letter.
  const letters = word.match(/&[a-z]+;|&#x?[\da-f]+;|./giu) ?? [];
  return letters.map((letter, i) => (i > 0 && i % wordLength === 0 ? `<wbr>${letter}` : letter)).join('');
};

/** Every word of a page's text is kept together or given places to break; tags and attributes are left alone. */
const broken = (html: string): string =>
  html.replace(/>[^<]+/g, (text) => `>${text.slice(1).replace(/[^\s\u00a0]+/g, laidWord)}`);

/**
 * Renders a finished view. The same view and template version give the same text.
 * @throws {TypeError} when a text of the view is missing or empty
 */
export const renderDocument = <T extends DocumentType>(type: T, view: DocumentViews[T]): RenderedDocument => {
  assertFinished(view, type);
  const text = normal(view);
  const { css, body } = templates();
  const escape = Handlebars.escapeExpression;
  const page = broken(body(type)(text));
  const html = `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>${escape(text.title)}</title>
<meta name="author" content="${escape(text.issuerName)}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:">
<style>${fontFaces(`${page}${css}`)}
${css}</style></head>
<body>${page}</body></html>
`;
  return { html, title: text.title };
};
