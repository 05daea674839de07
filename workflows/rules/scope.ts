import type { FundingSource, LineInput } from '../content.js';
import { listed } from './listed.js';
import type { ComparisonFacts, Found, NeighbourProject, NumberedLine, Rule } from './shapes.js';

const recurrent = new Set<FundingSource>(['NSTP_CTX', 'NS_XA']);
/** Running a system and training its users is recurrent by nature, also where a project builds the system. */
const running = new Set<LineInput['spendForm']>(['VAN_HANH_BAO_TRI', 'DAO_TAO']);

const scopeWith = (project: NeighbourProject, lines: readonly NumberedLine[]): NumberedLine[] => {
  const systems = new Set(project.relatedSystems);
  return lines.filter(
    ({ line }) => line.systemRef !== null && systems.has(line.systemRef) && !running.has(line.spendForm),
  );
};

/** A linked estimate is the project's money: total, contingency and years agree. */
const disagreement = (project: NeighbourProject, { totals }: ComparisonFacts): Found[] => {
  // Where several estimates are linked, only their sum can agree, and the others are not known here.
  if (project.linkedEstimates.length !== 1) return [];
  const scheduled = new Map(project.capitalSchedule.map(({ year, amount }) => [String(year), amount]));
  const years = new Set([...Object.keys(totals.byYear), ...scheduled.keys()]);
  const pairs = [
    { code: 'PROJECT_TOTAL_DIFFERS', year: '', found: totals.grandTotal, expected: project.totalInvestment },
    {
      code: 'PROJECT_CONTINGENCY_DIFFERS',
      year: '',
      found: totals.contingencyAmount,
      expected: project.contingency,
    },
    ...[...years].sort().map((year) => ({
      code: 'PROJECT_YEAR_DIFFERS',
      year,
      found: totals.byYear[year] ?? 0,
      expected: scheduled.get(year) ?? 0,
    })),
  ];
  return pairs
    .filter(({ found, expected }) => found !== expected)
    .map(({ code, year, found, expected }) => ({
      code,
      path: year === '' ? 'totals' : `totals/byYear/${year}`,
      params: {
        project: project.code,
        projectName: project.name,
        found,
        expected,
        ...(year === '' ? {} : { year }),
      },
    }));
};

const against = (project: NeighbourProject, facts: ComparisonFacts): Found[] => {
  const lines = scopeWith(project, facts.lines);
  const [first] = lines;
  if (!first) return [];
  const params = {
    project: project.code,
    projectName: project.name,
    ...listed(
      'lines',
      lines.map(({ order }) => order),
    ),
  };
  const path = `lines/${first.line.id}/systemRef`;
  if (!project.linkedEstimates.includes(facts.code ?? ''))
    return [{ code: 'PROJECT_NOT_LINKED', path, params }];
  const twice = lines.find(({ line }) => recurrent.has(line.fundingSource));
  if (twice) return [{ code: 'SCOPE_FUNDED_TWICE', path: `lines/${twice.line.id}/fundingSource`, params }];
  return disagreement(project, facts);
};

/** One scope has one kind of money: an estimate and an investment project of the same system are linked and agree. */
export const r09: Rule<ComparisonFacts> = {
  id: 'R09',
  source: 'Nguyên tắc không bố trí trùng nguồn chi thường xuyên và chi đầu tư',
  stages: { preparing: 'warning', acceptance: 'error', finance: 'error' },
  codes: [
    'PROJECT_NOT_LINKED',
    'SCOPE_FUNDED_TWICE',
    'PROJECT_TOTAL_DIFFERS',
    'PROJECT_CONTINGENCY_DIFFERS',
    'PROJECT_YEAR_DIFFERS',
  ],
  check: (facts) => facts.neighbours.projects.flatMap((project) => against(project, facts)),
};
