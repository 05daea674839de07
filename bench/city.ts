import { pino } from 'pino';
import type { Printer } from '../src/documents/print.js';
import type { CaseContext, Person } from '../src/engine/ports.js';
import { loadConfig } from '../src/config.js';
import { open, type Running } from '../src/main.js';
import { canTho, demonstrationAgencies, planRound } from '../src/seed/demonstration.js';
import type { CaseDocument } from '../src/store/cases.js';
import { collectionOf, keyOf } from '../src/store/connection.js';
import { migrate } from '../src/store/migrations/index.js';
import { newEstimate, type EstimateContext } from '../workflows/estimate.v1.js';
import type { Parties } from '../workflows/vocabulary.js';
import type { Setting } from './contest.js';

export const tenant = canTho.id;

/** The day of all contests: no calendar runs out under them, and no deadline of their cases passes. */
export const today = '2025-10-01';

/** The reviewer of the contests' cases: asks for the Police's opinion, and takes it back. */
export const reviewer: Person = {
  tenant,
  id: 'skhcn.chuyenvien',
  name: 'Chuyên viên Sở Khoa học và Công nghệ',
  agency: 'SKHCN',
  roles: ['officer'],
  delegations: [],
  auditor: false,
  administrator: false,
};

/** Prints nothing: in these contests no step owes a document. */
const noPrinter: Printer = {
  print: () => Promise.reject(new Error('Nothing is printed here.')),
  warm: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

export interface BenchCity extends Running {
  readonly database: string;
  /** Drops the database and closes the connection. */
  end(): Promise<void>;
}

/** The product's own composition over a fresh database of its own; no relay runs. */
export const aCity = async ({ uri, database }: Setting, suffix: string): Promise<BenchCity> => {
  const name = `${database}_${suffix}`;
  const config = loadConfig({
    MONGODB_URI: uri,
    TOTRINH_DB: name,
    TOTRINH_CLOCK: today,
    LOG_LEVEL: 'silent',
  });
  const running = await open(config, { log: pino({ level: 'silent' }), printer: noPrinter });
  await running.connection.dropDatabase();
  await migrate(running.connection);
  const { stores } = running;
  await stores.tenants.save(canTho);
  await stores.rounds.save(planRound);
  await Promise.all(demonstrationAgencies.map((agency) => stores.agencies.save(agency)));
  return {
    ...running,
    database: name,
    async end() {
      await running.connection.dropDatabase();
      await running.close();
    },
  };
};

const parties: Parties = {
  owner: 'SYT',
  reviewer: 'SKHCN',
  appraiser: 'STC',
  security: 'CATP',
  authority: 'UBND',
  council: 'HDND',
  cityOffice: 'VP',
  substitute: 'VP',
};

const sentence =
  'Đề nghị đơn vị bổ sung hồ sơ đề xuất cấp độ an toàn thông tin, làm rõ phương án kết nối với nền tảng dùng chung. ';
const textOf = (bytes: number) => {
  const times = Math.floor(Math.max(0, bytes) / Buffer.byteLength(sentence));
  return sentence.repeat(times) + '.'.repeat(Math.max(0, bytes) - times * Buffer.byteLength(sentence));
};

/**
 * An estimate under review, its Police opinion outdated, so that ASK_OPINION and TAKE_BACK can follow each other
 * for ever. What fills the context up to `bytes` of JSON is what fills it in life: reasons and conditions.
 */
export const reviewingContext = (code: string, bytes: number): EstimateContext => {
  const born: EstimateContext = {
    ...newEstimate({ code, round: planRound.id, owner: 'SYT', hasUnits: true, parties }),
    content: 'c'.repeat(64),
    revision: 1,
    pass: 1,
    preparation: {
      preparers: ['syt.chuyenvien'],
      endorser: 'syt.truongphong',
      signer: { id: 'syt.thutruong', name: 'Thủ trưởng Sở Y tế', day: '2025-09-26', role: 'leader' },
    },
    issued: { agency: 'SYT', type: 'TTr', year: 2025, number: 5, symbol: 'TTr-SYT', day: '2025-09-26' },
    systemConcerned: true,
    securityHash: 'd'.repeat(64),
    requested: 12_345_000_000,
    returned: {
      reason: 'Chưa có báo giá.',
      lines: Array.from({ length: 8 }, (_, at) => `dong-${at + 1}`),
      remarks: null,
    },
  };
  const opinion = {
    verdict: 'agreeWithConditions',
    agreedLevel: 3,
    covers: 'e'.repeat(64),
    by: 'catp.chuyenvien',
    day: '2025-09-28',
  } as const;
  const left =
    bytes - Buffer.byteLength(JSON.stringify({ ...born, opinion: { ...opinion, conditions: '' } }));
  return { ...born, opinion: { ...opinion, conditions: textOf(left) } };
};

export const reviewingState = {
  reviewing: { lines: 'open', security: 'given', dossier: 'complete' },
} as const;

/** A case as it is stored, after one step, nothing owed. */
export const reviewingCase = (id: string, context: EstimateContext): CaseDocument => ({
  _id: keyOf(tenant, id),
  tenant,
  kind: 'estimate',
  version: '1',
  ruleset: 'ND73_82_NQ04',
  code: context.code,
  owner: context.owner,
  round: context.round,
  seq: 1,
  head: 'a'.repeat(64),
  state: reviewingState,
  status: 'active',
  context: context as unknown as CaseContext,
  content: context.content,
  due: '2025-10-10',
  reckoned: null,
  since: '2025-09-28T02:00:00.000Z',
  at: '2025-09-28T02:00:00.000Z',
  unclosed: 1,
  owed: [],
  seen: [{ key: `syt.chuyenvien:${id}`, body: 'b'.repeat(64), seq: 1 }],
});

/** Ids of cases that are made in bulk. */
export const idsOf = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(6, '0')}`);

/** Stores cases in bulk, as fast as the driver does. */
export const storeCases = async (city: Pick<Running, 'connection'>, documents: Iterable<CaseDocument>) => {
  const cases = collectionOf<CaseDocument>(city.connection, 'cases');
  let batch: CaseDocument[] = [];
  for (const document of documents) {
    batch.push(document);
    if (batch.length < 1000) continue;
    await cases.insertMany(batch, { ordered: false });
    batch = [];
  }
  if (batch.length > 0) await cases.insertMany(batch, { ordered: false });
};

/** The event that comes next: the two lead to and fro. */
export const eventAt = (seq: number) => ({ type: seq % 2 === 1 ? 'ASK_OPINION' : 'TAKE_BACK' });

let asked = 0;

/** One step through the engine, as a request makes it. */
export const stepThrough = ({ workflow }: Pick<Running, 'workflow'>, caseId: string, seq: number) =>
  workflow.engine.send({ person: reviewer, caseId, seq, event: eventAt(seq), key: `bench-${++asked}` });
