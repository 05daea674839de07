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

/** Hash of what the Police's opinion covers: the lines that touch a system, as far as security is concerned. */
export const securityHashOf = (lines: EstimateContent['lines']): Hash | null => {
  const touching = lines.filter(touchesSystem);
  if (touching.length === 0) return null;
  return hashOf(
    touching.map(({ id, name, specification, spendForm, systemRef, securityLevel }) => {
      return { id, name, specification: specification ?? '', spendForm, systemRef, securityLevel };
    }),
  );
};

/** Whether a line concerns a system, so that the Police are asked. */
const touchesSystem = ({ systemRef, spendForm }: EstimateContent['lines'][number]) =>
  systemRef !== null && spendForm !== 'DAO_TAO';
