import type { LegalBasis } from '../documents/legalBasis.js';
import type { Day } from '../../workflows/vocabulary.js';

/** Bases of the city's own papers, with the days from and to which they are cited (domain: instruments in force). */
const bases: readonly (LegalBasis & { readonly from: Day; readonly to?: Day })[] = [
  {
    number: '72/2025/QH15',
    date: '2025-06-16',
    title: 'Luật Tổ chức chính quyền địa phương',
    from: '2025-06-16',
  },
  {
    number: '83/2015/QH13',
    date: '2015-06-25',
    title: 'Luật Ngân sách nhà nước',
    from: '2017-01-01',
    to: '2025-12-31',
  },
  { number: '89/2025/QH15', date: '2025-06-25', title: 'Luật Ngân sách nhà nước', from: '2026-01-01' },
  {
    number: '73/2019/NĐ-CP',
    date: '2019-09-05',
    title: 'quy định quản lý đầu tư ứng dụng công nghệ thông tin sử dụng nguồn vốn ngân sách nhà nước',
    from: '2020-01-01',
    to: '2026-02-28',
  },
  {
    number: '82/2024/NĐ-CP',
    date: '2024-07-10',
    title: 'sửa đổi, bổ sung một số điều của Nghị định số 73/2019/NĐ-CP',
    from: '2024-07-10',
    to: '2026-02-28',
  },
  {
    number: '04/2025/NQ-CP',
    date: '2025-08-20',
    title:
      'tháo gỡ vướng mắc trong thực hiện dự án, nhiệm vụ ứng dụng công nghệ thông tin sử dụng ngân sách nhà nước',
    from: '2025-08-20',
    to: '2026-02-28',
  },
  {
    number: '224/2026/NĐ-CP',
    date: '2026-06-24',
    title: 'quy định chi tiết một số điều của Luật Chuyển đổi số',
    from: '2026-07-01',
  },
  {
    number: '214/NQ-CP',
    date: '2025-07-23',
    title:
      'ban hành Kế hoạch hành động của Chính phủ về thúc đẩy tạo lập dữ liệu phục vụ chuyển đổi số toàn diện',
    from: '2025-07-23',
  },
];

/** The bases that stand on the day of a paper. */
export const basesOn = (day: Day): LegalBasis[] =>
  bases
    .filter(({ from, to }) => from <= day && (to === undefined || day <= to))
    .map(({ number, date, title }) => ({ number, date, title }));
