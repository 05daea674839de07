import { describe, expect, it } from '@jest/globals';
import { issuerOf, signatureLines } from '../../src/documents/issue.js';
import { basisLine } from '../../src/documents/legalBasis.js';
import { annexHeads, paperOf } from '../../src/documents/paper.js';
import { agencyKinds, collectiveKinds } from '../../workflows/vocabulary.js';
import { anIssue, canTho } from './samples.js';

const department = issuerOf({ name: 'Sở Y tế', kind: 'SO_BAN_NGANH' }, canTho);
const commune = issuerOf({ name: 'UBND phường Ninh Kiều', kind: 'XA_PHUONG' }, canTho);
const city = issuerOf({ name: 'Ủy ban nhân dân thành phố', kind: 'UBND' }, canTho);

describe('an issuing body', () => {
  it('stands under the people’s committee where it is a department', () => {
    expect(department).toMatchObject({
      superior: 'UBND THÀNH PHỐ CẦN THƠ',
      lines: ['SỞ Y TẾ'],
      place: 'Cần Thơ',
    });
  });

  it('is the committee itself in a commune, which dates its papers from its own name', () => {
    expect(commune.superior).toBeUndefined();
    expect(commune).toMatchObject({ lines: ['ỦY BAN NHÂN DÂN', 'PHƯỜNG NINH KIỀU'], place: 'Ninh Kiều' });
  });

  it('parts a long name where it reads well', () => {
    const { lines } = issuerOf({ name: 'Sở Nông nghiệp và Môi trường', kind: 'SO_BAN_NGANH' }, canTho);
    expect(lines).toEqual(['SỞ NÔNG NGHIỆP', 'VÀ MÔI TRƯỜNG']);
  });

  it.each([
    ['Văn phòng UBND thành phố', 'SO_BAN_NGANH', 'CHÁNH VĂN PHÒNG'],
    ['Thanh tra thành phố', 'SO_BAN_NGANH', 'CHÁNH THANH TRA'],
    ['Ban Quản lý các khu chế xuất và công nghiệp', 'SO_BAN_NGANH', 'TRƯỞNG BAN'],
    ['Công an thành phố', 'CONG_AN', 'GIÁM ĐỐC'],
    ['Bộ Chỉ huy Quân sự thành phố', 'QUAN_SU', 'CHỈ HUY TRƯỞNG'],
  ] as const)('knows the head of %s', (name, kind, title) => {
    expect(issuerOf({ name, kind }, canTho).headTitle).toBe(title);
  });
});

describe('a signature', () => {
  const name = 'Người Ký Thử Ước';
  it.each([
    [department, { name }, ['GIÁM ĐỐC']],
    [department, { name, capacity: 'KT' }, ['KT. GIÁM ĐỐC', 'PHÓ GIÁM ĐỐC']],
    [department, { name, capacity: 'Q' }, ['Q. GIÁM ĐỐC']],
    [department, { name, capacity: 'TL', title: 'Chánh Văn phòng' }, ['TL. GIÁM ĐỐC', 'CHÁNH VĂN PHÒNG']],
    [commune, { name }, ['TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH']],
    [city, { name, capacity: 'KT' }, ['TM. ỦY BAN NHÂN DÂN', 'KT. CHỦ TỊCH', 'PHÓ CHỦ TỊCH']],
    [city, { name, personal: true }, ['CHỦ TỊCH']],
    [
      city,
      { name, capacity: 'TUQ', title: 'Giám đốc Sở Tài chính', personal: true },
      ['TUQ. CHỦ TỊCH', 'GIÁM ĐỐC SỞ TÀI CHÍNH'],
    ],
  ] as const)('%# stands as the decree shows it', (issuer, signer, lines) => {
    expect(signatureLines(issuer, signer)).toEqual(lines);
  });

  it.each([
    ['TL', city],
    ['TUQ', city],
    ['TUQ', commune],
  ] as const)('%s. never stands under what a body decided together (%#)', (capacity, issuer) => {
    expect(() => signatureLines(issuer, { name, capacity, title: 'Chánh Văn phòng' })).toThrow(RangeError);
  });

  it.each(agencyKinds)(
    'TM. stands under what %s decides where it decides together, and nowhere else',
    (kind) => {
      const [first] = signatureLines(issuerOf({ name: 'UBND phường Ninh Kiều', kind }, canTho), { name });
      expect(first!.startsWith('TM.')).toBe(collectiveKinds.has(kind));
    },
  );

  it('by order or delegation needs the signer’s own title', () => {
    expect(() => signatureLines(department, { name, capacity: 'TL' })).toThrow(RangeError);
  });
});

