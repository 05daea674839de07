import { createHash } from 'node:crypto';
import type { Role } from '../../workflows/vocabulary.js';
import type { Agency } from '../people/ports.js';

const family = [
  'Nguyễn',
  'Trần',
  'Lê',
  'Phạm',
  'Huỳnh',
  'Võ',
  'Đặng',
  'Bùi',
  'Đỗ',
  'Hồ',
  'Ngô',
  'Dương',
  'Lý',
  'Lâm',
];
const women = {
  middle: ['Thị Minh', 'Thị Ngọc', 'Thị Thu', 'Thị Kim', 'Thị Thanh', 'Thị Bích', 'Thị Hồng', 'Thị Mỹ'],
  given: ['Châu', 'Hạnh', 'Lan', 'Mai', 'Nga', 'Oanh', 'Phượng', 'Thảo', 'Trang', 'Vân', 'Xuân', 'Yến'],
};
const men = {
  middle: ['Văn', 'Minh', 'Hữu', 'Quốc', 'Thanh', 'Công', 'Đức', 'Hoàng', 'Trọng', 'Xuân'],
  given: ['An', 'Bình', 'Dũng', 'Hải', 'Khánh', 'Lâm', 'Nghĩa', 'Phúc', 'Sơn', 'Tâm', 'Thắng', 'Vinh'],
};

/** An invented name, always the same for the same account. */
export const nameOf = (username: string): string => {
  const bytes = createHash('sha256').update(username).digest();
  const pick = (from: readonly string[], at: number) => from[(bytes[at] ?? 0) % from.length] ?? '';
  const { middle, given } = (bytes[0] ?? 0) % 2 === 0 ? women : men;
  return `${pick(family, 1)} ${pick(middle, 2)} ${pick(given, 3)}`;
};

type Titled = Extract<Role, 'leader' | 'deputy'>;

/** What the heads of these agencies are called; of all others: Giám đốc, Phó Giám đốc. */
const heads: Readonly<Record<string, Readonly<Record<Titled, string>>>> = {
  UBND: { leader: 'Chủ tịch', deputy: 'Phó Chủ tịch' },
  HDND: { leader: 'Chủ tịch', deputy: 'Phó Chủ tịch' },
  VP: { leader: 'Chánh Văn phòng', deputy: 'Phó Chánh Văn phòng' },
  TTTP: { leader: 'Chánh Thanh tra', deputy: 'Phó Chánh Thanh tra' },
  BQLKCX: { leader: 'Trưởng ban', deputy: 'Phó Trưởng ban' },
  BCHQS: { leader: 'Chỉ huy trưởng', deputy: 'Phó Chỉ huy trưởng' },
};

/** The title of office of an agency's person, as it stands under a signature. */
export const titleOf = ({ ref, kind, units }: Agency, role: Role): string => {
  const [unit] = units;
  switch (role) {
    case 'leader':
    case 'deputy':
      return (
        (kind === 'XA_PHUONG' ? heads['UBND'] : heads[ref])?.[role] ??
        (role === 'leader' ? 'Giám đốc' : 'Phó Giám đốc')
      );
    case 'unitHead':
      return headOf(unit?.name ?? 'Phòng');
    case 'officer':
      return 'Chuyên viên';
    case 'clerk':
      return 'Văn thư';
  }
};

/** `Phòng Chuyển đổi số` → `Trưởng phòng Chuyển đổi số`; `Văn phòng …` → `Chánh Văn phòng …`. */
const headOf = (unit: string): string =>
  unit.startsWith('Phòng') ? unit.replace(/^Phòng/, 'Trưởng phòng') : `Chánh ${unit}`;
