import type { AgencyKind, Capacity, Day } from '../../workflows/vocabulary.js';

/** The city whose agencies issue papers. */
export interface City {
  /** In full: `thành phố Cần Thơ`. */
  readonly name: string;
  /** As the place of a date names it: `Cần Thơ`. */
  readonly place: string;
}

/** An agency as a paper presents it (decree 30/2020, boxes 2, 4 and 7). */
export interface Issuer {
  /** In running text: `Sở Y tế`, `Ủy ban nhân dân phường Ninh Kiều`. */
  readonly name: string;
  /** Box 2 above the issuing body; absent for bodies without one (people's committees and councils). */
  readonly superior?: string;
  /** Box 2, capitals, one line each. */
  readonly lines: readonly string[];
  /** Where it writes its dates: `Cần Thơ`, for a commune its own name. */
  readonly place: string;
  /** Title of its head, capitals: `GIÁM ĐỐC`. */
  readonly headTitle: string;
  /** Title of a deputy, capitals: `PHÓ GIÁM ĐỐC`. */
  readonly deputyTitle: string;
  /** Set for bodies that decide together: signed TM. this. */
  readonly collective?: string;
}

/** Who signs. */
export interface Signer {
  /** Full name without academic titles; null as long as nobody has signed. */
  readonly name: string | null;
  /** Absent: the head in person. Q. is an acting head. */
  readonly capacity?: Capacity | 'Q';
  /** Own title in capitals; needed for TL. and TUQ., a deputy's default title otherwise. */
  readonly title?: string;
  /** True where the power is the chairman's own: no TM. line (a chairman's decisions and letters). */
  readonly personal?: boolean;
}

/** Everything about one issue of a paper that is not its content. */
export interface Issue {
  readonly issuer: Issuer;
  /** Number from the register; null while it is a draft (which puts DỰ THẢO on every page). */
  readonly number: number | null;
  /** What follows the number: `TTr-SYT`, for letters `SKHCN-CĐS`. */
  readonly symbol: string;
  /** The day it was issued; null while it is a draft. */
  readonly day: Day | null;
  readonly signer: Signer;
  /** Kính gửi, in order: at least one for proposals, reports to a superior and letters; none for decisions. */
  readonly addressees: readonly string[];
  /** Nơi nhận between `Như trên` and `Lưu`. */
  readonly recipients: readonly string[];
  /** The unit beside VT in the last line of Nơi nhận: `CĐS`; absent where the agency has no units. */
  readonly filingUnit?: string;
}

const upper = (text: string) => text.toLocaleUpperCase('vi');
const lowerFirst = (text: string) => text.charAt(0).toLocaleLowerCase('vi') + text.slice(1);
const director = { headTitle: 'GIÁM ĐỐC', deputyTitle: 'PHÓ GIÁM ĐỐC' };
const chairman = { headTitle: 'CHỦ TỊCH', deputyTitle: 'PHÓ CHỦ TỊCH' };

/** Titles of those heads of city bodies that are not called director, by how the body's name begins. */
const titles = [
  { begins: 'Văn phòng', headTitle: 'CHÁNH VĂN PHÒNG', deputyTitle: 'PHÓ CHÁNH VĂN PHÒNG' },
  { begins: 'Thanh tra', headTitle: 'CHÁNH THANH TRA', deputyTitle: 'PHÓ CHÁNH THANH TRA' },
  { begins: 'Ban', headTitle: 'TRƯỞNG BAN', deputyTitle: 'PHÓ TRƯỞNG BAN' },
];

/** `Văn phòng UBND thành phố` stands under the committee's name, so only `VĂN PHÒNG` is left for itself. */
const shortName = (name: string) => (name.startsWith('Văn phòng UBND') ? 'Văn phòng' : name);

/** What fits on one line of the left half of the head, in capitals. */
const lineLength = 25;

