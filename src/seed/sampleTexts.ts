import type { HeaderInput, Line, LineInput } from '../../workflows/content.js';

/** What the sample data leave out of an estimate's head, invented once for the demonstration city and the tests. */
export type HeadTexts = Pick<
  HeaderInput,
  | 'legalBases'
  | 'necessity'
  | 'currentState'
  | 'objectives'
  | 'scale'
  | 'technicalSolution'
  | 'location'
  | 'startDate'
  | 'endDate'
  | 'expectedResults'
>;

const legalBases: HeadTexts['legalBases'] = [
  { number: '83/2015/QH13', date: '2015-06-25', title: 'Luật Ngân sách nhà nước' },
  {
    number: '73/2019/NĐ-CP',
    date: '2019-09-05',
    title:
      'Nghị định của Chính phủ quy định quản lý đầu tư ứng dụng công nghệ thông tin sử dụng nguồn vốn ngân sách nhà nước',
  },
  {
    number: '82/2024/NĐ-CP',
    date: '2024-07-10',
    title: 'Nghị định của Chính phủ sửa đổi, bổ sung một số điều của Nghị định số 73/2019/NĐ-CP',
  },
  {
    number: '214/NQ-CP',
    date: '2025-07-23',
    title:
      'Nghị quyết của Chính phủ ban hành Kế hoạch hành động thúc đẩy tạo lập dữ liệu phục vụ chuyển đổi số toàn diện',
  },
  {
    number: '04/2025/NQ-CP',
    date: '2025-08-20',
    title:
      'Nghị quyết của Chính phủ tháo gỡ vướng mắc trong đầu tư ứng dụng công nghệ thông tin sử dụng ngân sách nhà nước',
  },
];

type Story = Pick<
  HeadTexts,
  'necessity' | 'currentState' | 'objectives' | 'technicalSolution' | 'expectedResults'
>;

