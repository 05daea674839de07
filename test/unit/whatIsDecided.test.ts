import { describe, expect, it } from '@jest/globals';
import { allocationApi } from '../../src/allocations/api.js';
import { consolidationApi } from '../../src/consolidations/api.js';
import { money } from '../../src/documents/format.js';
import type { Case, Person } from '../../src/engine/ports.js';
import { cited } from '../../workflows/vocabulary.js';
import { entitle, readersOf } from '../../src/engine/mayDo.js';
import { estimateApi } from '../../src/estimates/api.js';
import { coveredSeenBy } from '../../src/http/caseHistoryRoutes.js';
import type { KindApi } from '../../src/http/kind.js';
import { paperRoutes, papersSeenBy, type Paper } from '../../src/http/paperRoutes.js';
import { createPapers } from '../../src/papers/makePaper.js';
import { previewData } from '../../src/papers/preview.js';
import { paperSources } from '../../src/papers/sources.js';
import { permissions } from '../../workflows/permissions.js';
import { ask } from '../../workflows/registry.js';
import { kinds as kindNames, roles, type DocumentNumber } from '../../workflows/vocabulary.js';
import { aCity, type City } from '../builders/city.js';
import { aDelegation, aPerson, who } from '../builders/people.js';
import {
  appraise,
  cityOffice,
  committee,
  conclude,
  draftedEstimate,
  finance,
  gatheringOf,
  issue,
  opinion,
  peopleOf,
  register,
  scienceAndTechnology,
  toAppraising,
} from '../builders/roads.js';
import { paper, unread } from '../fakes/blankPrinter.js';

const day = '2025-09-25';

const looking = (city: City) => {
  const api: readonly KindApi[] = [
    estimateApi(city.given),
    consolidationApi(city.given, city.tables, () => day),
    allocationApi(city.checks),
  ];
  const printed: string[] = [];
  const cityOf = () => Promise.resolve({ name: 'thành phố Cần Thơ', place: 'Cần Thơ' });
  const papers = createPapers({
    sources: paperSources({
      contents: city.contents,
      directory: city.directory,
      cases: city.cases.queries,
      cityOf,
    }),
    printer: {
      print: (html) => {
        printed.push(html.slice(html.indexOf('<body>')));
        return Promise.resolve(paper);
      },
    },
    readBack: unread,
  });
  const dataOf = previewData(city);
  const given = { engine: city.engine, kinds: api };
  /** What this person is answered; nothing where the case is none of theirs. */
  const seeing = async <T>(person: Person, found: Case, asked: () => Promise<T>, nothing: T): Promise<T> =>
    (await city.engine.read({ person, caseId: found.id }).catch(() => null)) ? asked() : nothing;
  /** Events that name what they cover, as they come from outside. */
  const naming = ({ kind }: Case) =>
    Object.entries(api.find((one) => one.kind === kind)?.events ?? {}).flatMap(([event, schema]) =>
      'hash' in ((schema.describe() as { keys?: object }).keys ?? {}) ? [event] : [],
    );
  return {
    given,
    naming,
    covered: (person: Person, found: Case) =>
      seeing(person, found, () => coveredSeenBy(given, person, found), null),
    papers: (person: Person, found: Case) =>
      seeing(person, found, () => papersSeenBy(given, person, found), []),
    preview: async (found: Case, person: Person = aPerson({ agency: 'SYT', roles: ['officer'] })) => {
      const made: Record<string, string> = {};
      for (const document of ask(found).papers) {
        await papers.preview({ found, document, data: await dataOf(found, document, { person, day }) });
        made[document] = printed.at(-1) ?? '';
      }
      return made;
    },
  };
};

/** Whose people read what is covered, by the state it is decided in. */
const readers = (found: Case): string[] => {
  const { paths } = ask(found);
  const { appraiser } = found.context.parties;
  if (paths[0] === 'preparing' || paths[0] === 'frozen') return [found.owner];
  return ['financeLeader', 'issuing'].includes(paths[0] ?? '') ? [appraiser] : readersOf(found);
};

