import { describe, expect, it } from '@jest/globals';
import { demonstrationAgencies } from '../../src/seed/demonstration.js';
import { nameOf, titleOf } from '../../src/seed/people.js';

const agency = (ref: string) => {
  const found = demonstrationAgencies.find((one) => one.ref === ref);
  if (!found) throw new Error(`no agency ${ref}`);
  return found;
};

describe('an agency of the demonstration city', () => {
  it('has units, so that a unit head stands between officer and leader, in communes too', () => {
    for (const { ref, hasUnits, units } of demonstrationAgencies) {
      expect({ ref, hasUnits }).toEqual({ ref, hasUnits: true });
      expect(new Set(units.map(({ symbol }) => symbol)).size).toBe(units.length);
      expect(units.length).toBeGreaterThan(0);
    }
  });
});

describe('a person of the demonstration city', () => {
  it.each([
    ['SYT', 'leader', 'Giám đốc'],
    ['SYT', 'unitHead', 'Trưởng phòng Kế hoạch – Tài chính'],
    ['SKHCN', 'unitHead', 'Trưởng phòng Chuyển đổi số'],
    ['SNV', 'unitHead', 'Chánh Văn phòng'],
    ['UBND', 'deputy', 'Phó Chủ tịch'],
    ['31135', 'leader', 'Chủ tịch'],
    ['31135', 'unitHead', 'Chánh Văn phòng HĐND và UBND'],
    ['VP', 'leader', 'Chánh Văn phòng'],
  ] as const)('of %s as %s is %s', (ref, role, title) => {
    expect(titleOf(agency(ref), role)).toBe(title);
  });

  it('has an invented name of a person, the same each time, and never that of a role', () => {
    const names = demonstrationAgencies.flatMap(({ ref }) =>
      ['a', 'b', 'c'].map((one) => nameOf(`${ref}.${one}`)),
    );
    for (const name of names) expect(name).toMatch(/^\p{Lu}\p{L}+( \p{Lu}\p{L}*){2,3}$/u);
    expect(nameOf('syt.thutruong')).toBe(nameOf('syt.thutruong'));
    expect(new Set(names).size).toBeGreaterThan(names.length / 2);
  });
});
