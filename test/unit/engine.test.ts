import { describe, expect, it } from '@jest/globals';
import { UnknownVersion } from '../../workflows/registry.js';
import type { AllocationContext } from '../../workflows/allocation.v1.js';
import type { EstimateContent } from '../../workflows/content.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { editSchemas } from '../../src/estimates/schemas.js';
import { lackOf, type ReviewDraft } from '../../src/estimates/verdicts.js';
import { verifyChain } from '../../src/engine/journal.js';
import { createEngine } from '../../src/engine/engine.js';
import type { DraftStore } from '../../src/engine/ports.js';
import { autumnRound } from '../fakes/memoryDirectory.js';
import { aCity, type City } from '../builders/city.js';
import { aDelegation, aPerson, who } from '../builders/people.js';
import {
  approvedEstimate,
  cityOffice,
  committee,
  conclude,
  draftedEstimate,
  eligibleEstimate,
  finance,
  gatheringOf,
  issue,
  opinion,
  peopleOf,
  register,
  reviewersOf,
  scienceAndTechnology,
} from '../builders/roads.js';

const code = 'DT-2025-006';
const home = peopleOf('SNV');
const tenant = 'canTho';
const refusal = (name: string, members: object = {}) => ({
  name: 'Refusal',
  code: name,
  members: expect.objectContaining(members),
});

/** An estimate that was sent up, with what asking for the next step takes. */
const sentUp = async () => {
  const city = aCity();
  const { id } = await draftedEstimate(city, code);
  const { seq, content } = await city.send(home.officer, id, { type: 'SEND_UP', rev: 1 });
  const endorse = (key: string, asked: Partial<Parameters<City['engine']['send']>[0]> = {}) =>
    city.engine.send({
      person: home.unitHead,
      caseId: id,
      seq,
      event: { type: 'ENDORSE', hash: content },
      key,
      ...asked,
    });
  return { city, id, seq, content, endorse };
};

describe('a request that is repeated', () => {
  it('is answered as before, and leaves one entry', async () => {
    const { city, id, seq, endorse } = await sentUp();
    const first = await endorse('once');
    expect(first.seq).toBe(seq + 1);
    expect(await endorse('once')).toMatchObject({ seq: seq + 1, head: first.head });
    expect(city.cases.entriesOf({ tenant, id })).toHaveLength(seq + 1);
  });

  it('is refused when its key asks for something else by now', async () => {
    const { endorse } = await sentUp();
    await endorse('once');
    const event = { type: 'SEND_BACK', reason: 'Chưa đúng mẫu' };
    await expect(endorse('once', { event })).rejects.toMatchObject(refusal('KEY_REUSED'));
  });

  it("is not mistaken for another person's with the same key", async () => {
    const { city, id, endorse } = await sentUp();
    const { seq } = await endorse('same');
    const signed = await city.engine.send({
      person: home.leader,
      caseId: id,
      seq,
      event: { type: 'SIGN', hash: (await city.load(id)).content },
      key: 'same',
    });
    expect(signed.seq).toBe(seq + 1);
  });

  it('is recognised through the journal when the case has long forgotten it', async () => {
    const { city, id, endorse } = await sentUp();
    const { seq } = await endorse('once');
    await city.send(home.leader, id, { type: 'SEND_BACK', reason: 'Chưa đúng mẫu' });
    for (let n = 0; n < 17; n++) {
      await city.send(home.officer, id, { type: 'SEND_UP', rev: 1 });
      await city.send(home.officer, id, { type: 'RECALL' });
    }
    const now = await city.load(id);
    expect(now.seen).toHaveLength(32);
    expect(now.seen.some(({ key }) => key.endsWith(':once'))).toBe(false);
    expect(await endorse('once')).toMatchObject({ seq: now.seq });
    await expect(endorse('once', { event: { type: 'RECALL' }, seq })).rejects.toMatchObject(
      refusal('KEY_REUSED'),
    );
  });

  it('starts one case, however often it is asked', async () => {
    const city = aCity();
    const ask = (input: object) =>
      city.engine.start({ person: home.officer, kind: 'estimate', input, key: 'start' });
    const [first, second] = await Promise.all([ask({}), ask({})]);
    expect(second.id).toBe(first.id);
    await city.send(home.officer, first.id, { type: 'DECLARE_NIL' });
    expect(await ask({})).toMatchObject({ id: first.id, state: 'nilReturn' });
    expect(city.cases.all()).toHaveLength(1);
    await expect(ask({ round: '2025-1' })).rejects.toMatchObject(refusal('KEY_REUSED'));
  });
});

describe('people who act at once', () => {
  it('are told what happened in between, if they saw an older case', async () => {
    const { seq, endorse } = await sentUp();
    await endorse('first');
    await expect(endorse('second')).rejects.toMatchObject(
      refusal('STALE_CASE', {
        seq: seq + 1,
        state: { preparing: 'leaderApproval' },
        since: [expect.objectContaining({ seq: seq + 1, event: 'ENDORSE', by: home.unitHead.name })],
      }),
    );
  });

  it('win once: of fifty one step is taken, and none is lost', async () => {
    const { city, id, seq, endorse } = await sentUp();
    const answers = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => endorse(`key-${n}`)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected')
        expect(answer.reason).toMatchObject(refusal('STALE_CASE', { seq: seq + 1 }));
    }
    const { seq: last, head } = await city.load(id);
    expect(last).toBe(seq + 1);
    expect(
      await verifyChain({ tenant, case: id }, city.cases.entriesOf({ tenant, id }), { seq: last, head }),
    ).toEqual([]);
  });

  it('are both answered where they are one request, sent twice at once', async () => {
    const { seq, endorse } = await sentUp();
    const [one, two] = await Promise.all([endorse('same'), endorse('same')]);
    expect([one?.seq, two?.seq]).toEqual([seq + 1, seq + 1]);
  });

  it('are not told NOT_PERMITTED or STALE_CASE of a case that they may not see', async () => {
    const { endorse } = await sentUp();
    for (const person of [
      scienceAndTechnology.officer,
      peopleOf('SYT').leader,
      { ...home.unitHead, tenant: 'other' },
    ]) {
      await expect(endorse('x', { person })).rejects.toMatchObject(refusal('CASE_NOT_FOUND'));
    }
  });
});

