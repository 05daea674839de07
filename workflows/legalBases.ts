import type { Day } from './vocabulary.js';

/** When an instrument that estimates cite is in force. Both days count; `to` null: still in force. */
export interface LegalInstrument {
  readonly number: string;
  readonly from: Day;
  readonly to: Day | null;
  readonly replacedBy?: string;
  /** Articles that came into force later than the rest. */
  readonly laterArticles?: { readonly articles: readonly number[]; readonly from: Day };
  /** Where the days are from; `sure: false` marks what no source confirmed. */
  readonly source: string;
  readonly sure?: false;
}

/** Instruments with their days in force as public sources gave them in 2026. */
export const legalInstruments: readonly LegalInstrument[] = [
  {
    number: '180/2025/NĐ-CP',
    from: '2025-07-01',
    to: null,
    laterArticles: { articles: [6, 19, 22], from: '2025-10-01' },
    source: 'Nghị định 180/2025/NĐ-CP, điều khoản thi hành',
  },
  { number: '64/2020/QH14', from: '2021-01-01', to: null, source: 'Luật PPP' },
  { number: '58/2024/QH15', from: '2025-01-01', to: null, source: 'Luật Đầu tư công' },
  {
    number: '83/2015/QH13',
    from: '2017-01-01',
    to: '2025-12-31',
    replacedBy: '89/2025/QH15',
    source: 'Luật NSNN; Luật 89/2025/QH15 áp dụng từ năm ngân sách 2026',
    sure: false,
  },
  { number: '89/2025/QH15', from: '2026-01-01', to: null, source: 'Luật NSNN, từ năm ngân sách 2026' },
  {
    number: '73/2019/NĐ-CP',
    from: '2020-01-01',
    to: '2026-02-28',
    replacedBy: '45/2026/NĐ-CP',
    source: 'Nghị định 73/2019/NĐ-CP; Nghị định 45/2026/NĐ-CP thay thế',
  },
  {
    number: '82/2024/NĐ-CP',
    from: '2024-07-10',
    to: '2026-02-28',
    replacedBy: '45/2026/NĐ-CP',
    source: 'Nghị định 82/2024/NĐ-CP; Nghị định 45/2026/NĐ-CP thay thế',
  },
  {
    number: '04/2025/NQ-CP',
    from: '2025-08-20',
    to: '2026-02-28',
    replacedBy: '45/2026/NĐ-CP',
    source: 'Nghị quyết 04/2025/NQ-CP; Nghị định 45/2026/NĐ-CP chấm dứt',
  },
  {
    number: '45/2026/NĐ-CP',
    from: '2026-03-01',
    to: '2026-06-30',
    replacedBy: '224/2026/NĐ-CP',
    source: 'Nghị định 45/2026/NĐ-CP; Nghị định 224/2026/NĐ-CP thay thế',
  },
  { number: '148/2025/QH15', from: '2026-07-01', to: null, source: 'Luật Chuyển đổi số' },
  { number: '224/2026/NĐ-CP', from: '2026-07-01', to: null, source: 'Nghị định 224/2026/NĐ-CP' },
  {
    number: '03/2020/TT-BTTTT',
    from: '2020-04-09',
    to: '2025-02-13',
    replacedBy: '18/2024/TT-BTTTT',
    source: 'Thông tư 03/2020/TT-BTTTT; việc thay thế chưa được xác nhận',
    sure: false,
  },
  {
    number: '04/2020/TT-BTTTT',
    from: '2020-04-09',
    to: '2025-02-13',
    replacedBy: '18/2024/TT-BTTTT',
    source: 'Thông tư 04/2020/TT-BTTTT; việc thay thế chưa được xác nhận',
    sure: false,
  },
  {
    number: '16/2024/TT-BTTTT',
    from: '2025-02-14',
    to: '2026-06-30',
    replacedBy: '41/2026/TT-BKHCN',
    source: 'Thông tư 16/2024/TT-BTTTT; Thông tư 41/2026/TT-BKHCN thay thế',
  },
  {
    number: '18/2024/TT-BTTTT',
    from: '2025-02-14',
    to: '2026-06-30',
    replacedBy: '39/2026/TT-BKHCN',
    source: 'Thông tư 18/2024/TT-BTTTT; Thông tư 39/2026/TT-BKHCN thay thế; ngày hiệu lực chưa được xác nhận',
    sure: false,
  },
  { number: '30/2020/NĐ-CP', from: '2020-03-05', to: null, source: 'Nghị định 30/2020/NĐ-CP' },
  { number: '85/2016/NĐ-CP', from: '2016-07-01', to: null, source: 'Nghị định 85/2016/NĐ-CP' },
  { number: '20/2023/QH15', from: '2024-07-01', to: null, source: 'Luật Giao dịch điện tử' },
  { number: '214/2025/NĐ-CP', from: '2025-08-04', to: null, source: 'Nghị định 214/2025/NĐ-CP (đấu thầu)' },
  { number: '214/NQ-CP', from: '2025-07-23', to: null, source: 'Nghị quyết 214/NQ-CP (dữ liệu)' },
  { number: '671/QĐ-BTTTT', from: '2024-04-26', to: null, source: 'Quyết định 671/QĐ-BTTTT' },
];
