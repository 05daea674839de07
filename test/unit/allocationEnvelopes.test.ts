import { describe, expect, it } from '@jest/globals';
import { allocationApi } from '../../src/allocations/api.js';
import { allocationView } from '../../src/pages/allocationView.js';
import { createSay } from '../../src/pages/say.js';
import { createWording } from '../../src/wording.js';
import { aCity, type City } from '../builders/city.js';
import { approvedEstimate, cityOffice, committee, finance, issue, police } from '../builders/roads.js';
import { autumnRound } from '../fakes/memoryDirectory.js';

const envelope = 3_000_000_000;
const cell = 'NSTP_CTX/2026';
const round = { ...autumnRound, envelopes: { NSTP_CTX: { 2026: envelope } } };
const aSmallCity = () => aCity({ round });

const drafted = async (city: City, estimate: string, amount: number, input: object = {}) => {
  const { id } = await city.start(finance.officer, 'allocation', input);
  const lines = [{ estimate, source: 'NSTP_CTX', year: 2026, amount }];
  await city.edit(finance.officer, id, 'replace', { lines });
  return id;
};
const inForce = async (city: City, id: string) => {
  await issue(city, id);
  await city.send(cityOffice.officer, id, { type: 'PASS' });
  return city.send(committee.leader, id, { type: 'APPROVE' });
};
const insightOf = async (city: City, id: string, person = finance.officer) =>
  allocationApi(city.checks).insight(
    await city.load(id),
    (part) => city.engine.draft({ person: finance.officer, caseId: id, part }),
    person,
  );
const sendUp = (city: City, id: string) => city.send(finance.officer, id, { type: 'SEND_UP' });

/** Two estimates, and 2 tỷ of the envelope's 3 given to the first of them. */
const twoTakenOfThree = async () => {
  const city = aSmallCity();
  const one = (await approvedEstimate(city, 'DT-2025-006')).id;
  const two = (await approvedEstimate(city, 'DT-2025-004')).id;
  const first = await inForce(city, await drafted(city, one, 2_000_000_000));
  return { city, one, two, first };
};

describe('what is left of an envelope', () => {
  it('is what other allocations in force have not taken, before a proposal goes up as well', async () => {
    const { city, two, first } = await twoTakenOfThree();
    const second = await drafted(city, two, 1_000_000_001);
    expect(await insightOf(city, second)).toMatchObject({ taken: { [cell]: 2_000_000_000 } });
    await expect(sendUp(city, second)).rejects.toMatchObject({
      code: 'RULES_BROKEN',
      members: {
        findings: [
          {
            code: 'ALLOCATED_ABOVE_ENVELOPE_LEFT',
            path: `envelopes/${cell}`,
            params: {
              limit: 1_000_000_000,
              excess: 1,
              envelope,
              taken: 2_000_000_000,
              by: first.code,
            },
          },
        ],
      },
    });
    const third = await drafted(city, two, 1_000_000_000);
    expect((await inForce(city, third)).state).toBe('assigned');
    expect(await insightOf(city, third)).toMatchObject({ taken: { [cell]: 2_000_000_000 } });
    // The Police read what was issued, and divide nothing.
    expect(await insightOf(city, third, police.officer)).toEqual({ findings: [] });
  });

  it('is not lessened by the allocation that is adjusted', async () => {
    const { city, one, first } = await twoTakenOfThree();
    const second = await drafted(city, one, envelope, { adjusts: first.id });
    const { findings } = (await insightOf(city, second)) as { findings: { level: string }[] };
    expect(await insightOf(city, second)).toMatchObject({ taken: {} });
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect((await inForce(city, second)).state).toBe('assigned');
  });

  it('is the ledger’s to say when it is decided: what only proposes has taken nothing', async () => {
    const city = aSmallCity();
    const one = (await approvedEstimate(city, 'DT-2025-006')).id;
    const two = (await approvedEstimate(city, 'DT-2025-004')).id;
    const [first, second] = [
      await drafted(city, one, 2_000_000_000),
      await drafted(city, two, 1_500_000_000),
    ];
    for (const id of [first, second]) {
      await issue(city, id);
      await city.send(cityOffice.officer, id, { type: 'PASS' });
    }
    await city.send(committee.leader, first, { type: 'APPROVE' });
    await expect(city.send(committee.leader, second, { type: 'APPROVE' })).rejects.toMatchObject({
      code: 'ENVELOPE_EXCEEDED',
      members: { cell, available: 1_000_000_000, excess: 500_000_000 },
    });
  });

  it('is shown with what other allocations have taken of it', async () => {
    const say = createSay(await createWording(), true)('vi');
    const { city, two } = await twoTakenOfThree();
    const found = await city.load(await drafted(city, two, 1_000_000_001));
    const given = { found, editable: false, estimates: [], note: null, round, inWords: String, say };
    const rows = [
      { id: 'r1', estimate: two, source: 'NSTP_CTX', year: 2026, amount: 1_000_000_001 },
    ] as const;
    const shown = (taken: Record<string, number> | null) =>
      allocationView({ ...given, rows, taken }).envelopes;
    expect(shown({ [cell]: 2_000_000_000 })).toMatchObject([
      {
        envelope: '3.000.000.000',
        taken: '2.000.000.000',
        allocated: '1.000.000.001',
        left: '-1',
        over: true,
      },
    ]);
    expect(shown(null)).toEqual([]);
  });
});
