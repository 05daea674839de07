import type { Intent, Orders } from '../../workflows/vocabulary.js';
import type { ContentStore } from '../engine/ports.js';
import type { ChunkIntent, ChunkResult, Filed, NewIntent } from './ports.js';

/** Sends an event of the system to a case; a repeat of the same cause is done already. */
export type Tell = (told: {
  readonly tenant: string;
  readonly caseId: string;
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly cause: string;
  /** The case that owed it. */
  readonly from: string;
}) => Promise<{ readonly done: true } | { readonly done: false; readonly reason: string }>;

/** How many rows one chunk tells. */
const rowsPerChunk = 100;

/**
 * The chunks of a batch, the same at each call. A chunk tells one type of event only, so that its answer says how
 * many rows took that event.
 */
export async function splitOrders(
  contents: ContentStore,
  { id, tenant, case: owing, at }: Filed,
  { params }: Extract<Intent, { type: 'tellRows' }>,
): Promise<NewIntent[]> {
  const { events } = await contents.get<Orders>(tenant, params.orders);
  const counts = new Map<string, number>();
  for (const { event } of events) counts.set(event.type, (counts.get(event.type) ?? 0) + 1);

  const slices = [...counts].flatMap(([event, count]) =>
    Array.from({ length: Math.ceil(count / rowsPerChunk) }, (_, k) => ({
      event,
      from: k * rowsPerChunk,
      count: Math.min(rowsPerChunk, count - k * rowsPerChunk),
    })),
  );
  return slices.map((slice, chunk) => ({
    id: `${id}/${chunk}`,
    tenant,
    case: owing,
    at,
    intent: {
      type: 'tellChunk',
      params: { orders: params.orders, batch: id, chunk, of: slices.length, ...slice },
    },
  }));
}

interface Means {
  readonly contents: ContentStore;
  readonly tell: Tell;
  /** @returns what is written down, or null when somebody else has the chunk by now. */
  readonly record: (result: ChunkResult) => Promise<ChunkResult | null>;
}

async function tellEach(
  { contents, tell }: Means,
  { id, tenant, case: from }: Filed,
  { params }: ChunkIntent,
): Promise<ChunkResult> {
  const { events } = await contents.get<Orders>(tenant, params.orders);
  const own = events
    .filter(({ event }) => event.type === params.event)
    .slice(params.from, params.from + params.count);
  const refused: { case: string; reason: string }[] = [];
  for (const [row, { case: caseId, event }] of own.entries()) {
    const told = await tell({ tenant, caseId, event, cause: `${id}/${row}`, from });
    if (!told.done) refused.push({ case: caseId, reason: told.reason });
  }
  return { done: own.length - refused.length, refused };
}

/**
 * Tells the rows of one chunk, then answers the case that owed it with `SETTLED`. What the rows said is written
 * down in between: a chunk that is repeated after that answers the same, whatever the rows would say by now, and who
 * lost the lease meanwhile says nothing.
 * @throws when the case that owed it does not take the answer.
 */
export async function tellChunk(means: Means, filed: Filed, intent: ChunkIntent): Promise<void> {
  const { id, tenant, case: owing } = filed;
  const result = filed.result ?? (await means.record(await tellEach(means, filed, intent)));
  // Whoever has it now tells the rows again, which changes nothing, and answers.
  if (!result) return;
  const { batch, chunk, of, event } = intent.params;
  const settled = await means.tell({
    tenant,
    caseId: owing,
    event: { type: 'SETTLED', batch, chunk, of, event, done: result.done, refused: result.refused },
    cause: id,
    from: owing,
  });
  if (!settled.done) throw new Error(`${owing} does not take the answer of ${id}: ${settled.reason}`);
}