describe('an event that is refused', () => {
  it('leaves the case as it was', async () => {
    const { city, id, endorse } = await sentUp();
    const before = await city.load(id);
    await expect(endorse('x', { person: home.leader })).rejects.toMatchObject(
      refusal('NOT_PERMITTED', { permits: ['unitHead@owner'] }),
    );
    await expect(endorse('y', { event: { type: 'ENDORSE', hash: '0'.repeat(64) } })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['contentChanged'] }),
    );
    await expect(endorse('z', { event: { type: 'ACCEPT' } })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['notHere'] }),
    );
    expect(await city.load(id)).toEqual(before);
  });

  it('cannot come from outside where it is the system’s, whatever it claims', async () => {
    const { city, endorse } = await sentUp();
    const event = { type: 'DEADLINE_PASSED', due: '2025-09-30', actor: { id: 'system' } };
    await expect(endorse('x', { event })).rejects.toMatchObject(
      refusal('NOT_PERMITTED', { permits: ['system'] }),
    );
    const { id } = await eligibleEstimate(city, 'DT-2025-004');
    const { seq } = await city.load(id);
    await expect(
      city.engine.send({
        person: scienceAndTechnology.officer,
        caseId: id,
        seq,
        event: { type: 'INCLUDE', consolidation: 'mine' },
        key: 'x',
      }),
    ).rejects.toMatchObject(refusal('NOT_PERMITTED'));
  });

  it('cannot bring its own facts, actor or moment', async () => {
    const city = aCity();
    const { id, seq } = await city.start(home.officer, 'estimate');
    const event = {
      type: 'SEND_UP',
      rev: 1,
      facts: { draft: { rows: 9, errors: 0, editors: [] }, frozen: { hash: 'f' } },
      actor: home.leader,
      at: '2020-01-01T00:00:00.000Z',
    };
    await expect(
      city.engine.send({ person: home.officer, caseId: id, seq, event, key: 'x' }),
    ).rejects.toMatchObject(refusal('EVENT_REFUSED', { reasons: ['draftHasRows'] }));
  });

  it('is told to another case as an answer, never as an error', async () => {
    const { city, id } = await sentUp();
    const tell = (caseId: string) =>
      city.engine.tell({
        tenant,
        caseId,
        event: { type: 'INCLUDE', consolidation: 't' },
        cause: 'c1',
        from: 't',
      });
    expect(await tell(id)).toEqual({ done: false, reason: 'notHere' });
    expect(await tell('nothing')).toEqual({ done: false, reason: 'caseNotFound' });
  });
});

describe('what is open to somebody', () => {
  it('is told event by event, with the reasons why not to those who may send it, to others only who may', async () => {
    const city = aCity();
    const { id } = await city.start(home.officer, 'estimate');
    const options = async (person = home.officer) =>
      Object.fromEntries(
        (await city.engine.options({ person, found: await city.load(id) })).map((option) => [
          option.event,
          option,
        ]),
      );
    expect(await options()).toMatchObject({
      SEND_UP: { open: false, permitted: true, reasons: ['draftHasRows'] },
      DECLARE_NIL: { open: true, reasons: [] },
      ABANDON: { open: true, reasons: [] },
    });
    for (const person of [home.officer, home.leader]) {
      const told = Object.keys(await options(person));
      // The system's; never a department's, which has no money of its own; and nothing is closed that could open.
      for (const event of ['DEADLINE_PASSED', 'OWN_DECISION', 'OPEN_ALL']) expect(told).not.toContain(event);
    }
    expect((await options(home.leader))['SEND_UP']).toMatchObject({
      open: false,
      permitted: false,
      permits: ['officer@owner'],
      reasons: [],
    });
  });

  it('never says how private work of others stands, nor reads it for them', async () => {
    const read: string[] = [];
    const watched = (drafts: DraftStore): DraftStore => ({
      ...drafts,
      load(ref, part) {
        read.push(part);
        return drafts.load(ref, part);
      },
    });
    const city = aCity({ around: { drafts: watched } });
    const { id } = await draftedEstimate(city, code);
    await issue(city, id);
    await register(city, id);
    const seen = async () => {
      read.length = 0;
      const options = await city.engine.options({ person: home.officer, found: await city.load(id) });
      return { options, read: [...read] };
    };
    const before = await seen();
    for (const lineId of ['l1', 'l2'])
      await city.edit(scienceAndTechnology.officer, id, 'setVerdict', { lineId, verdict: 'accept' });
    expect(await seen()).toEqual(before);
    expect(before.read).toEqual([]);
  });

  it('is nothing once the case has ended', async () => {
    const city = aCity();
    const { id } = await city.start(home.officer, 'estimate');
    const ended = await city.send(home.officer, id, { type: 'ABANDON', reason: 'Không còn nhu cầu' });
    expect(ended).toMatchObject({ status: 'done', due: null });
    expect(await city.engine.options({ person: home.officer, found: ended })).toEqual([]);
    await expect(city.send(home.officer, id, { type: 'RECALL' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['notHere'] }),
    );
  });

  it('is everything to read and nothing to do for an auditor', async () => {
    const { city, id, endorse } = await sentUp();
    const auditor = aPerson({ agency: 'VP', roles: ['unitHead'], auditor: true });
    expect(await city.engine.read({ person: auditor, caseId: id })).toMatchObject({ id });
    await expect(endorse('x', { person: auditor })).rejects.toMatchObject(refusal('NOT_PERMITTED'));
  });
});