/** Plays all three kinds to their end, and tells each place on the way. */
const play = (at: (found: Case, look: ReturnType<typeof looking>) => Promise<void>) => {
  const plain = aCity();
  const look = looking(plain);
  const told = async (found: Case) => {
    await at(found, look);
    return found;
  };
  const city: City = { ...plain, send: async (...asked) => told(await plain.send(...asked)) };
  return {
    city: plain,
    look,
    async go() {
      const { id } = await draftedEstimate(city, 'DT-2025-004');
      await issue(city, id);
      await register(city, id);
      await conclude(city, id);
      await opinion(city, id);
      const accepted = await city.send(scienceAndTechnology.officer, id, { type: 'ACCEPT' });
      const table = await gatheringOf(city, [id]);
      await toAppraising(city, table.id);
      await appraise(city, table.id, { [id]: Number(accepted.context['reviewed']) - 1_000_000 });
      await city.send(finance.officer, table.id, { type: 'CONCLUDE' });
      await city.send(finance.leader, table.id, { type: 'SIGN' });
      await city.send(finance.clerk, table.id, { type: 'ISSUE', date: day });
      await city.send(cityOffice.officer, table.id, { type: 'PASS' });
      await city.send(committee.leader, table.id, { type: 'REFER_TO_COUNCIL', reason: 'Vượt thẩm quyền' });
      await city.send(committee.leader, table.id, { type: 'TAKE_BACK' });
      await city.send(committee.leader, table.id, { type: 'APPROVE' });
      const allocation = await city.start(finance.officer, 'allocation');
      await issue(city, allocation.id);
      await city.send(cityOffice.officer, allocation.id, { type: 'PASS' });
      await city.send(committee.leader, allocation.id, { type: 'APPROVE' });
      return id;
    },
  };
};

