import { addWorkingDays } from '../../workflows/calendar.js';
import type { EstimateContent, FundingSource } from '../../workflows/content.js';
import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import type { Signature } from '../../workflows/preparing.js';
import { bySourceYearInProportion } from '../../workflows/totals.js';
import type { Day, DocumentNumber, DocumentType, Hash, Intent, Money } from '../../workflows/vocabulary.js';
import type { AllocationContent } from '../allocations/slice.js';
import { allocationOf } from '../allocations/slice.js';
import type { Appraisal, Decision } from '../consolidations/slice.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import type { DocumentSources } from '../documents/documentSources.js';
import type { City } from '../documents/issue.js';
import type { Case, ContentStore } from '../engine/ports.js';
import type { Agency, CaseQueries, Directory, Round } from '../engine/shared.js';
import { estimateOf } from '../engine/contexts.js';
import { basesOn } from './bases.js';
import { cited, issueOf, nameOf } from './issueOf.js';

type Render = Extract<Intent, { type: 'render' }>['params'];

/** What an intent took along for its paper, beside the content. */
interface Told {
  readonly content: Hash;
  readonly number: DocumentNumber | null;
  readonly signer: Signature | null;
  /** The number of the paper that a letter answers. */
  readonly issued?: DocumentNumber | null;
  readonly reason?: string;
  readonly due?: Day;
  readonly lines?: readonly string[];
  readonly estimates?: readonly string[];
  readonly report?: DocumentNumber | null;
  readonly appraisalReport?: DocumentNumber | null;
  readonly appraisal?: ConsolidationContext['appraisal'];
  readonly proposal?: DocumentNumber | null;
  readonly decision?: {
    readonly hash?: Hash;
    readonly by: Signature;
    readonly number: DocumentNumber | null;
  };
}

interface Given {
  readonly contents: ContentStore;
  readonly directory: Directory;
  readonly cases: CaseQueries;
  readonly cityOf: (tenant: string) => Promise<City>;
}

const agreementWords = {
  THONG_NHAT: 'Thống nhất',
  CO_DIEU_KIEN: 'Thống nhất có điều kiện',
  KHONG_THONG_NHAT: 'Chưa thống nhất',
  CHUA_CO: 'Không thuộc diện lấy ý kiến',
} as const;

const settlements: Readonly<Record<string, string>> = {
  complementary: 'Không trùng lặp, bổ sung cho nhau',
  keepSeparate: 'Giữ riêng',
  merge: 'Gộp, giao một đơn vị chủ trì',
  usePlatform: 'Dùng chung nền tảng của thành phố',
  exclude: 'Loại khỏi tổng hợp',
};

/** The finished name of each document, as lists and downloads show it. */
export const paperNames: Readonly<Record<DocumentType, string>> = {
  estimateProposal: 'Tờ trình dự toán',
  returnLetter: 'Công văn trả lại',
  supplementLetter: 'Công văn đề nghị bổ sung',
  consolidationReport: 'Báo cáo tổng hợp',
  appraisalReport: 'Báo cáo kết quả thẩm định',
  approvalProposal: 'Tờ trình phê duyệt dự toán',
  allocationProposal: 'Tờ trình phân bổ',
  decision: 'Quyết định',
};