const stories: Readonly<Record<string, Story>> = {
  'DT-2025-001': {
    necessity:
      'Sau khi sắp xếp đơn vị hành chính, nền tảng tích hợp, chia sẻ dữ liệu phải phục vụ toàn bộ cơ quan của thành phố mới; năng lực hiện có không đáp ứng số kết nối tăng thêm và yêu cầu giám sát an toàn thông tin liên tục.',
    currentState:
      'Trung tâm dữ liệu thành phố đã dùng gần hết năng lực máy chủ; nền tảng tích hợp mới kết nối một phần hệ thống của ba địa phương cũ.',
    objectives:
      'Kết nối, chia sẻ dữ liệu thông suốt giữa các cơ quan của thành phố; bảo đảm an toàn thông tin cấp độ 3.',
    technicalSolution:
      'Nâng cấp nền tảng tích hợp, chia sẻ dữ liệu dùng chung của thành phố theo Khung kiến trúc số; bổ sung máy chủ ảo hóa; giám sát an toàn thông tin tập trung.',
    expectedResults:
      'Các hệ thống dùng chung được kết nối qua một nền tảng, không phát sinh kết nối riêng lẻ.',
  },
  'DT-2025-002': {
    necessity:
      'Dữ liệu tài sản công của ba địa phương cũ được lập theo ba cách khác nhau, chưa đối chiếu được; việc tổng hợp dự toán toàn thành phố còn làm thủ công, dễ sai sót.',
    currentState:
      'Hồ sơ tài sản công nằm ở ba cơ sở dữ liệu cũ; phần mềm tổng hợp dự toán chưa có mẫu biểu mới.',
    objectives:
      'Có một cơ sở dữ liệu tài sản công thống nhất và một phần mềm tổng hợp dự toán dùng cho toàn thành phố.',
    technicalSolution:
      'Chuẩn hóa, chuyển đổi dữ liệu về một cấu trúc; nâng cấp phần mềm hiện có, kết nối qua nền tảng tích hợp, chia sẻ dữ liệu của thành phố.',
    expectedResults: 'Rút ngắn thời gian tổng hợp dự toán; số liệu tài sản công đúng, đủ, dùng chung.',
  },
  'DT-2025-003': {
    necessity:
      'Cơ sở dữ liệu đất đai của 103 xã, phường chưa hoàn thiện, chưa đồng bộ với dữ liệu dân cư, ảnh hưởng trực tiếp đến giải quyết thủ tục hành chính về đất đai.',
    currentState:
      'Dữ liệu đất đai có ở nhiều khuôn dạng, một phần còn trên giấy; hạ tầng lưu trữ, sao lưu chưa bảo đảm.',
    objectives:
      'Hoàn thiện cơ sở dữ liệu đất đai toàn thành phố theo tiêu chí đúng, đủ, sạch, sống, thống nhất, dùng chung.',
    technicalSolution:
      'Xây dựng, làm sạch dữ liệu thửa đất; phần mềm quản lý, vận hành tập trung; lưu trữ, sao lưu; kết nối với nền tảng dùng chung của thành phố và cơ sở dữ liệu quốc gia.',
    expectedResults:
      'Dữ liệu đất đai được cập nhật thường xuyên, chia sẻ cho các thủ tục hành chính liên thông.',
  },
  'DT-2025-004': {
    necessity:
      'Hồ sơ sức khỏe điện tử của người dân chưa được tạo lập đầy đủ; nhiều trạm y tế thiếu máy trạm để cập nhật dữ liệu khám, chữa bệnh ban đầu.',
    currentState: 'Dữ liệu khám, chữa bệnh ở trạm y tế chủ yếu ghi trên sổ giấy; máy tính cũ, hỏng nhiều.',
    objectives: 'Tạo lập hồ sơ sức khỏe điện tử và trang bị phương tiện cập nhật dữ liệu tại trạm y tế.',
    technicalSolution:
      'Nhập, đối chiếu dữ liệu với mã định danh cá nhân; dùng nền tảng hồ sơ sức khỏe điện tử dùng chung.',
    expectedResults: 'Người dân tra cứu được hồ sơ sức khỏe; trạm y tế cập nhật dữ liệu ngay khi khám.',
  },
  'DT-2025-005': {
    necessity:
      'Hồ sơ văn bằng, chứng chỉ lưu trên giấy nhiều năm, tra cứu chậm; học bạ số là yêu cầu bắt buộc của ngành theo lộ trình chuyển đổi số.',
    currentState:
      'Văn bằng, chứng chỉ của ba địa phương cũ lưu ở nhiều kho; học bạ số mới thí điểm ở một số trường.',
    objectives: 'Số hóa hồ sơ văn bằng, chứng chỉ; cung cấp học bạ số cho các cơ sở giáo dục phổ thông.',
    technicalSolution:
      'Số hóa, gắn mã định danh; thuê dịch vụ học bạ số theo yêu cầu riêng, kết nối nền tảng dùng chung của thành phố.',
    expectedResults: 'Tra cứu, xác minh văn bằng trực tuyến; học bạ số thay học bạ giấy.',
  },
  'DT-2025-006': {
    necessity:
      'Dữ liệu cán bộ, công chức, viên chức sau sắp xếp bộ máy có nhiều sai khác; cán bộ cấp xã cần được tập huấn để cập nhật dữ liệu thường xuyên.',
    currentState: 'Hồ sơ của ba địa phương cũ chưa thống nhất; nhiều trường thông tin thiếu hoặc trùng.',
    objectives:
      'Chuẩn hóa cơ sở dữ liệu cán bộ, công chức, viên chức; nâng kỹ năng cập nhật dữ liệu của cấp xã.',
    technicalSolution:
      'Rà soát, chuẩn hóa, đồng bộ với cơ sở dữ liệu quốc gia; tập huấn theo cụm xã, phường.',
    expectedResults: 'Hồ sơ điện tử đúng, đủ, dùng được cho công tác cán bộ và chi trả lương.',
  },
  'DT-2025-007': {
    necessity:
      'Dữ liệu quy hoạch, xây dựng của ba địa phương cũ rời rạc, chưa công khai trên một bản đồ số, gây khó khăn cho quản lý và cho nhà đầu tư.',
    currentState:
      'Bản đồ quy hoạch phần lớn là bản giấy hoặc tệp rời; chưa có nền tảng dữ liệu không gian dùng chung.',
    objectives: 'Hình thành nền tảng dữ liệu quy hoạch – xây dựng của thành phố.',
    technicalSolution:
      'Nền tảng GIS tập trung, máy chủ riêng tại Trung tâm dữ liệu thành phố, số hóa bản đồ, chia sẻ qua nền tảng dùng chung.',
    expectedResults: 'Tra cứu quy hoạch trực tuyến, rút ngắn thời gian cấp phép xây dựng.',
  },
  'DT-2025-008': {
    necessity:
      'Sổ hộ tịch lịch sử trên giấy đang xuống cấp, chưa có trong cơ sở dữ liệu hộ tịch điện tử, người dân phải đi lại nhiều lần để xin trích lục.',
    currentState: 'Sổ hộ tịch các thời kỳ lưu tại nhiều nơi, mới số hóa một phần.',
    objectives: 'Số hóa toàn bộ sổ hộ tịch lịch sử, đưa vào cơ sở dữ liệu hộ tịch điện tử.',
    technicalSolution:
      'Quét, nhập, kiểm tra hai vòng, đối chiếu với dữ liệu dân cư, chuyển vào cơ sở dữ liệu dùng chung.',
    expectedResults: 'Cấp trích lục hộ tịch trực tuyến, không phụ thuộc nơi đăng ký.',
  },
  'DT-2025-009': {
    necessity:
      'Thiết bị mạng nội bộ của Sở đã hỏng, không còn phụ tùng thay thế, thường xuyên làm gián đoạn việc xử lý hồ sơ trên môi trường điện tử.',
    currentState: 'Thiết bị mạng dùng trên mười năm, hết hỗ trợ của nhà sản xuất.',
    objectives: 'Thay thế thiết bị mạng hỏng, bảo đảm kết nối nội bộ ổn định.',
    technicalSolution: 'Thay thiết bị tương đương, giữ nguyên sơ đồ mạng.',
    expectedResults: 'Mạng nội bộ hoạt động ổn định, không gián đoạn.',
  },
  'DT-2025-010': {
    necessity:
      'Ba trung tâm điều hành thông minh của ba địa phương cũ hoạt động riêng, lãnh đạo thành phố chưa có một bức tranh chung để chỉ đạo, điều hành.',
    currentState:
      'Ba trung tâm dùng ba giải pháp, dữ liệu chưa kết nối; cổng thông tin chưa có tường lửa ứng dụng.',
    objectives: 'Kết nối dữ liệu ba trung tâm điều hành thông minh thành một, bảo đảm an toàn thông tin.',
    technicalSolution:
      'Kết nối qua nền tảng tích hợp, chia sẻ dữ liệu dùng chung; trang bị thiết bị hiển thị và tường lửa ứng dụng web.',
    expectedResults: 'Một màn hình điều hành cho toàn thành phố, số liệu theo thời gian thực.',
  },
  'DT-2025-011': {
    necessity:
      'Hồ sơ đất đai lưu trữ tại phường còn trên giấy, nhiều tài liệu đã cũ, cần số hóa để tra cứu và giải quyết thủ tục cho người dân.',
    currentState: 'Kho lưu trữ của phường chưa được số hóa.',
    objectives: 'Số hóa hồ sơ đất đai lưu trữ tại phường.',
    technicalSolution: 'Quét, lập chỉ mục, lưu vào kho lưu trữ số của phường.',
    expectedResults: 'Tra cứu hồ sơ trong vài phút, không phải tìm trong kho giấy.',
  },
  'DT-2025-012': {
    necessity:
      'Hồ sơ lưu trữ và dữ liệu hộ tịch, dân cư của xã chưa được số hóa, chuyển đổi sang nền tảng dùng chung nên chưa giải quyết được thủ tục trực tuyến toàn trình.',
    currentState: 'Hồ sơ lưu trên giấy; dữ liệu cũ nằm ở phần mềm riêng lẻ.',
    objectives: 'Số hóa hồ sơ lưu trữ, chuyển đổi và cập nhật dữ liệu của xã trên nền tảng dùng chung.',
    technicalSolution:
      'Số hóa theo tiêu chuẩn lưu trữ; chuyển đổi dữ liệu sang nền tảng số dùng chung của thành phố.',
    expectedResults: 'Thủ tục hành chính của xã dùng lại được dữ liệu đã số hóa.',
  },
};

