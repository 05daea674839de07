import type { Case } from '../../src/engine/ports.js';
import { sampleEstimate } from './estimates.js';
import type { City } from './city.js';
import { who } from './people.js';

/** An agency's people by role. */
export const peopleOf = (agency: string) => ({
  officer: who('officer', agency),
  unitHead: who('unitHead', agency),
  deputy: who('deputy', agency),
  leader: who('leader', agency),
  clerk: who('clerk', agency),
});

export const scienceAndTechnology = peopleOf('SKHCN');
export const finance = peopleOf('STC');
export const police = peopleOf('CATP');
export const cityOffice = peopleOf('VP');
export const committee = peopleOf('UBND');
export const council = peopleOf('HDND');

/** A started estimate with the sample's lines in its draft. */
export const draftedEstimate = async (city: City, code: string): Promise<Case> => {
  const { agency, input } = sampleEstimate(code);
  const { officer } = peopleOf(agency.id);
  const { id } = await city.start(officer, 'estimate');
  const { lines, ...header } = input;
  await city.edit(officer, id, 'replace', { header, lines: lines.map(({ id: _id, ...line }) => line) });
  return city.load(id);
};

/** Sent up, endorsed, signed and issued inside its agency. */
export const issue = async (city: City, id: string): Promise<Case> => {
  const { owner, kind } = await city.load(id);
  const { officer, unitHead, leader, clerk } = peopleOf(owner);
  const { rev } = await city.engine.draft({ person: officer, caseId: id, part: 'content' }).catch(() => ({
    rev: 0,
  }));
  await city.send(officer, id, { type: 'SEND_UP', ...(kind !== 'consolidation' && { rev }) });
  await city.send(unitHead, id, { type: 'ENDORSE' });
  await city.send(leader, id, { type: 'SIGN' });
  return city.send(clerk, id, { type: 'ISSUE', date: city.clock.now().slice(0, 10) });
};

/** The reviewer's people of an estimate, as REGISTER leaves them. */
export const reviewersOf = async (city: City, id: string) =>
  peopleOf((await city.load(id)).context.parties.reviewer);

const substitutesFor = ({ owner }: Case) =>
  owner === 'SKHCN'
    ? { substitutes: { reviewer: 'VP' } }
    : owner === 'STC'
      ? { substitutes: { appraiser: 'VP' } }
      : owner === 'CATP'
        ? { substitutes: { security: 'VP' } }
        : {};

/** From issued to where the reviewer works on it. */
export const register = async (city: City, id: string): Promise<Case> => {
  const { clerk } = await reviewersOf(city, id);
  return city.send(clerk, id, { type: 'REGISTER', ...substitutesFor(await city.load(id)) });
};

/** A verdict on every line, concluded. */
export const conclude = async (
  city: City,
  id: string,
  verdicts: Readonly<Record<string, object>> = {},
): Promise<Case> => {
  const { officer } = await reviewersOf(city, id);
  const { content } = await city.load(id);
  const { lines } = await city.contents.get<{ lines: { id: string }[] }>('canTho', content ?? '');
  for (const { id: lineId } of lines) {
    await city.edit(officer, id, 'setVerdict', { lineId, verdict: 'accept', ...verdicts[lineId] });
  }
  return city.send(officer, id, { type: 'CONCLUDE_LINES' });
};

/** The Police agree, where a system is concerned. */
export const opinion = async (
  city: City,
  id: string,
  given: object = { verdict: 'agree', agreedLevel: 3 },
): Promise<Case> => {
  const { officer } = await reviewersOf(city, id);
  const found = await city.load(id);
  if (found.context['systemConcerned'] !== true) return found;
  await city.send(officer, id, { type: 'ASK_OPINION' });
  const { security } = found.context.parties;
  return city.send(peopleOf(security).officer, id, { type: 'GIVE_OPINION', ...given });
};

/** A sample estimate, accepted by the reviewer. */
export const eligibleEstimate = async (city: City, code: string): Promise<Case> => {
  const { id } = await draftedEstimate(city, code);
  await issue(city, id);
  await register(city, id);
  await conclude(city, id);
  await opinion(city, id);
  const { officer } = await reviewersOf(city, id);
  return city.send(officer, id, { type: 'ACCEPT' });
};

/** A consolidation that gathers these estimates. */
export const gatheringOf = async (city: City, estimates: readonly string[]): Promise<Case> => {
  const { officer } = scienceAndTechnology;
  const { id } = await city.start(officer, 'consolidation');
  return city.send(officer, id, { type: 'ADD', ids: [...estimates] });
};

/** From gathering to where Finance works on it. */
export const toAppraising = async (city: City, id: string): Promise<Case> => {
  await city.send(scienceAndTechnology.officer, id, { type: 'FREEZE' });
  await issue(city, id);
  return city.send(finance.clerk, id, { type: 'RECEIVE' });
};

/** Finance's amounts for these estimates. */
export const appraise = async (
  city: City,
  id: string,
  amounts: Readonly<Record<string, number>>,
): Promise<void> => {
  for (const [estimateId, amount] of Object.entries(amounts)) {
    const { appraiser } = (await city.load(estimateId)).context.parties;
    await city.edit(peopleOf(appraiser).officer, id, 'setAppraisal', {
      estimateId,
      amount,
      comment: 'Đúng định mức và chế độ',
      criteria: [],
    });
  }
};

/** From concluded amounts to the authority. */
export const toDecision = async (city: City, id: string): Promise<Case> => {
  await city.send(finance.officer, id, { type: 'CONCLUDE' });
  await city.send(finance.leader, id, { type: 'SIGN' });
  await city.send(finance.clerk, id, { type: 'ISSUE', date: city.clock.now().slice(0, 10) });
  return city.send(cityOffice.officer, id, { type: 'PASS' });
};

/** Eligible estimates of city money, approved by one decision with what was reviewed. */
export const approved = async (city: City, estimates: readonly Case[]): Promise<Case[]> => {
  const ids = estimates.map((estimate) => estimate.id);
  const { id } = await gatheringOf(city, ids);
  await toAppraising(city, id);
  const amounts = estimates.map((estimate) => [estimate.id, Number(estimate.context['reviewed'])]);
  await appraise(city, id, Object.fromEntries(amounts) as Record<string, number>);
  await toDecision(city, id);
  await city.send(committee.leader, id, { type: 'APPROVE' });
  return Promise.all(ids.map((one) => city.load(one)));
};

/** One sample estimate of city money, approved with what was reviewed. */
export const approvedEstimate = async (city: City, code: string): Promise<Case> => {
  const [estimate] = await approved(city, [await eligibleEstimate(city, code)]);
  return estimate!;
};