describe('the boxes of an issue', () => {
  it('leave number and date open while it is a draft', () => {
    const paper = paperOf(anIssue('SYT', { symbol: 'TTr-SYT', number: null, day: null }), {
      typeName: 'Tờ trình',
      subject: 'Về việc thử',
    });
    expect(paper.draft).toBe(true);
    expect(paper.letterhead.number).toMatch(/^Số: \u00a0+\/TTr-SYT$/);
    expect(paper.signature.signed).toBe(false);
  });

  it('put one addressee beside Kính gửi and several below each other', () => {
    const boxes = (addressees: string[]) =>
      paperOf(anIssue('SYT', { symbol: 'TTr-SYT', addressees }), { subject: 'thử' }).addressees;
    expect(boxes(['Sở Tài chính'])).toEqual({ one: ['Sở Tài chính'], many: [] });
    expect(boxes(['Sở Tài chính', 'Sở Nội vụ'])).toEqual({ one: [], many: ['Sở Tài chính;', 'Sở Nội vụ.'] });
  });

  it('end the list of recipients with the file', () => {
    const { recipients } = paperOf(
      anIssue('SYT', { symbol: 'TTr-SYT', recipients: ['Sở Tài chính'], filingUnit: 'KHTC' }),
      { subject: 'thử' },
    );
    expect(recipients).toEqual(['Như trên;', 'Sở Tài chính;', 'Lưu: VT, KHTC.']);
  });

  it('number annexes only where there are several', () => {
    const issue = anIssue('SYT', { symbol: 'TTr-SYT' });
    expect(annexHeads('Tờ trình', { issue, titles: ['A'] }).map(({ label }) => label)).toEqual(['Phụ lục']);
    expect(annexHeads('Tờ trình', { issue, titles: ['A', 'B'] }).map(({ label }) => label)).toEqual([
      'Phụ lục I',
      'Phụ lục II',
    ]);
  });
});

describe('a legal basis', () => {
  it.each([
    [
      '83/2015/QH13',
      '2015-06-25',
      'Luật Ngân sách nhà nước',
      'Căn cứ Luật Ngân sách nhà nước ngày 25 tháng 6 năm 2015',
    ],
    [
      '73/2019/NĐ-CP',
      '2019-09-05',
      'Quy định quản lý đầu tư',
      'Căn cứ Nghị định số 73/2019/NĐ-CP ngày 05 tháng 9 năm 2019 của Chính phủ quy định quản lý đầu tư',
    ],
    [
      '04/2025/NQ-CP',
      '2025-08-20',
      'Nghị quyết của Chính phủ tháo gỡ khó khăn.',
      'Căn cứ Nghị quyết số 04/2025/NQ-CP ngày 20 tháng 8 năm 2025 của Chính phủ tháo gỡ khó khăn',
    ],
    ['12/ABC', '2025-02-01', 'Hướng dẫn', 'Căn cứ Văn bản số 12/ABC ngày 01 tháng 02 năm 2025 hướng dẫn'],
  ])('%s is cited in full', (number, date, title, line) => {
    expect(basisLine({ number, date, title })).toBe(line);
  });
});
