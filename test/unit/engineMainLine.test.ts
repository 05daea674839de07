import { describe, expect, it } from '@jest/globals';
import { verifyChain } from '../../src/engine/journal.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { aCity } from '../builders/city.js';
import {
  appraise,
  cityOffice,
  committee,
  draftedEstimate,
  finance,
  peopleOf,
  police,
  scienceAndTechnology,
} from '../builders/roads.js';

describe('the main line', () => {
  it('takes an estimate from its draft to its money', async () => {
    const city = aCity({ day: '2025-09-25' });
    const { clock, send, edit, load, start } = city;
    const home = peopleOf('SNV');

    // The department writes its estimate; three different people send it up, endorse and sign it.
    const { id } = await draftedEstimate(city, 'DT-2025-006');
    await send(home.officer, id, { type: 'SEND_UP', rev: 1 });
    await send(home.unitHead, id, { type: 'ENDORSE' });
    await send(home.leader, id, { type: 'SIGN' });
    await send(home.clerk, id, { type: 'ISSUE', date: '2025-09-25' });
    expect((await load(id)).state).toBe('submitted');

    // Science & Technology registers and reviews it, the Police give their opinion.
    clock.to('2025-10-01');
    const { clerk, officer } = scienceAndTechnology;
    await send(clerk, id, { type: 'REGISTER' });
    await send(officer, id, { type: 'ASK_OPINION' });
    for (const lineId of ['l1', 'l2']) await edit(officer, id, 'setVerdict', { lineId, verdict: 'accept' });
    await send(officer, id, { type: 'CONCLUDE_LINES' });
    await send(police.officer, id, {
      type: 'GIVE_OPINION',
      verdict: 'agreeWithConditions',
      agreedLevel: 3,
      conditions: 'Kiểm tra an toàn thông tin trước khi vận hành',
    });
    await send(officer, id, { type: 'ACCEPT' });
    expect((await load(id)).state).toBe('eligible');

    // It goes into the round's table, which is frozen, issued and sent to Finance.
    clock.to('2025-10-08');
    const table = (await start(officer, 'consolidation')).id;
    await send(officer, table, { type: 'ADD', ids: [id] });
    await send(officer, table, { type: 'FREEZE' });
    await send(officer, table, { type: 'SEND_UP' });
    await send(scienceAndTechnology.unitHead, table, { type: 'ENDORSE' });
    await send(scienceAndTechnology.leader, table, { type: 'SIGN' });
    await send(clerk, table, { type: 'ISSUE', date: '2025-10-08' });
    await send(finance.clerk, table, { type: 'RECEIVE' });
    expect((await load(id)).state).toBe('appraising');

    // Finance appraises, the city office checks, the authority decides.
    clock.to('2025-10-17');
    await appraise(city, table, { [id]: 3_000_000_000 });
    await send(finance.officer, table, { type: 'CONCLUDE' });
    await send(finance.leader, table, { type: 'SIGN' });
    await send(finance.clerk, table, { type: 'ISSUE', date: '2025-10-17' });
    await send(cityOffice.officer, table, { type: 'PASS' });
    await send(committee.leader, table, { type: 'APPROVE' });
    expect((await load(id)).state).toBe('approved');
    expect((await load(table)).state).toBe('closed');

    // Finance spreads what was approved; the Police confirm their conditions first.
    clock.to('2025-10-24');
    await send(police.officer, id, { type: 'CONFIRM_CONDITIONS', note: 'Đã kiểm tra' });
    const allocation = (await start(finance.officer, 'allocation')).id;
    await edit(finance.officer, allocation, 'replace', {
      lines: [
        { estimate: id, source: 'NSTP_CTX', year: 2025, amount: 1_000_000_000 },
        { estimate: id, source: 'NSTP_CTX', year: 2026, amount: 2_000_000_000 },
      ],
    });
    await send(finance.officer, allocation, { type: 'SEND_UP', rev: 2 });
    await send(finance.unitHead, allocation, { type: 'ENDORSE' });
    await send(finance.leader, allocation, { type: 'SIGN' });
    await send(finance.clerk, allocation, { type: 'ISSUE', date: '2025-10-24' });
    await send(cityOffice.officer, allocation, { type: 'PASS' });
    await send(committee.leader, allocation, { type: 'APPROVE' });
    expect((await load(allocation)).state).toBe('assigned');

    const { state, context, seq, head, tenant } = await load(id);
    expect(state).toBe('allocated');
    expect(context as unknown as EstimateContext).toMatchObject({
      requested: 3_077_225_000,
      reviewed: 3_077_225_000,
      appraised: 3_000_000_000,
      approved: 3_000_000_000,
      allocations: { 'PB-2025-001': { ordinal: 1, amount: 3_000_000_000 } },
    });
    const entries = city.cases.entriesOf({ tenant, id });
    expect(entries.map(({ event }) => event.type)).toEqual([
      'START',
      'SEND_UP',
      'ENDORSE',
      'SIGN',
      'ISSUE',
      'REGISTER',
      'ASK_OPINION',
      'CONCLUDE_LINES',
      'GIVE_OPINION',
      'ACCEPT',
      'INCLUDE',
      'FORWARD',
      'APPRAISED',
      'APPROVE',
      'CONFIRM_CONDITIONS',
      'ALLOCATED',
    ]);
    expect(await verifyChain({ tenant, case: id }, entries, { seq, head })).toEqual([]);
    expect(city.ledgers.claims()).toMatchObject([{ lineage: 'PB-2025-001', confirmed: true }]);
  });
});