describe('a case of a version that this release does not know', () => {
  it('is refused by name', async () => {
    const { city, id } = await sentUp();
    const old = { ...(await city.load(id)), version: '7' };
    const engine = createEngine({
      cases: { ...city.cases, load: () => Promise.resolve(old) },
      journal: city.cases.journal,
      drafts: city.drafts,
      clock: city.clock,
      slices: city.slices,
      roundOf: () => Promise.reject(new Error('not asked')),
      drain: () => Promise.resolve(),
    });
    const sent = engine.send({
      person: home.unitHead,
      caseId: id,
      seq: old.seq,
      event: { type: 'ENDORSE' },
      key: 'x',
    });
    await expect(sent).rejects.toThrow(UnknownVersion);
    await expect(sent).rejects.toThrow("No machine 'estimate' version '7'; known: 1.");
  });
});

describe('the moment of a step', () => {
  it('is never before that of the case’s last one, though the clock is set back', async () => {
    const { city, id, endorse } = await sentUp();
    const before = (await city.load(id)).at;
    city.clock.to('2025-09-22');
    await endorse('once');
    expect(city.cases.entriesOf({ tenant, id }).at(-1)).toMatchObject({ at: before });
    expect((await city.load(id)).at).toBe(before);
    city.clock.to('2025-09-29');
    await city.send(home.leader, id, { type: 'SIGN' });
    expect((await city.load(id)).at).toBe('2025-09-29T02:00:00.000Z');
  });

  it('is on no closed day, of a case that begins as of one that goes on', async () => {
    const city = aCity();
    const until = '2025-09-25T17:00:00.000Z';
    const engine = createEngine({
      cases: city.cases,
      journal: city.cases.journal,
      drafts: city.drafts,
      clock: city.clock,
      slices: city.slices,
      roundOf: async () => ({ dates: autumnRound.deadlines, commune: false }),
      closedUntil: async () => until,
      drain: () => Promise.resolve(),
    });
    const { id, seq } = await engine.start({ person: home.officer, kind: 'estimate', input: {}, key: 'x' });
    await engine.send({
      person: home.officer,
      caseId: id,
      seq,
      event: { type: 'DECLARE_NIL', reason: 'Không có nhu cầu' },
      key: 'y',
    });
    expect(city.cases.entriesOf({ tenant, id }).map(({ at }) => at)).toEqual([until, until]);
  });
});

describe('acting for somebody', () => {
  const deputy = {
    ...home.deputy,
    delegations: [aDelegation(home.unitHead, 'unitHead', { kinds: ['estimate'] })],
  };

  it('is recorded with both names', async () => {
    const { city, id, endorse } = await sentUp();
    await endorse('x', { person: deputy });
    expect(city.cases.entriesOf({ tenant, id }).at(-1)).toMatchObject({
      permit: 'unitHead@owner',
      actor: {
        id: home.deputy.id,
        actingFor: { id: home.unitHead.id, name: home.unitHead.name, role: 'unitHead', capacity: 'KT' },
      },
    });
  });

  it.each([
    ['before it begins', { validFrom: '2025-09-26' }],
    ['after its last day', { validTo: '2025-09-24' }],
    ['for another kind of case', { kinds: ['allocation' as const] }],
    ['with another role', { role: 'clerk' as const }],
  ])('is not allowed %s', async (_, limits) => {
    const { endorse } = await sentUp();
    const person = { ...home.deputy, delegations: [aDelegation(home.unitHead, 'unitHead', limits)] };
    await expect(endorse('x', { person })).rejects.toMatchObject(refusal('NOT_PERMITTED'));
  });

  it('does not help whoever prepared it: the natural person counts', async () => {
    const { endorse } = await sentUp();
    const person = { ...home.officer, delegations: [aDelegation(home.unitHead, 'unitHead')] };
    await expect(endorse('x', { person })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['actorDidNotPrepare'] }),
    );
  });
});