describe('what is decided on', () => {
  it('is read by everybody who may send an event that names it, by the whole of their agency where the law says so, and by nobody else', async () => {
    const met = new Set<string>();
    const story = play(async (found, look) => {
      const machine = ask(found);
      if (machine.covered === null || found.status === 'done') return;
      // Of those without a part some stand for all.
      const agencies = (await story.city.directory.agencies('canTho')).filter(
        ({ ref, part }, n) => part !== undefined || ref === found.owner || n < 8,
      );
      const everybody = agencies.flatMap(({ ref }) => roles.map((role) => who(role, ref)));
      const naming = look.naming(found).filter((event) => machine.events.includes(event));
      const senders = new Set<string>();
      for (const event of naming) {
        const permits = machine.permits(event);
        const delegates = everybody
          .filter(({ roles: own }) => own.includes('leader'))
          .map((leader) =>
            aPerson({
              id: `${leader.id}.KT`,
              agency: leader.agency,
              roles: ['deputy'],
              delegations: [aDelegation(leader, 'leader')],
            }),
          );
        for (const person of [...everybody, ...delegates]) {
          if (!entitle({ person, found, permits, day })) continue;
          senders.add(person.agency);
          const where = { event, who: person.id, paths: machine.paths };
          expect({ ...where, covered: await look.covered(person, found) }).toEqual({
            ...where,
            covered: machine.covered,
          });
          expect({ ...where, papers: await look.papers(person, found) }).toEqual({
            ...where,
            papers: machine.papers,
          });
          for (const path of machine.paths) met.add(`${found.kind} ${path} ${event}`);
        }
      }
      if (senders.size === 0) return;
      await story.city.contents.get('canTho', machine.covered);
      const mayRead = new Set(readers(found));
      for (const person of everybody.filter(({ agency }) => !mayRead.has(agency))) {
        const where = { who: person.id, paths: machine.paths };
        expect({ ...where, covered: await look.covered(person, found) }).toEqual({ ...where, covered: null });
        expect({ ...where, papers: await look.papers(person, found) }).toEqual({ ...where, papers: [] });
      }
    });
    await story.go();

    // No place and no event of the tables was left out.
    const named = kindNames.flatMap((kind) =>
      Object.entries(permissions[kind]['1'] ?? {}).flatMap(([path, events]) =>
        Object.entries(events)
          .filter(
            ([event, permits]) =>
              story.look.naming({ kind } as Case).includes(event) &&
              permits.some((permit) => permit !== 'system'),
          )
          .map(([event]) => `${kind} ${path} ${event}`),
      ),
    );
    // To say that there is no need covers no content.
    expect(named.filter((one) => !met.has(one))).toEqual(['estimate nilReturn SIGN']);
  }, 60_000);

  it.each([
    ['deputy', ['KT. GIÁM ĐỐC', 'PHÓ GIÁM ĐỐC']],
    ['leader', ['GIÁM ĐỐC']],
    ['unitHead', ['GIÁM ĐỐC']],
  ] as const)(
    'is shown to a %s as it will be if they sign, where they may; else as the head’s',
    async (role, lines) => {
      const city = aCity();
      const { id, owner } = await draftedEstimate(city, 'DT-2025-006');
      await city.send(peopleOf(owner).officer, id, { type: 'SEND_UP' });
      const endorsed = await city.send(peopleOf(owner).unitHead, id, { type: 'ENDORSE' });
      const { estimateProposal } = await looking(city).preview(endorsed, who(role, owner));
      const text = estimateProposal!.toLocaleUpperCase('vi');
      for (const line of lines) expect(text).toContain(line);
      expect(text.includes('KT. ')).toBe(role === 'deputy');
    },
  );

  it('is shown as the paper that it will be: a draft without number, day and signature, of the same figures', async () => {
    const seen = new Map<string, string>();
    const story = play(async (found, look) => {
      for (const [document, html] of Object.entries(await look.preview(found)))
        seen.set(`${found.kind} ${ask(found).paths.at(-1)} ${document}`, html);
    });
    const estimate = await story.go();

    expect([...seen.keys()].sort()).toEqual([
      'allocation awaitingDecision decision',
      'allocation officeCheck decision',
      'allocation preparing.issuing allocationProposal',
      'allocation preparing.leaderApproval allocationProposal',
      'allocation preparing.unitReview allocationProposal',
      'consolidation awaitingDecision decision',
      'consolidation financeLeader appraisalReport',
      'consolidation financeLeader approvalProposal',
      'consolidation frozen consolidationReport',
      'consolidation issuing appraisalReport',
      'consolidation issuing approvalProposal',
      'consolidation officeCheck decision',
      'consolidation preparing.issuing consolidationReport',
      'consolidation preparing.leaderApproval consolidationReport',
      'consolidation preparing.unitReview consolidationReport',
      'estimate preparing.issuing estimateProposal',
      'estimate preparing.leaderApproval estimateProposal',
      'estimate preparing.unitReview estimateProposal',
    ]);
    for (const [where, html] of seen) {
      expect([where, html.includes('DỰ THẢO')]).toEqual([where, true]);
      expect([where, /Số:[\s\u00a0]*\//.test(html)]).toEqual([where, true]);
      expect([where, html.includes('(Đã ký)')]).toEqual([where, false]);
      expect([where, /\b00\//.test(html)]).toEqual([where, false]);
    }
    const amount = money(Number((await story.city.load(estimate)).context['approved']));
    expect(seen.get('consolidation financeLeader appraisalReport')).toContain(amount);
    expect(seen.get('consolidation awaitingDecision decision')).toContain(amount);
    expect(seen.get('allocation awaitingDecision decision')).toContain(amount);
  }, 60_000);
});

describe("the decision on an agency's money", () => {
  it('is told to the agency with its number, and opened through its estimate by those who may see that, and nobody else', async () => {
    const story = play(() => Promise.resolve());
    const estimate = await story.go();
    const { city, look } = story;
    const { officer } = peopleOf('SYT');
    const found = await city.load(estimate);
    const view = (await estimateApi(city.given).view(found, officer)) as {
      decision: { case: string; number: DocumentNumber };
      allocations: Record<string, { case: string; number: DocumentNumber; amount: number }>;
      approved: number;
    };
    const [allocation] = Object.values(view.allocations);
    expect(cited(view.decision.number)).toBe('01/QĐ-UBND');
    expect(allocation).toMatchObject({ amount: view.approved, number: { type: 'QĐ', number: 2 } });

    // Every case has left a report and a decision behind.
    const left = (of: string) =>
      ['consolidationReport', 'decision'].map((type) => ({ id: `${of}/${type}`, case: of, type }) as Paper);
    const papers = {
      list: (_: string, of: string) => Promise.resolve(left(of)),
      get: () => Promise.resolve(null),
      read: () => Promise.resolve(Buffer.from('%PDF')),
    };
    const routes = paperRoutes({ ...look.given, papers, preview: () => Promise.reject(new Error('none')) });
    const get = (path: string, person: Person, params: object) =>
      (
        routes.find((route) => route.path === path) as unknown as {
          handler(call: object): Promise<{ body: { items: { id: string; address: string }[] } }>;
        }
      ).handler({ person, params });
    const { items } = (await get('/cases/:id/documents', officer, { id: estimate })).body;
    expect(items.map(({ id }) => id)).toEqual([
      ...left(estimate).map(({ id }) => id),
      `${view.decision.case}/decision`,
      `${allocation?.case}/decision`,
    ]);
    const open = (person: Person, paper: string) =>
      get('/cases/:id/documents/:paper', person, { id: estimate, paper });
    for (const { id } of items) await expect(open(officer, id)).resolves.toHaveProperty('file');
    await expect(open(officer, `${view.decision.case}/consolidationReport`)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(open(who('officer', 'STP'), `${view.decision.case}/decision`)).rejects.toMatchObject({
      code: 'CASE_NOT_FOUND',
    });
  });
});