const otherwise: Story = {
  necessity:
    'Nhiệm vụ được giao trong Kế hoạch của thành phố về tạo lập dữ liệu phục vụ chuyển đổi số; đơn vị chưa có nguồn lực thực hiện.',
  currentState: 'Công việc đang làm thủ công, dữ liệu chưa được tạo lập đầy đủ.',
  objectives: 'Hoàn thành nhiệm vụ được giao trong Kế hoạch của thành phố.',
  technicalSolution:
    'Dùng lại các nền tảng dùng chung của thành phố, kết nối qua nền tảng tích hợp, chia sẻ dữ liệu.',
  expectedResults: 'Dữ liệu đúng, đủ, sạch, sống, thống nhất, dùng chung.',
};

/** The invented texts of an estimate's head; `place` is where it is carried out. */
export const headTexts = (code: string, place: string, years: { from: number; to: number }): HeadTexts => ({
  ...(stories[code] ?? otherwise),
  legalBases,
  scale: 'Theo phụ lục dự toán chi tiết kèm theo.',
  location: place,
  startDate: `${years.from}-10-01`,
  endDate: `${years.to}-12-31`,
});

const equipment: Readonly<Record<string, string>> = {
  'Máy chủ ảo hóa bổ sung cho Trung tâm dữ liệu thành phố':
    'Máy chủ hai bộ vi xử lý, mỗi bộ 32 nhân, bộ nhớ 512 GB, ổ lưu trữ thể rắn 8 × 3,84 TB, nguồn dự phòng; hoặc tương đương.',
  'Hệ thống lưu trữ và sao lưu':
    'Thiết bị lưu trữ dung lượng khả dụng 200 TB, hai bộ điều khiển, phần mềm sao lưu kèm theo; hoặc tương đương.',
  'Máy trạm cho 95 trạm y tế':
    'Máy tính để bàn, bộ nhớ 16 GB, ổ thể rắn 512 GB, màn hình 23,8 inch, bộ lưu điện; hoặc tương đương.',
  'Máy chủ GIS':
    'Máy chủ xử lý dữ liệu không gian, bộ nhớ 1 TB, ổ thể rắn 15 TB, cạc đồ họa chuyên dụng; hoặc tương đương.',
  'Thay thế thiết bị mạng nội bộ hỏng':
    'Thiết bị chuyển mạch 48 cổng, tốc độ 1 Gbps, quản trị tập trung; hoặc tương đương.',
  'Màn hình ghép và thiết bị trình chiếu':
    'Màn hình ghép 55 inch, viền mỏng, bộ điều khiển hình ảnh, khung treo; hoặc tương đương.',
};

