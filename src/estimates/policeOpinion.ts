import type { EstimateContent, EstimateSummary } from '../../workflows/content.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import type { Hash } from '../../workflows/vocabulary.js';
import { hashOf } from '../engine/journal.js';

const policeVerdicts = {
  agree: 'THONG_NHAT',
  agreeWithConditions: 'CO_DIEU_KIEN',
  disagree: 'KHONG_THONG_NHAT',
} as const;

/** The Police's opinion as forms and rules name it; `CHUA_CO` also where an older one does not cover the lines. */
export const policeVerdictOf = ({
  opinion,
  securityHash,
}: EstimateContext): EstimateSummary['policeVerdict'] =>
  opinion && opinion.covers === securityHash ? policeVerdicts[opinion.verdict] : 'CHUA_CO';

/**
 * Hash of what the Police's opinion covers, by its meaning: of the lines that touch a system, what is bought or built,
 * for which system, at which level; and what the head says of the solution, its scale and where it runs. The order of
 * the lines, their ids and their money are not the Police's. Null: no line touches a system.
 */
export const securityHashOf = ({
  lines,
  technicalSolution = '',
  scale,
  location,
}: Pick<EstimateContent, 'lines' | 'technicalSolution' | 'scale' | 'location'>): Hash | null => {
  const touching = lines.filter(touchesSystem);
  if (touching.length === 0) return null;
  const covered = touching.map(
    ({ category, name, specification = '', spendForm, systemRef, securityLevel, scopeKey = '' }) => {
      return { category, name, specification, spendForm, systemRef, securityLevel, scopeKey };
    },
  );
  return hashOf({
    technicalSolution,
    scale,
    location,
    lines: covered.map(hashOf).sort(),
  });
};

/** Whether a line concerns a system, so that the Police are asked. */
const touchesSystem = ({ systemRef, spendForm }: EstimateContent['lines'][number]) =>
  systemRef !== null && spendForm !== 'DAO_TAO';
