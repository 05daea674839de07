import type { Connection } from 'mongoose';
import type { Day } from '../../workflows/vocabulary.js';
import type { CaseDocument } from './cases.js';
import { collectionOf } from './connection.js';

/** Active cases whose deadline lies before `today` and that have not been told so; the index on `due` serves it. */
export async function* lateCases(
  connection: Connection,
  today: Day,
): AsyncGenerator<{ tenant: string; id: string; seq: number; due: Day }> {
  const late = collectionOf<CaseDocument>(connection, 'cases').find(
    { status: 'active', due: { $lt: today }, $expr: { $ne: ['$context.overdue', '$due'] } },
    { projection: { tenant: 1, seq: 1, due: 1 } },
  );
  for await (const { _id, tenant, seq, due } of late) {
    if (due !== null) yield { tenant, id: _id.slice(tenant.length + 1), seq, due };
  }
}
