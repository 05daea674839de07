import type { LineInput } from '../content.js';
import type { ContentFacts, Found, NumberedLine, Rule } from './shapes.js';

/** Whether a line concerns an information system: then it needs a security level and the Police an opinion. */
export const concernsSystem = ({
  systemRef,
  spendForm,
}: Pick<LineInput, 'systemRef' | 'spendForm'>): boolean => systemRef !== null && spendForm !== 'DAO_TAO';

const levelOf = ({ order, line }: NumberedLine, { systems, ruleset }: ContentFacts): Found[] => {
  const path = `lines/${line.id}/securityLevel`;
  const system = systems.get(line.systemRef ?? '');
  const params = { line: order, name: line.name, system: system?.name ?? line.systemRef ?? '' };
  if (!system)
    return [{ code: 'SYSTEM_UNKNOWN', path: `lines/${line.id}/systemRef`, params, atMost: 'warning' }];
  if (line.securityLevel === null) return [{ code: 'SECURITY_LEVEL_MISSING', path, params }];
  const least = ruleset.thresholds.cityWideSecurityLevel.value;
  if (!system.cityWide || line.securityLevel >= least) return [];
  return [
    {
      code: 'SECURITY_LEVEL_TOO_LOW',
      path,
      params: { ...params, found: line.securityLevel, expected: least },
    },
  ];
};

const opinionOf = ({ lines, policeVerdict }: ContentFacts): Found[] => {
  if (policeVerdict === undefined || !lines.some(({ line }) => concernsSystem(line))) return [];
  if (policeVerdict === 'CHUA_CO')
    return [{ code: 'POLICE_OPINION_MISSING', path: 'policeVerdict', params: {} }];
  return policeVerdict === 'KHONG_THONG_NHAT'
    ? [{ code: 'POLICE_DISAGREES', path: 'policeVerdict', params: {} }]
    : [];
};

/** Systems carry a security level, city-wide ones at least 3; the Police have spoken before Finance is asked. */
export const r21: Rule<ContentFacts> = {
  id: 'R21',
  source: 'NĐ 85/2016/NĐ-CP; Kế hoạch ngày 22/9/2025: Công an thành phố thẩm định an toàn thông tin',
  stages: { preparing: 'warning', acceptance: 'warning', freeze: 'warning', finance: 'error' },
  codes: [
    'SYSTEM_UNKNOWN',
    'SECURITY_LEVEL_MISSING',
    'SECURITY_LEVEL_TOO_LOW',
    'POLICE_OPINION_MISSING',
    'POLICE_DISAGREES',
  ],
  check: (facts) => [
    ...facts.lines.filter(({ line }) => concernsSystem(line)).flatMap((entry) => levelOf(entry, facts)),
    ...opinionOf(facts),
  ],
};
