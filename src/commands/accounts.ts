import { demonstrationPassword } from '../seed/demonstration.js';
import { demonstrationAccounts } from '../seed/demonstrationAccounts.js';
import { createWording } from '../wording.js';
import { say } from './running.js';

/** Tells which accounts the demonstration city has, and their password. */
export const tellAccounts = async (seeded: boolean): Promise<void> => {
  const { t } = await createWording();
  say(seeded ? 'Đã tạo thành phố thử nghiệm Cần Thơ.' : 'Thành phố thử nghiệm Cần Thơ đã có từ trước.');
  say(`Mọi tài khoản thử nghiệm có mật khẩu: ${demonstrationPassword}`);
  for (const { desk, usernames } of demonstrationAccounts)
    say(`  ${usernames.join(', ').padEnd(54)} ${t(`desk.${desk}`)}`);
};