/** Which data each paper of a case is made from: the frozen contents, and what the intent took along. */
export const paperSources = ({ contents, directory, cases, cityOf }: Given) => {
  const known = async (tenant: string, ref: string): Promise<Agency> => {
    const agency = await directory.agency(tenant, ref);
    if (!agency) throw new Error(`No agency ${ref}.`);
    return agency;
  };

  const roundOf = async (found: Case): Promise<Round> => {
    const round = await directory.round(found.tenant, found.round);
    if (!round) throw new Error(`No round ${found.round}.`);
    return round;
  };

  const issue = async (
    found: Case,
    ref: string,
    { number, signer }: Pick<Told, 'number' | 'signer'>,
    addressees: readonly string[],
    recipients: readonly string[],
  ) => {
    const [agency, city] = await Promise.all([known(found.tenant, ref), cityOf(found.tenant)]);
    return issueOf({ agency, city, number, signature: signer, addressees, recipients });
  };

  const names = async (tenant: string, ...refs: string[]) =>
    Promise.all(refs.map(async (ref) => nameOf(await known(tenant, ref))));

  const authorityName = async (found: Case) => {
    const city = await cityOf(found.tenant);
    return `Ủy ban nhân dân ${city.name}`;
  };

  const estimateProposal = async (found: Case, told: Told): Promise<DocumentSources['estimateProposal']> => {
    const { parties, hasUnits } = estimateOf(found);
    const content = await contents.get<EstimateContent>(found.tenant, told.content);
    const [reviewer = '', finance = ''] = await names(found.tenant, parties.reviewer, parties.appraiser);
    const own = content.totals.bySource.NS_XA !== undefined;
    const agency = await known(found.tenant, found.owner);
    const addressees = own
      ? [`Hội đồng nhân dân ${agency.issuer.replace(/^UBND /, '')}`, reviewer]
      : [reviewer];
    return { issue: await issue(found, found.owner, told, addressees, hasUnits ? [finance] : []), content };
  };

  const dossierOf = async (found: Case, told: Told, name: string) => {
    const sender = nameOf(await known(found.tenant, found.owner));
    const incoming = told.issued
      ? {
          typeName: told.issued.type === 'BC' ? 'Báo cáo' : 'Tờ trình',
          number: cited(told.issued),
          day: told.issued.day,
        }
      : { typeName: 'Hồ sơ', number: found.code, day: told.number?.day ?? '' };
    return { code: found.code, name, sender, incoming };
  };

  const letter = async (found: Case, told: Told) => {
    const estimate = found.kind === 'estimate';
    const { parties } = found.context;
    const from = estimate ? parties.reviewer : parties.appraiser;
    const sender = await known(found.tenant, from);
    const base = {
      issue: await issue(found, from, told, await names(found.tenant, found.owner), [
        'Lãnh đạo cơ quan (để báo cáo)',
      ]),
      reason: told.reason ?? '',
      contact:
        sender.part === 'scienceAndTechnology'
          ? 'Phòng Chuyển đổi số'
          : `chuyên viên phụ trách hồ sơ của ${sender.name}`,
    };
    if (estimate) {
      const content = await contents.get<EstimateContent>(found.tenant, told.content);
      const period =
        content.fiscalYearFrom === content.fiscalYearTo
          ? `năm ${content.fiscalYearFrom}`
          : `giai đoạn ${content.fiscalYearFrom}-${content.fiscalYearTo}`;
      const named = new Set(told.lines ?? []);
      const points = content.lines
        .map((line, at) => ({ line, no: at + 1 }))
        .filter(({ line }) => named.has(line.id))
        .map(({ line, no }) => ({ name: `Dòng ${no}: ${line.name}`, reason: told.reason ?? '' }));
      return {
        ...base,
        dossier: await dossierOf(found, told, `dự toán kinh phí chuyển đổi số ${period}`),
        points,
      };
    }
    const round = await roundOf(found);
    const content = await contents.get<ConsolidationContent>(found.tenant, told.content);
    const named = new Set(told.estimates ?? []);
    const points = content.rows
      .filter((row) => named.has(row.case))
      .map((row) => ({ name: `${row.agency.name} (${row.code})`, reason: told.reason ?? '' }));
    return { ...base, dossier: await dossierOf(found, told, `tổng hợp dự toán ${round.name}`), points };
  };

  const consolidationReport = async (
    found: Case,
    told: Told,
  ): Promise<DocumentSources['consolidationReport']> => {
    const { parties } = found.context;
    const [content, round, finance] = await Promise.all([
      contents.get<ConsolidationContent>(found.tenant, told.content),
      roundOf(found),
      names(found.tenant, parties.appraiser),
    ]);
    const estimates = await cases.loadMany(
      found.tenant,
      content.rows.map((row) => row.case),
    );
    const late = estimates.flatMap((estimate) => {
      const { late: by } = estimateOf(estimate);
      const row = content.rows.find((candidate) => candidate.case === estimate.id);
      return by && row ? [{ agency: row.agency.name, workingDays: by.workingDays }] : [];
    });
    const { agencies, onTime, nil } = content.answers;
    return {
      issue: await issue(found, found.owner, told, finance, [await authorityName(found)]),
      round: { name: round.name, submissionDue: round.deadlines.department },
      bases: basesOn(told.number?.day ?? round.opens),
      rows: content.rows,
      sent: { expected: agencies, submitted: onTime + content.answers.late, nil },
      late,
      overlaps: content.overlaps.map(({ key, sides, settled }) => ({
        key,
        codes: [...new Set(sides.map(({ code }) => code))],
        decision: settlements[settled.decision] ?? settled.decision,
        reason: settled.reason,
      })),
      difficulties: '',
    };
  };

  const appraisalReport = async (found: Case, told: Told): Promise<DocumentSources['appraisalReport']> => {
    const { parties } = found.context;
    const [content, appraisal, round, [owner = '', security = '']] = await Promise.all([
      contents.get<ConsolidationContent>(found.tenant, told.content),
      contents.get<Appraisal>(found.tenant, told.appraisal?.hash ?? ''),
      roundOf(found),
      names(found.tenant, found.owner, parties.security),
    ]);
    const rowOf = (id: string) => content.rows.find((row) => row.case === id);
    const report = told.report;
    const rows = await Promise.all(
      appraisal.rows.map(async (row) => {
        const { agency, appraiser } = rowOf(row.case) ?? {
          agency: { name: row.code },
          appraiser: parties.appraiser,
        };
        return {
          agency: agency.name,
          code: row.code,
          proposed: row.proposed,
          appraised: row.amount,
          ...(row.comment && { reason: row.comment }),
          criteria: row.criteria as DocumentSources['appraisalReport']['rows'][number]['criteria'],
          ...(appraiser !== parties.appraiser && { appraiser: nameOf(await known(found.tenant, appraiser)) }),
        };
      }),
    );
    const needed = new Map<FundingSource, Money>();
    for (const row of appraisal.rows) {
      const cells = bySourceYearInProportion(row.amount, rowOf(row.case)?.reviewed ?? { bySourceYear: {} });
      for (const [cell, amount] of Object.entries(cells)) {
        const source = cell.split('/')[0] as FundingSource;
        needed.set(source, (needed.get(source) ?? 0) + amount);
      }
    }
    return {
      issue: await issue(
        found,
        parties.appraiser,
        told,
        [await authorityName(found)],
        [owner, ...(await names(found.tenant, parties.cityOffice))],
      ),
      round: round.name,
      bases: basesOn(told.number?.day ?? round.opens),
      consolidation: { agency: owner, number: report ? cited(report) : found.code, day: report?.day ?? '' },
      completeOn: report?.day ?? '',
      rows,
      forInformation: content.rows
        .filter(({ ownMoney }) => ownMoney)
        .map(({ agency, code, reviewed }) => ({ agency: agency.name, code, amount: reviewed.grandTotal })),
      opinions: content.rows
        .filter(({ policeVerdict }) => policeVerdict !== 'CHUA_CO')
        .map(({ code, policeVerdict }) => ({
          agency: security,
          text: `${code}: ${agreementWords[policeVerdict]}`,
        })),
      balance: [...needed].map(([source, amount]) => ({
        source,
        available: Object.values(round.envelopes[source] ?? {}).reduce((total, one) => total + one, 0),
        needed: amount,
      })),
      submitTo: await authorityName(found),
    };
  };

  const fundedRows = (
    content: ConsolidationContent,
    rows: readonly { case: string; code: string; ceiling: Money; amount: Money; note?: string }[],
  ) =>
    rows.map(({ case: id, code, ceiling, amount, note }) => {
      const row = content.rows.find((candidate) => candidate.case === id);
      const cells = bySourceYearInProportion(amount, row?.reviewed ?? { bySourceYear: {} });
      return {
        agency: row?.agency.name ?? code,
        code,
        ceiling,
        cells: Object.entries(cells).map(([cell, value]) => cellOf(cell, value)),
        ...(note && { note }),
      };
    });

  /** Finance's proposal that the authority approve the appraised estimates. */
  const approvalProposal = async (found: Case, told: Told): Promise<DocumentSources['approvalProposal']> => {
    const { parties } = found.context;
    const [content, appraisal, round, [owner = '', office = '']] = await Promise.all([
      contents.get<ConsolidationContent>(found.tenant, told.content),
      contents.get<Appraisal>(found.tenant, told.appraisal?.hash ?? ''),
      roundOf(found),
      names(found.tenant, found.owner, parties.cityOffice),
    ]);
    const { report, appraisalReport: appraised } = told;
    return {
      issue: await issue(found, parties.appraiser, told, [await authorityName(found)], [office, owner]),
      round: round.name,
      bases: basesOn(told.number?.day ?? round.opens),
      report: { number: appraised ? cited(appraised) : found.code, day: appraised?.day ?? round.opens },
      consolidation: { agency: owner, number: report ? cited(report) : found.code, day: report?.day ?? round.opens },
      rows: fundedRows(
        content,
        appraisal.rows.map((row) => ({ case: row.case, code: row.code, ceiling: row.proposed, amount: row.amount })),
      ),
      submitTo: await authorityName(found),
    };
  };

  const allocated = (content: AllocationContent, agencies: ReadonlyMap<string, string>) =>
    content.estimates.map(({ case: id, code, owner, approved }) => ({
      agency: agencies.get(owner) ?? owner,
      code,
      ceiling: approved,
      cells: content.rows
        .filter((row) => row.estimate === id)
        .map(({ source, year, amount }) => ({ source, year, amount })),
    }));

  const ownersOf = async (found: Case, content: AllocationContent) =>
    new Map(
      await Promise.all(
        [...new Set(content.estimates.map(({ owner }) => owner))].map(
          async (ref) => [ref, nameOf(await known(found.tenant, ref))] as const,
        ),
      ),
    );

  /** The paper that the case adjusts, if it adjusts one. */
  const replaced = async (found: Case) => {
    const { adjusts } = allocationOf(found);
    const old = adjusts ? await cases.load({ tenant: found.tenant, id: adjusts }) : null;
    const number = old ? allocationOf(old).decision?.number : null;
    return number ? { replaces: { number: cited(number), day: number.day } } : {};
  };

  /** The decision by which the estimates of an allocation were approved. */
  const approvalOf = async (found: Case, content: AllocationContent) => {
    const [first] = await cases.loadMany(
      found.tenant,
      content.estimates.slice(0, 1).map((one) => one.case),
    );
    const id = first ? estimateOf(first).consolidation : null;
    const consolidation = id ? await cases.load({ tenant: found.tenant, id }) : null;
    const number = consolidation
      ? (consolidation.context as unknown as ConsolidationContext).decision?.number
      : null;
    return number
      ? { number: cited(number), day: number.day }
      : { number: found.code, day: found.since.slice(0, 10) };
  };

  const allocationProposal = async (
    found: Case,
    told: Told,
  ): Promise<DocumentSources['allocationProposal']> => {
    const { parties } = found.context;
    const [content, round] = await Promise.all([
      contents.get<AllocationContent>(found.tenant, told.content),
      roundOf(found),
    ]);
    return {
      issue: await issue(
        found,
        found.owner,
        told,
        [await authorityName(found)],
        await names(found.tenant, parties.cityOffice, parties.reviewer),
      ),
      round: round.name,
      bases: basesOn(told.number?.day ?? round.opens),
      approval: await approvalOf(found, content),
      rows: allocated(content, await ownersOf(found, content)),
      envelopes: envelopesOf(round),
      ...(await replaced(found)),
      submitTo: await authorityName(found),
    };
  };

  const decision = async (found: Case, told: Told): Promise<DocumentSources['decision']> => {
    const { parties } = found.context;
    const round = await roundOf(found);
    const decided = told.decision;
    const number = decided?.number ?? null;
    const deciding = number?.agency ?? parties.authority;
    const proposal = {
      by: `Giám đốc ${(await names(found.tenant, parties.appraiser))[0] ?? ''}`,
      typeName: 'Tờ trình',
      number: told.proposal ? cited(told.proposal) : found.code,
      day: told.proposal?.day ?? number?.day ?? round.opens,
    };
    const base = {
      issue: await issue(
        found,
        deciding,
        { number, signer: decided?.by ?? null },
        [],
        [
          'Thường trực Thành ủy, Thường trực HĐND thành phố',
          ...(await names(found.tenant, parties.cityOffice)),
          'Kho bạc Nhà nước khu vực XIX',
        ],
      ),
      round: round.name,
      bases: basesOn(number?.day ?? round.opens),
      proposal,
      executors: [] as string[],
    };
    if (found.kind === 'allocation') {
      const content = await contents.get<AllocationContent>(found.tenant, told.content);
      const owners = await ownersOf(found, content);
      return {
        ...base,
        about: 'allocation',
        rows: allocated(content, owners),
        declined: [],
        ...(await replaced(found)),
        executors: [...owners.values()],
      };
    }
    const [content, outcome] = await Promise.all([
      contents.get<ConsolidationContent>(found.tenant, told.content),
      contents.get<Decision>(found.tenant, decided?.hash ?? ''),
    ]);
    const nameOfRow = (id: string) => content.rows.find((row) => row.case === id)?.agency.name ?? id;
    const approved = outcome.rows.filter((row) => row.approved > 0);
    return {
      ...base,
      about: 'approval',
      rows: fundedRows(
        content,
        approved.map((row) => ({
          case: row.case,
          code: row.code,
          ceiling: row.appraised,
          amount: row.approved,
          ...(row.reason && { note: row.reason }),
        })),
      ),
      declined: outcome.rows
        .filter((row) => row.approved === 0)
        .map((row) => ({ agency: nameOfRow(row.case), code: row.code, reason: row.reason ?? '' })),
      executors: approved.map((row) => nameOfRow(row.case)),
    };
  };

  /** @returns what a document of a case is made from, by the intent that owes it */
  return async <T extends DocumentType>(
    found: Case,
    { document, data }: Render,
  ): Promise<DocumentSources[T]> => {
    const told = data as unknown as Told;
    const makers = {
      estimateProposal: () => estimateProposal(found, told),
      returnLetter: async () => ({
        ...(await letter(found, told)),
        ...(found.kind === 'estimate' && told.number && { resubmitBy: addWorkingDays(told.number.day, 5) }),
      }),
      supplementLetter: async () => ({ ...(await letter(found, told)), due: told.due ?? '' }),
      consolidationReport: () => consolidationReport(found, told),
      appraisalReport: () => appraisalReport(found, told),
      approvalProposal: () => approvalProposal(found, told),
      allocationProposal: () => allocationProposal(found, told),
      decision: () => decision(found, told),
    };
    return (await makers[document]()) as DocumentSources[T];
  };
};

const cellOf = (cell: string, amount: Money) => {
  const [source = '', year = ''] = cell.split('/');
  return { source: source as FundingSource, year: Number(year), amount };
};

const envelopesOf = ({ envelopes }: Round) =>
  Object.entries(envelopes).flatMap(([source, years]) =>
    Object.entries(years).map(([year, amount]) => ({
      source: source as FundingSource,
      year: Number(year),
      amount,
    })),
  );
