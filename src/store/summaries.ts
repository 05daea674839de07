import { Schema, type Connection } from 'mongoose';
import { categories, fundingSources, type EstimateSummary } from '../../workflows/content.js';
import type { Hash, Money } from '../../workflows/vocabulary.js';
import { hashOf } from '../engine/journal.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { Damaged } from './damaged.js';
import { guarded } from './faults.js';

type SummaryDocument = EstimateSummary & {
  readonly _id: string;
  readonly tenant: string;
  readonly hash: Hash;
};

export const summarySchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    hash: { type: String, required: true },
    case: { type: String, required: true },
    code: String,
    agency: Schema.Types.Mixed,
    ownMoney: Boolean,
    content: String,
    incoming: Schema.Types.Mixed,
    requested: Schema.Types.Mixed,
    reviewed: Schema.Types.Mixed,
    adjustmentReason: String,
    priority: String,
    policeVerdict: String,
    overlapKeys: [Schema.Types.Mixed],
    norms: [Schema.Types.Mixed],
  },
  { strict: 'throw', minimize: false, versionKey: false },
);

/** Sums in đồng over the summaries of one block; a category, source or year without money has 0. */
export interface BlockSums {
  /** Departments, communes with city money, or communes with their own (for information). */
  readonly ownMoney: boolean;
  readonly commune: boolean;
  readonly count: number;
  readonly requested: Sums;
  readonly reviewed: Sums;
}
export interface Sums {
  readonly grandTotal: Money;
  readonly subtotal: Money;
  readonly vatTotal: Money;
  readonly contingencyAmount: Money;
  readonly byCategory: Readonly<Record<string, Money>>;
  readonly bySource: Readonly<Record<string, Money>>;
  readonly byYear: Readonly<Record<string, Money>>;
  /** `<source>/<year>` */
  readonly bySourceYear: Readonly<Record<string, Money>>;
}

/** What was stored of each estimate when it was accepted. */
export interface SummaryStore {
  /** Immutable and harmless to put twice. */
  put(tenant: string, summary: EstimateSummary): Promise<Hash>;
  /** In the order of the hashes. @throws {Damaged} when one is not there, or does not give its hash */
  get(tenant: string, hashes: readonly Hash[]): Promise<EstimateSummary[]>;
  /** The grand totals, added up by the database. */
  sums(tenant: string, hashes: readonly Hash[]): Promise<{ requested: Money; reviewed: Money }>;
  /** All sums, added up by the database in one `$group`: one row per block. */
  blocks(tenant: string, hashes: readonly Hash[], years: readonly number[]): Promise<BlockSums[]>;
}

const sides = ['requested', 'reviewed'] as const;
const totals = ['grandTotal', 'subtotal', 'vatTotal', 'contingencyAmount'] as const;

/** Each sum under a flat name, because `$group` makes no nested ones. */
function accumulators(years: readonly number[]) {
  const paths: string[] = [];
  for (const side of sides) {
    for (const total of totals) paths.push(`${side}.${total}`);
    for (const category of categories) paths.push(`${side}.byCategory.${category}`);
    for (const source of fundingSources) paths.push(`${side}.bySource.${source}`);
    for (const year of years) paths.push(`${side}.byYear.${year}`);
    for (const source of fundingSources)
      for (const year of years) paths.push(`${side}.bySourceYear.${source}/${year}`);
  }
  return paths.map((path, index) => ({ path, name: `s${index}` }));
}

function nested(row: Readonly<Record<string, unknown>>, fields: ReturnType<typeof accumulators>) {
  const result: Record<string, Record<string, unknown>> = { requested: {}, reviewed: {} };
  for (const { path, name } of fields) {
    const [side, group, member] = path.split('.') as [string, string, string | undefined];
    const into = result[side]!;
    if (member === undefined) into[group] = row[name];
    else into[group] = { ...(into[group] as object | undefined), [member]: row[name] };
  }
  return result as unknown as { requested: Sums; reviewed: Sums };
}

export function summaryStore(connection: Connection): SummaryStore {
  const summaries = collectionOf<SummaryDocument>(connection, 'summaries');
  const idsOf = (tenant: string, hashes: readonly Hash[]) => ({
    _id: { $in: hashes.map((hash) => keyOf(tenant, hash)) },
    tenant,
  });

  return {
    async put(tenant, summary) {
      const hash = hashOf(summary);
      await guarded('summaries.put', () =>
        insertOnce(summaries, { _id: keyOf(tenant, hash), tenant, hash, ...summary }),
      );
      return hash;
    },

    async get(tenant, hashes) {
      const found = await summaries.find(idsOf(tenant, hashes)).toArray();
      const byHash = new Map(found.map(({ _id, tenant: _tenant, hash, ...summary }) => [hash, summary]));
      return hashes.map((hash) => {
        const summary = byHash.get(hash);
        if (!summary) throw new Damaged('summary', keyOf(tenant, hash), 'missing');
        if (hashOf(summary) !== hash) throw new Damaged('summary', keyOf(tenant, hash), 'damaged');
        return summary;
      });
    },

    async sums(tenant, hashes) {
      const [row] = await summaries
        .aggregate<{ requested: Money; reviewed: Money }>([
          { $match: idsOf(tenant, hashes) },
          {
            $group: {
              _id: null,
              requested: { $sum: '$requested.grandTotal' },
              reviewed: { $sum: '$reviewed.grandTotal' },
            },
          },
          { $project: { _id: 0 } },
        ])
        .toArray();
      return row ?? { requested: 0, reviewed: 0 };
    },

    async blocks(tenant, hashes, years) {
      const fields = accumulators(years);
      const rows = await summaries
        .aggregate<{ _id: { ownMoney: boolean; commune: boolean }; count: number } & Record<string, unknown>>(
          [
            { $match: idsOf(tenant, hashes) },
            {
              $group: {
                _id: { ownMoney: '$ownMoney', commune: { $eq: ['$agency.kind', 'XA_PHUONG'] } },
                count: { $sum: 1 },
                ...Object.fromEntries(fields.map(({ path, name }) => [name, { $sum: `$${path}` }])),
              },
            },
          ],
        )
        .toArray();
      return rows
        .map((row) => ({ ...row._id, count: row.count, ...nested(row, fields) }))
        .sort((a, b) => Number(a.ownMoney) - Number(b.ownMoney) || Number(a.commune) - Number(b.commune));
    },
  };
}