describe('a draft', () => {
  const edit = (
    city: City,
    id: string,
    rev: number,
    op = 'setLine',
    input: object = { lineId: 'l1', unit: 'bộ' },
  ) => city.engine.edit({ person: home.officer, caseId: id, part: 'content', op, input, rev });

  it('takes an edit of the rev that it has, and no other', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    expect((await edit(city, id, 1)).rev).toBe(2);
    await expect(edit(city, id, 1)).rejects.toMatchObject(refusal('STALE_DRAFT', { rev: 2 }));
    const both = await Promise.allSettled([edit(city, id, 2), edit(city, id, 2)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('takes several edits in one write, each on what those before it left, or none of them', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    const asked = { person: home.officer, caseId: id, part: 'content' as const };
    const several = (rev: number, ...ops: { op: string; input: object }[]) =>
      city.engine.edit({ ...asked, rev, ops });
    const named = { op: 'setLine', input: { lineId: 'l1', unit: 'chiếc' } };
    const { rev, body } = await several(1, named, { op: 'removeLine', input: { lineId: 'l2' } });
    expect(rev).toBe(2);
    expect((body as { lines: object[] }).lines[0]).toMatchObject({ id: 'l1', unit: 'chiếc' });

    const gone = { op: 'setLine', input: { lineId: 'l2', unit: 'bộ' } };
    const other = { op: 'setLine', input: { lineId: 'l1', unit: 'bộ' } };
    // Which of them it was is said.
    await expect(several(2, other, gone)).rejects.toMatchObject(refusal('NOT_FOUND', { op: 1, line: 'l2' }));
    await expect(several(2)).rejects.toMatchObject(refusal('BAD_INPUT'));
    const draft = await city.engine.draft(asked);
    expect(draft.rev).toBe(2);
    expect((draft.body as { lines: object[] }).lines[0]).toMatchObject({ unit: 'chiếc' });
  });

  it('has a limit of lines and one of bytes, by whatever way it grows, and says what it would have had', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    const { body } = await city.engine.draft({ person: home.officer, caseId: id, part: 'content' });
    const { header, lines } = body as { header: object; lines: { id: string }[] };
    const line = { ...lines[0], id: undefined };
    const full = { header, lines: Array.from({ length: 1_000 }, () => line) };
    await edit(city, id, 1, 'replace', full);
    await expect(edit(city, id, 2, 'addLine', { line })).rejects.toMatchObject(
      refusal('LIMIT_EXCEEDED', { found: 1_001, limit: 1_000 }),
    );
    await expect(
      edit(city, id, 2, 'replace', { header, lines: [...full.lines, line] }),
    ).rejects.toMatchObject(refusal('LIMIT_EXCEEDED', { found: 1_001 }));
    const long = { lineId: 'l3', justification: 'ả'.repeat(1_400_000) };
    await expect(edit(city, id, 2, 'setLine', long)).rejects.toMatchObject(
      refusal('DRAFT_TOO_LARGE', { part: 'content', limit: 4_000_000 }),
    );
  });

  it('has room again for what a removed line took', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    const long = (lineId: string) => ({ lineId, justification: 'ả'.repeat(1_200_000) });
    await edit(city, id, 1, 'setLine', long('l1'));
    await edit(city, id, 2, 'removeLine', { lineId: 'l1' });
    await edit(city, id, 3, 'setLine', long('l2'));
    // There is no room for both.
    await expect(edit(city, id, 4, 'restoreLine', { lineId: 'l1' })).rejects.toMatchObject(
      refusal('DRAFT_TOO_LARGE'),
    );
  });

  it('is edited by officers of its owner, where it is open', async () => {
    const { city, id } = await sentUp();
    await expect(edit(city, id, 1)).rejects.toMatchObject(refusal('NOT_EDITABLE'));
    const { id: other } = await draftedEstimate(city, 'DT-2025-004');
    await expect(edit(city, other, 1)).rejects.toMatchObject(refusal('CASE_NOT_FOUND'));
    const { id: own } = await city.start(home.officer, 'estimate');
    await expect(
      city.engine.edit({
        person: home.leader,
        caseId: own,
        part: 'content',
        op: 'setHeader',
        input: {},
        rev: 0,
      }),
    ).rejects.toMatchObject(refusal('NOT_PERMITTED'));
    await expect(edit(city, own, 0, 'setVerdict')).rejects.toMatchObject(refusal('NOT_FOUND'));
  });

  it('has as editors all whose edits stand in it, who may then not sign', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    const leaderToo = aPerson({ id: home.leader.id, agency: 'SNV', roles: ['officer'] });
    const { editors } = await city.engine.edit({
      person: leaderToo,
      caseId: id,
      part: 'content',
      op: 'setHeader',
      input: { location: 'Thành phố Cần Thơ' },
      rev: 1,
    });
    expect(editors).toEqual([home.leader.id, home.officer.id].sort());
    await city.send(home.officer, id, { type: 'SEND_UP', rev: 2 });
    await city.send(home.unitHead, id, { type: 'ENDORSE' });
    await expect(city.send(home.leader, id, { type: 'SIGN' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['actorDidNotPrepare'] }),
    );
  });

  it('says NOT_EDITABLE to an edit that was saved while somebody sent it up', async () => {
    // The edit is saved after SEND_UP froze the draft: whoever made it learns that it is not in the content.
    const race: { meanwhile?: (() => Promise<unknown>) | undefined } = {};
    const trap = (drafts: DraftStore): DraftStore => ({
      ...drafts,
      async save(ref, draft, rev) {
        const { meanwhile } = race;
        race.meanwhile = undefined;
        await meanwhile?.();
        return drafts.save(ref, draft, rev);
      },
    });
    const city = aCity({ around: { drafts: trap } });
    const { id } = await draftedEstimate(city, code);
    race.meanwhile = () => city.send(home.officer, id, { type: 'SEND_UP', rev: 1 });
    await expect(edit(city, id, 1)).rejects.toMatchObject(refusal('NOT_EDITABLE'));
    expect((await city.load(id)).state).toEqual({ preparing: 'unitReview' });
  });

  it('is sent up in the rev that was seen, or not at all', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    await edit(city, id, 1);
    await expect(city.send(home.officer, id, { type: 'SEND_UP', rev: 1 })).rejects.toMatchObject(
      refusal('STALE_DRAFT', { rev: 2 }),
    );
  });

  it('opens only the named lines after a partial return', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    await issue(city, id);
    await register(city, id);
    await city.send(scienceAndTechnology.unitHead, id, {
      type: 'RETURN',
      reason: 'Đơn giá cao hơn báo giá',
      lines: ['l2'],
    });
    await city.send(home.officer, id, { type: 'REVISE' });

    await expect(edit(city, id, 1)).rejects.toMatchObject(refusal('NOT_EDITABLE', { line: 'l1' }));
    for (const [op, input] of [
      ['addLine', { line: {} }],
      ['moveLine', { lineId: 'l2', to: 1 }],
      ['replace', { header: {}, lines: [] }],
      ['setHeader', { necessity: 'x' }],
    ] as const) {
      await expect(edit(city, id, 1, op, input)).rejects.toMatchObject(
        refusal('NOT_EDITABLE', { openLines: ['l2'] }),
      );
    }
    // What cannot be written is named, field by field.
    await expect(
      edit(city, id, 1, 'setHeader', { necessity: 'x', documentDate: '2025-09-05' }),
    ).rejects.toMatchObject(
      refusal('NOT_EDITABLE', {
        faults: [{ path: 'necessity', code: 'edit.closed', params: { found: 'x' } }],
      }),
    );
    expect((await edit(city, id, 1, 'setHeader', { documentDate: '2025-09-05' })).rev).toBe(2);
    expect((await edit(city, id, 2, 'setLine', { lineId: 'l2', unit: 'bộ' })).rev).toBe(3);
    await city.send(home.leader, id, { type: 'OPEN_ALL' });
    expect((await edit(city, id, 3)).rev).toBe(4);
    await expect(city.send(home.leader, id, { type: 'OPEN_ALL' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['someLinesClosed'] }),
    );
  });
});

