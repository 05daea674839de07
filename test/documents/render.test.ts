import { describe, expect, it } from '@jest/globals';
import { documentView } from '../../src/documents/documentSources.js';
import { renderDocument, templateVersion } from '../../src/documents/render.js';
import { documentTypes } from '../../workflows/vocabulary.js';
import { samples } from './samples.js';

const letter = () => documentView('returnLetter', samples.returnLetter());

describe('a rendered document', () => {
  it.each(documentTypes)('%s is one self-contained Vietnamese page with a title', (type) => {
    const { html, title } = renderDocument(type, documentView(type, samples[type]() as never));
    expect(html).toContain('<html lang="vi">');
    expect(html).toContain(`<title>${title}</title>`);
    expect(html).not.toMatch(/<script|<link|<img|https?:|url\((?!data:)/);
    expect(html).toBe(html.normalize('NFC'));
  });

  it('is the same text for the same view', () => {
    expect(renderDocument('returnLetter', letter())).toEqual(renderDocument('returnLetter', letter()));
  });

  it('has a version per template', () => {
    const versions = documentTypes.map(templateVersion);
    expect(new Set(versions).size).toBe(documentTypes.length);
    expect(versions.every((version) => /^[0-9a-f]{16}$/.test(version))).toBe(true);
    expect(documentTypes.map(templateVersion)).toEqual(versions);
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['a bare number', 5],
  ])('refuses a text that is %s', (_name, contact) => {
    expect(() => renderDocument('returnLetter', { ...letter(), contact } as never)).toThrow(TypeError);
  });

  it('refuses a view that lacks what its template prints', () => {
    const { sender: _sender, ...rest } = letter();
    expect(() => renderDocument('returnLetter', rest as never)).toThrow(/sender/);
  });

  it('escapes what people typed', () => {
    const { html } = renderDocument('returnLetter', {
      ...letter(),
      contact: '<script>alert(1)</script> {{code}}',
    });
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; {{code}}');
    expect(html).not.toContain('<script');
  });

  it('composes decomposed letters', () => {
    const { html } = renderDocument('returnLetter', {
      ...letter(),
      contact: 'Phòng Chuyển đổi số'.normalize('NFD'),
    });
    expect(html).toContain('Phòng Chuyển đổi số'.normalize('NFC'));
  });
});
