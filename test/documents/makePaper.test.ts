import { describe, expect, it } from '@jest/globals';
import type { DocumentSources } from '../../src/documents/documentSources.js';
import type { Case } from '../../src/engine/ports.js';
import { createPapers } from '../../src/papers/makePaper.js';
import type { Intent } from '../../workflows/vocabulary.js';
import { paper, unread } from '../fakes/blankPrinter.js';
import { samples } from './samples.js';

const found = { code: 'DT-2025-003' } as Case;
const sources = <T extends keyof DocumentSources>(_: Case, { document }: { readonly document: T }) =>
  Promise.resolve(samples[document]() as unknown as DocumentSources[T]);

const press = () => {
  const printed: string[] = [];
  const print = (html: string) => {
    printed.push(html);
    return Promise.resolve(paper);
  };
  return { printed, ...createPapers({ sources, printer: { print }, readBack: unread }) };
};
const owed: Intent = { type: 'render', params: { document: 'estimateProposal', data: {} } };

describe('a paper', () => {
  it('is named for its document and its case', async () => {
    const { name } = await press().makePaper({ found, document: 'decision', data: {} });
    expect(name).toBe('Quyết định DT-2025-003.pdf');
  });

  it('that is a draft says DỰ THẢO and has neither number nor day', async () => {
    const at = press();
    await at.makePaper({ found, document: 'estimateProposal', data: {} });
    await at.makePaper({ found, document: 'estimateProposal', data: {}, draft: true });
    const [issued, draft] = at.printed.map((html) => html.slice(html.indexOf('<body>')));
    expect(issued).not.toContain('DỰ THẢO');
    expect(draft).toContain('DỰ THẢO');
    expect(issued).toMatch(/Số: <span class="one">\d+\/TTr/);
    expect(draft).toMatch(/Số:[\s\u00a0]*\/TTr/);
    expect(draft).not.toContain('(Đã ký)');
  });

  it('that was checked is printed once, and a second time if it is asked for again', async () => {
    const at = press();
    await at.checkPapers(found, [owed]);
    await at.makePaper({ found, document: 'estimateProposal', data: {} });
    expect(at.printed).toHaveLength(1);
    await at.makePaper({ found, document: 'estimateProposal', data: {} });
    expect(at.printed).toHaveLength(2);
  });

  it('is printed once, however many ask for the same step at once', async () => {
    const at = press();
    await Promise.all(Array.from({ length: 18 }, () => at.checkPapers(found, [owed])));
    expect(at.printed).toHaveLength(1);
  });

  it('asks for no print where a step issues none', async () => {
    const at = press();
    await at.checkPapers(found, [{ type: 'notify', params: { to: 'owner', notice: 'n' } }]);
    expect(at.printed).toEqual([]);
  });
});