/** A long name on two lines, parted before `VÀ` or after a comma where that leaves both about as long. */
const lined = (name: string): string[] => {
  if (name.length <= lineLength) return [name];
  const words = name.split(' ');
  const splits = words.slice(1).map((word, i) => {
    const lines = [words.slice(0, i + 1).join(' '), words.slice(i + 1).join(' ')] as const;
    const natural = word === 'VÀ' || words[i]!.endsWith(',') ? 12 : 0;
    const tooLong = lines.some((line) => line.length > lineLength) ? 100 : 0;
    return { lines, cost: Math.abs(lines[0].length - lines[1].length) - natural + tooLong };
  });
  return splits.length === 0 ? [name] : [...splits.reduce((a, b) => (b.cost < a.cost ? b : a)).lines];
};

const committeeOf = (name: string): Issuer => {
  const where = name.replace(/^(UBND|Ủy ban nhân dân)\s+/, '');
  return {
    name: `Ủy ban nhân dân ${lowerFirst(where)}`,
    lines: ['ỦY BAN NHÂN DÂN', upper(where)],
    place: where.replace(/^(xã|phường|thị trấn|đặc khu)\s+/i, ''),
    collective: 'ỦY BAN NHÂN DÂN',
    ...chairman,
  };
};

/**
 * How an agency presents itself, from its name and kind: superior body, name in capitals, place, titles, TM.
 * Names are those of the city's list of agencies; a commune may be named `UBND phường …` or `Phường …`.
 */
export const issuerOf = ({ name, kind }: { name: string; kind: AgencyKind }, city: City): Issuer => {
  const place = city.place;
  switch (kind) {
    case 'XA_PHUONG':
      return committeeOf(name);
    case 'UBND':
      return { ...committeeOf(city.name), place };
    case 'HDND':
      return {
        name: `Hội đồng nhân dân ${city.name}`,
        lines: ['HỘI ĐỒNG NHÂN DÂN', upper(city.name)],
        place,
        collective: 'HỘI ĐỒNG NHÂN DÂN',
        ...chairman,
      };
    case 'CONG_AN':
      return { name, superior: 'BỘ CÔNG AN', lines: ['CÔNG AN', upper(city.name)], place, ...director };
    case 'QUAN_SU':
      return {
        name,
        superior: 'BỘ TƯ LỆNH QUÂN KHU',
        lines: ['BỘ CHỈ HUY QUÂN SỰ', upper(city.name)],
        place,
        headTitle: 'CHỈ HUY TRƯỞNG',
        deputyTitle: 'PHÓ CHỈ HUY TRƯỞNG',
      };
    case 'SO_BAN_NGANH':
    case 'KHAC': {
      const { headTitle, deputyTitle } = titles.find(({ begins }) => name.startsWith(begins)) ?? director;
      return {
        name,
        superior: `UBND ${upper(city.name)}`,
        lines: lined(upper(shortName(name))),
        place,
        headTitle,
        deputyTitle,
      };
    }
  }
};

/**
 * Box 7a, line by line: `TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`, `PHÓ CHỦ TỊCH`.
 * @throws {RangeError} when TL. or TUQ. comes without the signer's own title, or under what a body decides together
 */
export const signatureLines = (issuer: Issuer, { capacity, title, personal }: Signer): string[] => {
  const head = issuer.headTitle;
  const together = issuer.collective && !personal;
  if (together && (capacity === 'TL' || capacity === 'TUQ'))
    throw new RangeError(`${capacity}. is not for what ${issuer.name} decides together.`);
  const lines = together ? [`TM. ${issuer.collective}`] : [];
  if (capacity === undefined) return [...lines, head];
  if (capacity === 'Q') return [...lines, `Q. ${head}`];
  const own = title ?? (capacity === 'KT' ? issuer.deputyTitle : undefined);
  if (own === undefined) throw new RangeError(`${capacity}. needs the title of who signs.`);
  return [...lines, `${capacity}. ${head}`, upper(own)];
};
