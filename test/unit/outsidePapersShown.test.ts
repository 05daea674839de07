import { beforeAll, describe, expect, it } from '@jest/globals';
import { faultsShown } from '../../src/pages/form.js';
import { actFields } from '../../src/pages/actFields.js';
import { createSay, type Say } from '../../src/pages/say.js';
import { summaryView } from '../../src/pages/summaryView.js';
import { createWording } from '../../src/wording.js';
import { newConsolidation } from '../../workflows/consolidation.v1.js';
import { newEstimate } from '../../workflows/estimate.v1.js';
import { tracks } from '../builders/steps.js';

let say: Say;
beforeAll(async () => {
  say = createSay(await createWording(), true)('vi');
});

const file = 'f'.repeat(64);
const outside = { number: '15/NQ-HĐND', date: '2025-10-30', signer: 'Chủ tịch HĐND', file };
const around = { round: '', lineName: String, seesTable: true, shares: [] };
const hrefOf = (kind: 'estimate' | 'consolidation', view: object, name: string) =>
  summaryView({ id: 'x', kind }, view, around, say).find((fact) => fact.name === name)?.href;

describe('the summary of a case that a paper from outside was entered on', () => {
  const address = `/api/v1/cases/x/attachments/${file}`;

  it('leads to the file of the resolution, on the consolidation as on its estimates', () => {
    const decision = { verdict: 'approve', number: null, reason: 'Thông qua', outside, approved: 1 };
    const table = newConsolidation(tracks.consolidation.born as never);
    const estimate = newEstimate(tracks.estimate.born);
    expect(hrefOf('consolidation', { ...table, decision }, 'Nghị quyết của HĐND')).toBe(address);
    expect(hrefOf('estimate', { ...estimate, decision }, 'Nghị quyết của HĐND')).toBe(address);
  });

  it('leads to the file of a commune’s own decision', () => {
    const estimate = newEstimate(tracks.estimate.born);
    const ownDecision = { ...outside, verdict: 'approve', amount: 1 };
    expect(hrefOf('estimate', { ...estimate, ownDecision }, 'Quyết định của xã, phường')).toBe(address);
  });
});

describe('the form that needs a file of a paper from outside', () => {
  it('says that the file is attached first', () => {
    const given = { kind: 'consolidation', today: '2025-10-30', files: [], rows: [], typedNumbers: [] };
    const fields = actFields('RESOLVE', given as never, say);
    const fault = { path: 'event.file', code: 'any.required', params: {} };
    expect(faultsShown([fault], fields, 'RESOLVE', say).lines[0]?.text).toContain('bấm “Đính kèm”');
  });
});