describe('a review', () => {
  it('reduces to the đồng: what changes nothing asks for no reason, what is beyond counting is refused', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    // In floating point 0.07 × 100,000,000 is more than 7,000,000.
    const line = { lineId: 'l1', quantity: 0.07, unitPrice: 100_000_000, vatRate: 'KCT' };
    const years = [{ year: 2025, amount: 7_000_000 }];
    await city.edit(home.officer, id, 'setLine', { ...line, yearSplit: years });
    const { body } = await city.engine.draft({ person: home.officer, caseId: id, part: 'content' });
    const { lines } = body as { lines: readonly { id: string }[] };
    const computed = { kind: 'estimate', lines: lines.map((one) => ({ ...one, amount: 7_000_000 })) };
    const content = await city.contents.put(tenant, computed);
    const found = { ...(await city.load(id)), content };
    const judge = (verdict: object) =>
      city.slices.estimate.edits['setVerdict']!.apply({
        found,
        body: { verdicts: {} },
        input: { lineId: 'l1', verdict: 'reduce', ...verdict },
        person: scienceAndTechnology.officer,
        day: '2025-09-25',
      });
    await expect(judge({ quantity: 0.07 })).resolves.toMatchObject({ verdicts: { l1: { quantity: 0.07 } } });
    const lack = async (verdict: object) => {
      const { verdicts } = (await judge(verdict)) as ReviewDraft;
      const { lines: frozen } = await city.contents.get<EstimateContent>(tenant, content);
      return lackOf(frozen[0]!, verdicts['l1']);
    };
    const reason = 'Theo khối lượng thực tế';
    expect(await lack({ quantity: 0.07, reason })).toBe('unreduced');
    expect(await lack({ reason })).toBe('unreduced');
    expect(await lack({ quantity: 0.069, reason })).toBeNull();
    // Whoever accepts a line accepts it as it is.
    expect(await lack({ verdict: 'accept', quantity: 0.069 })).toBe('contradicted');
    expect(await lack({ verdict: 'accept', quantity: 0.07 })).toBeNull();
    expect(await lack({ quantity: 0.071, reason })).toBe('unjustified');
    expect(await lack({ quantity: 0.071, reason, increaseReason: 'Vì thiếu' })).toBe('unjustified');
    expect(await lack({ quantity: 0.071, reason, increaseReason: 'Đơn vị tính thiếu' })).toBeNull();
    await expect(judge({ quantity: 1e12, unitPrice: 9e15, increaseReason: 'x' })).rejects.toMatchObject(
      refusal('BAD_INPUT', { faults: [expect.objectContaining({ code: 'money.product' })] }),
    );
  });

  it('saves a verdict before its reason, and counts it only with the reason', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    await issue(city, id);
    await register(city, id);
    const { officer } = scienceAndTechnology;
    const judge = (input: object) => city.edit(officer, id, 'setVerdict', { lineId: 'l1', ...input });
    await city.edit(officer, id, 'setVerdict', { lineId: 'l2', verdict: 'accept' });
    const schema = editSchemas.setVerdict.schema;
    for (const reason of [undefined, 'Vì đắt']) {
      const written = { verdict: 'exclude', ...(reason !== undefined && { reason }) };
      expect(schema.validate(written).error).toBeUndefined();
      await judge(written);
      await expect(city.send(officer, id, { type: 'CONCLUDE_LINES' })).rejects.toMatchObject(
        refusal('EVENT_REFUSED', { reasons: ['verdictsComplete'] }),
      );
    }
    await judge({ verdict: 'exclude', reason: 'Đã có trong dự toán khác' });
    await city.send(officer, id, { type: 'CONCLUDE_LINES' });
  });

  it('is private until it is concluded, and an edited line loses only its own verdict', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    await issue(city, id);
    await register(city, id);
    const { officer } = scienceAndTechnology;
    for (const lineId of ['l1', 'l2'])
      await city.edit(officer, id, 'setVerdict', { lineId, verdict: 'accept' });
    await expect(
      city.engine.draft({ person: home.officer, caseId: id, part: 'review' }),
    ).rejects.toMatchObject(refusal('NOT_PERMITTED'));
    const auditor = aPerson({ agency: 'VP', roles: [], auditor: true });
    expect((await city.engine.draft({ person: auditor, caseId: id, part: 'review' })).rev).toBe(2);
    await city.send(scienceAndTechnology.unitHead, id, {
      type: 'RETURN',
      reason: 'Sửa tên hạng mục này',
      lines: ['l2'],
    });
    await city.send(home.officer, id, { type: 'REVISE' });
    await city.edit(home.officer, id, 'setLine', { lineId: 'l2', name: 'Tên hạng mục đã sửa cho rõ' });
    await issue(city, id);
    await register(city, id);
    await expect(city.send(officer, id, { type: 'CONCLUDE_LINES' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['verdictsComplete'] }),
    );
    await city.edit(officer, id, 'setVerdict', { lineId: 'l2', verdict: 'accept' });
    const concluded = await city.send(officer, id, { type: 'CONCLUDE_LINES' });
    expect((concluded.context as unknown as EstimateContext).conclusion?.reviewed).toBe(3_077_225_000);
  });

  it('is done by the substitute where the reviewer is the owner, who must be named', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, 'DT-2025-001');
    await issue(city, id);
    await expect(city.send(scienceAndTechnology.clerk, id, { type: 'REGISTER' })).rejects.toMatchObject(
      refusal('BAD_INPUT', { faults: [expect.objectContaining({ path: 'event.substitutes.reviewer' })] }),
    );
    await register(city, id);
    expect((await reviewersOf(city, id)).officer.agency).toBe('VP');
    await conclude(city, id);
    await opinion(city, id);
    expect((await city.send(cityOffice.officer, id, { type: 'ACCEPT' })).state).toBe('eligible');
  });
});

