import { accountSuffixes, demonstrationPassword } from '../seed/demonstration.js';
import { say } from './running.js';

/** Tells which accounts the demonstration city has, and their password. */
export const tellAccounts = (seeded: boolean) => {
  say(seeded ? 'Đã tạo thành phố thử nghiệm Cần Thơ.' : 'Thành phố thử nghiệm Cần Thơ đã có từ trước.');
  say(`Mọi tài khoản thử nghiệm có mật khẩu: ${demonstrationPassword}`);
  const { officer, unitHead, leader, deputy, clerk } = accountSuffixes;
  const rows = [
    [`syt.${officer}`, 'chuyên viên Sở Y tế: lập dự toán'],
    [`syt.${unitHead}`, 'trưởng phòng Sở Y tế: duyệt'],
    [`syt.${leader}, syt.${deputy}`, 'lãnh đạo Sở Y tế: ký'],
    [`syt.${clerk}`, 'văn thư Sở Y tế: cấp số, ban hành'],
    [
      `skhcn.${clerk}, skhcn.${officer}, skhcn.${unitHead}`,
      'Sở Khoa học và Công nghệ: tiếp nhận, rà soát, tổng hợp',
    ],
    [`catp.${officer}`, 'Công an thành phố: ý kiến an ninh'],
    [`stc.${clerk}, stc.${officer}, stc.${leader}`, 'Sở Tài chính: thẩm định, phân bổ'],
    [`vp.${officer}`, 'Văn phòng UBND: kiểm tra'],
    [`ubnd.${leader}`, 'lãnh đạo UBND thành phố: quyết định'],
    [`31135.${officer}`, 'UBND phường Ninh Kiều (mã xã, phường thay cho ký hiệu sở)'],
    ['kiemtoan', 'kiểm toán: xem tất cả, không sửa'],
    ['quantri', 'quản trị hệ thống'],
  ] as const;
  for (const [account, what] of rows) say(`  ${account.padEnd(48)} ${what}`);
};