const reasons: Readonly<Record<Line['spendForm'], string>> = {
  MUA_SAM: 'Mua sắm để thay thế, bổ sung thiết bị đã hỏng hoặc không đủ năng lực phục vụ nhiệm vụ được giao.',
  XAY_DUNG_MOI: 'Xây dựng mới vì chưa có hệ thống dùng chung nào đáp ứng yêu cầu của nhiệm vụ được giao.',
  NANG_CAP: 'Nâng cấp hệ thống đang dùng để đáp ứng phạm vi của thành phố mới, tận dụng phần đã đầu tư.',
  THUE_DICH_VU_SAN_CO: 'Thuê dịch vụ có sẵn trên thị trường vì tiết kiệm hơn tự đầu tư và vận hành.',
  THUE_DICH_VU_RIENG: 'Thuê dịch vụ theo yêu cầu riêng vì thị trường chưa có dịch vụ sẵn phù hợp với ngành.',
  VAN_HANH_BAO_TRI: 'Duy trì hoạt động thường xuyên, liên tục và an toàn của hệ thống, dữ liệu đang sử dụng.',
  SO_HOA: 'Tạo lập, chuẩn hóa dữ liệu số từ hồ sơ hiện có theo nhiệm vụ của Kế hoạch thành phố.',
  DAO_TAO: 'Tập huấn để cán bộ cấp xã tự cập nhật được dữ liệu đúng quy trình, đúng thời hạn.',
};

/** The invented texts of a line: why it is needed, and what it is where the form asks for that. */
export const lineTexts = (
  line: Pick<LineInput, 'name' | 'category' | 'spendForm'>,
): Pick<LineInput, 'specification' | 'justification'> => {
  const specification =
    equipment[line.name] ??
    (line.category === 'HA_TANG' ? 'Theo cấu hình kỹ thuật kèm theo; hoặc tương đương.' : undefined);
  return {
    justification: reasons[line.spendForm],
    ...(specification === undefined ? {} : { specification }),
  };
};