describe('a consolidation', () => {
  it('is one at a time in its round, also when two start it at once', async () => {
    const city = aCity();
    const second = who('officer', 'SKHCN');
    const start = (id: string) => city.start({ ...second, id }, 'consolidation');
    const answers = await Promise.allSettled([start('first'), start('second')]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = answers.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(lost.reason).toMatchObject(refusal('EVENT_REFUSED', { reasons: ['anotherIsOpen'] }));
    await expect(start('third')).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['anotherIsOpen'] }),
    );
    expect(city.cases.all()).toHaveLength(1);
  });

  it('answers the one who started it, when asked again with the same key', async () => {
    const city = aCity();
    const ask = () =>
      city.engine.start({ person: scienceAndTechnology.officer, kind: 'consolidation', input: {}, key: 'k' });
    const first = await ask();
    expect((await ask()).id).toBe(first.id);
  });

  it('takes members in and lets them go, each told once', async () => {
    const city = aCity();
    const { id } = await eligibleEstimate(city, code);
    const table = await gatheringOf(city, [id]);
    expect(table).toMatchObject({ context: { members: 1, pending: 0 } });
    expect(await city.load(id)).toMatchObject({
      state: 'consolidated',
      context: { consolidation: table.id },
    });
    await expect(
      city.send(scienceAndTechnology.officer, table.id, { type: 'ADD', ids: [id] }),
    ).rejects.toMatchObject(refusal('BAD_INPUT'));
    await city.send(scienceAndTechnology.officer, table.id, { type: 'REMOVE', ids: [id] });
    expect((await city.load(id)).state).toBe('eligible');
  });
});

describe('an allocation', () => {
  const allocated = async (city: City, estimate: string, amount: number, input: object = {}) => {
    const { id } = await city.start(finance.officer, 'allocation', input);
    await city.edit(finance.officer, id, 'replace', {
      lines: [{ estimate, source: 'NSTP_CTX', year: 2026, amount }],
    });
    await issue(city, id);
    await city.send(cityOffice.officer, id, { type: 'PASS' });
    return city.send(committee.leader, id, { type: 'APPROVE' });
  };

  it('is adjusted by a new case of its lineage, which supersedes it', async () => {
    const city = aCity();
    const { id } = await approvedEstimate(city, code);
    const first = await allocated(city, id, 3_077_225_000);
    expect([first.state, (await city.load(id)).state]).toEqual(['assigned', 'allocated']);

    const second = await allocated(city, id, 1_000_000_000, { adjusts: first.id });
    const { lineage, ordinal } = second.context as unknown as AllocationContext;
    expect([second.state, lineage, ordinal, second.code]).toEqual([
      'assigned',
      'PB-2025-001',
      2,
      'PB-2025-001-DC1',
    ]);
    expect((await city.load(first.id)).state).toBe('superseded');
    expect(await city.load(id)).toMatchObject({
      state: 'approved',
      context: { allocations: { 'PB-2025-001': { ordinal: 2, amount: 1_000_000_000 } } },
    });
    expect(city.ledgers.claims()).toMatchObject([{ ordinal: 2, cells: { 'NSTP_CTX/2026': 1_000_000_000 } }]);
  });

  /** Approved, while nobody has told its rows, nor the one that it supersedes, anything yet. */
  const approvedUntold = async (city: City, id: string) => {
    const { seq } = await city.load(id);
    const event = { type: 'APPROVE' };
    return city.engine.send({ person: committee.leader, caseId: id, seq, event, key: `untold-${id}` });
  };

  const toDecide = async (
    city: City,
    lines: readonly { estimate: string; amount: number }[],
    input: object = {},
  ) => {
    const { id } = await city.start(finance.officer, 'allocation', input);
    const rows = lines.map((line) => ({ ...line, source: 'NSTP_CTX', year: 2026 }));
    await city.edit(finance.officer, id, 'replace', { lines: rows });
    await issue(city, id);
    return city.send(cityOffice.officer, id, { type: 'PASS' });
  };

  const toldTo = async (city: City, id: string) => {
    const { allocations } = (await city.load(id)).context as unknown as EstimateContext;
    return Object.values(allocations).reduce((sum, { amount }) => sum + amount, 0);
  };

  it('is adjusted where it is the newest of its lineage, however late the older ones learn of it', async () => {
    const city = aCity();
    const one = (await approvedEstimate(city, code)).id;
    const two = (await approvedEstimate(city, 'DT-2025-004')).id;
    const first = await allocated(city, one, 1_000_000_000);
    const second = await toDecide(city, [{ estimate: two, amount: 700_000_000 }], { adjusts: first.id });
    await approvedUntold(city, second.id);
    expect((await city.load(first.id)).state).toBe('assigned');

    await expect(city.start(finance.officer, 'allocation', { adjusts: first.id })).rejects.toMatchObject(
      refusal('BAD_INPUT', { faults: [expect.objectContaining({ code: 'allocation.notNewest' })] }),
    );
    await city.relay();
    expect([await toldTo(city, one), await toldTo(city, two)]).toEqual([0, 700_000_000]);

    const third = await toDecide(city, [{ estimate: one, amount: 400_000_000 }], { adjusts: second.id });
    await city.send(committee.leader, third.id, { type: 'APPROVE' });
    expect([await toldTo(city, one), await toldTo(city, two)]).toEqual([400_000_000, 0]);
    const standing = await Promise.all(
      [first, second, third].map(async ({ id }) => (await city.load(id)).state),
    );
    expect(standing).toEqual(['superseded', 'superseded', 'assigned']);
    expect(city.ledgers.claims()).toMatchObject([
      { ordinal: 3, confirmed: true, cells: { 'NSTP_CTX/2026': 400_000_000 } },
    ]);
  });

  it('is not approved once a newer one of its lineage stands, nor are two approved at once', async () => {
    const city = aCity();
    const { id } = await approvedEstimate(city, code);
    const first = await allocated(city, id, 1_000_000_000);
    const second = await toDecide(city, [{ estimate: id, amount: 700_000_000 }], { adjusts: first.id });
    // As a store of before could hold it: two that adjust the same one.
    const third = await city.cases.create({
      ...second,
      id: 'f'.repeat(20),
      context: { ...second.context, ordinal: 3 },
    });
    const outcomes = await Promise.allSettled([second, third].map((found) => approvedUntold(city, found.id)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await city.relay();
    const lost = outcomes[0]?.status === 'rejected' ? second : third;
    await expect(city.send(committee.leader, lost.id, { type: 'APPROVE' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['newerStands'] }),
    );
  });

  it('claims money of its own for every try, also after one that was declined', async () => {
    const city = aCity();
    const { id } = await approvedEstimate(city, code);
    const first = await allocated(city, id, 1_000_000_000);
    const adjusts = { adjusts: first.id };
    const declined = await toDecide(city, [{ estimate: id, amount: 700_000_000 }], adjusts);
    await city.send(committee.leader, declined.id, { type: 'DECLINE', reason: 'Chưa cân đối được' });
    const again = await toDecide(city, [{ estimate: id, amount: 600_000_000 }], adjusts);
    expect(again.code).not.toBe(declined.code);
    await city.send(committee.leader, again.id, { type: 'APPROVE' });
    expect(city.ledgers.claims()).toMatchObject([
      { confirmed: true, cells: { 'NSTP_CTX/2026': 600_000_000 } },
    ]);
  });

  it('opens with its proposal stored, and goes up unchanged', async () => {
    const city = aCity();
    const { id: estimate } = await approvedEstimate(city, code);
    const { id } = await city.start(finance.officer, 'allocation');
    const draft = await city.engine.draft({ person: finance.officer, caseId: id, part: 'content' });
    expect(draft).toMatchObject({ rev: 1, editors: [], body: { lines: [{ estimate }, { estimate }] } });
    expect((await issue(city, id)).state).toBe('officeCheck');
  });

  it('does not go up with money that another one asks for already, and the next one opens without it', async () => {
    const city = aCity();
    const { id: estimate, context } = await approvedEstimate(city, code);
    const approved = Number(context['approved']);
    const half = Math.floor(approved / 2);
    const proposal = async (amount: number) => {
      const { id } = await city.start(finance.officer, 'allocation');
      await city.edit(finance.officer, id, 'replace', {
        lines: [{ estimate, source: 'NSTP_CTX', year: 2026, amount }],
      });
      return id;
    };
    const [first, second] = [await proposal(half), await proposal(approved)];
    await issue(city, first);
    const { lineage } = (await city.load(first)).context as unknown as AllocationContext;
    await expect(city.send(finance.officer, second, { type: 'SEND_UP' })).rejects.toMatchObject(
      refusal('RULES_BROKEN', {
        findings: [
          expect.objectContaining({
            code: 'ALLOCATED_ABOVE_LEFT',
            params: expect.objectContaining({ limit: approved - half, approved, taken: half, by: lineage }),
          }),
        ],
      }),
    );
    const third = await city.start(finance.officer, 'allocation');
    const draft = await city.engine.draft({ person: finance.officer, caseId: third.id, part: 'content' });
    const { lines } = draft.body as { lines: { amount: number }[] };
    expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(approved - half);
    expect((await issue(city, third.id)).state).toBe('officeCheck');
    // What was decided stands in the way by the same name.
    for (const id of [first, third.id]) {
      await city.send(cityOffice.officer, id, { type: 'PASS' });
      await city.send(committee.leader, id, { type: 'APPROVE' });
    }
    expect(await toldTo(city, estimate)).toBe(approved);
  });

  it('takes what it was given or asks for anew, whichever is more, and never both, while its adjustment is on its way', async () => {
    const city = aCity();
    const { id: estimate, context } = await approvedEstimate(city, code);
    const approved = Number(context['approved']);
    const first = await allocated(city, estimate, 1_000_000_000);
    for (const asked of [700_000_000, 1_200_000_000]) {
      const adjustment = await toDecide(city, [{ estimate, amount: asked }], { adjusts: first.id });
      const other = await city.start(finance.officer, 'allocation');
      const draft = await city.engine.draft({ person: finance.officer, caseId: other.id, part: 'content' });
      const { lines } = draft.body as { lines: { amount: number }[] };
      const left = approved - Math.max(1_000_000_000, asked);
      expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(left);
      await city.edit(finance.officer, other.id, 'replace', {
        lines: [{ estimate, source: 'NSTP_CTX', year: 2026, amount: left + 1 }],
      });
      await expect(city.send(finance.officer, other.id, { type: 'SEND_UP' })).rejects.toMatchObject(
        refusal('RULES_BROKEN', {
          findings: [
            expect.objectContaining({
              code: 'ALLOCATED_ABOVE_LEFT',
              params: expect.objectContaining({ limit: left, taken: approved - left }),
            }),
          ],
        }),
      );
      await city.send(committee.leader, adjustment.id, { type: 'DECLINE', reason: 'Chưa cân đối được' });
    }
  });

  it('numbers the rows of an adjustment on from those that it adjusts', async () => {
    const city = aCity();
    const { id: estimate } = await approvedEstimate(city, code);
    const row = (year: number) => ({ estimate, source: 'NSTP_CTX', year, amount: 100_000_000 });
    const bodyOf = async (of: string) =>
      (await city.engine.draft({ person: finance.officer, caseId: of, part: 'content' })).body as {
        lines: { id: string }[];
      };
    const { id } = await city.start(finance.officer, 'allocation');
    await city.edit(finance.officer, id, 'replace', { lines: [row(2025), row(2026)] });
    await city.edit(finance.officer, id, 'removeLine', { lineId: (await bodyOf(id)).lines[0]?.id });
    const before = (await bodyOf(id)).lines.map((line) => line.id);
    await issue(city, id);
    await city.send(cityOffice.officer, id, { type: 'PASS' });
    await city.send(committee.leader, id, { type: 'APPROVE' });

    const next = await city.start(finance.officer, 'allocation', { adjusts: id });
    await city.edit(finance.officer, next.id, 'addLine', { line: row(2026) });
    const ids = (await bodyOf(next.id)).lines.map((line) => line.id);
    expect([ids.length, new Set(ids).size]).toEqual([before.length + 1, before.length + 1]);
    await city.edit(finance.officer, next.id, 'removeLine', { lineId: ids.at(-1) });
    expect((await bodyOf(next.id)).lines.map((line) => line.id)).toEqual(before);
  });

  it('gives an estimate that the adjustment dropped nothing', async () => {
    const city = aCity();
    const one = await approvedEstimate(city, code);
    const two = await approvedEstimate(city, 'DT-2025-004');
    const first = await allocated(city, one.id, 2_000_000_000);
    await allocated(city, two.id, 1_000_000_000, { adjusts: first.id });
    expect((await city.load(one.id)).context).toMatchObject({
      allocations: { 'PB-2025-001': { ordinal: 2, amount: 0 } },
    });
  });

  it('is not approved where another took what was left of an estimate meanwhile', async () => {
    const city = aCity();
    const { id } = await approvedEstimate(city, code);
    const drafted = async () => {
      const { id: allocation } = await city.start(finance.officer, 'allocation');
      const lines = [{ estimate: id, source: 'NSTP_CTX', year: 2026, amount: 2_000_000_000 }];
      await city.edit(finance.officer, allocation, 'replace', { lines });
      return allocation;
    };
    const both = [await drafted(), await drafted()];
    // In the very moment neither is on its way yet.
    await Promise.all(both.map((allocation) => city.send(finance.officer, allocation, { type: 'SEND_UP' })));
    for (const allocation of both) {
      await city.send(finance.unitHead, allocation, { type: 'ENDORSE' });
      await city.send(finance.leader, allocation, { type: 'SIGN' });
      await city.send(finance.clerk, allocation, { type: 'ISSUE', date: city.clock.now().slice(0, 10) });
      await city.send(cityOffice.officer, allocation, { type: 'PASS' });
    }
    const [one = '', two = ''] = both;
    await city.send(committee.leader, one, { type: 'APPROVE' });
    await expect(city.send(committee.leader, two, { type: 'APPROVE' })).rejects.toMatchObject(
      refusal('RULES_BROKEN', {
        findings: [
          expect.objectContaining({
            code: 'ALLOCATED_ABOVE_LEFT',
            params: expect.objectContaining({ limit: 1_077_225_000 }),
          }),
        ],
      }),
    );
    expect(city.ledgers.claims()).toHaveLength(1);
  });

  it('does not give more than was approved', async () => {
    const city = aCity();
    const { id } = await approvedEstimate(city, code);
    const { id: allocation } = await city.start(finance.officer, 'allocation');
    await city.edit(finance.officer, allocation, 'replace', {
      lines: [{ estimate: id, source: 'NSTP_CTX', year: 2026, amount: 3_077_225_001 }],
    });
    await expect(issue(city, allocation)).rejects.toMatchObject(
      refusal('RULES_BROKEN', { findings: [expect.objectContaining({ rule: 'R23', level: 'error' })] }),
    );
  });
});
