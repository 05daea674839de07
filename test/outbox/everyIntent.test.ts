import { beforeAll, describe, expect, it } from '@jest/globals';
import { documentView } from '../../src/documents/documentSources.js';
import { renderDocument } from '../../src/documents/render.js';
import { hashOf } from '../../src/engine/journal.js';
import type { Case, ContentStore, Entry } from '../../src/engine/ports.js';
import { createHandlers } from '../../src/outbox/handlers.js';
import { splitOrders } from '../../src/outbox/tellRows.js';
import { paperSources } from '../../src/papers/sources.js';
import type { Intent, Kind, Parties, Party } from '../../workflows/vocabulary.js';
import { kinds } from '../../workflows/vocabulary.js';
import { aCity, type City } from '../builders/city.js';
import {
  appraise,
  committee,
  eligibleEstimate,
  finance,
  gatheringOf,
  toAppraising,
  toDecision,
} from '../builders/roads.js';
import { stamped, tracks } from '../builders/steps.js';
import { askAt, everyPlace, isPermitted, stepFrom } from '../builders/walk.js';
import { memoryDirectory } from '../fakes/memoryDirectory.js';
import { eventsOf, nodesFrom, pathOf, released } from '../house/charts.js';

const tenant = 'canTho';
const owners: Readonly<Record<Kind, string>> = { estimate: 'SNV', consolidation: 'SKHCN', allocation: 'STC' };
const partiesOf = (kind: Kind): Parties => ({
  owner: owners[kind],
  reviewer: 'SKHCN',
  appraiser: 'STC',
  security: 'CATP',
  authority: 'UBND',
  council: 'HDND',
  cityOffice: 'VP',
  substitute: 'VP',
});

/** A city in which one case of each kind went the whole way, so that every content that papers rest on is there. */
const playedCity = async () => {
  const city = aCity({ day: '2025-10-01' });
  const estimate = await eligibleEstimate(city, 'DT-2025-006');
  const { id: table } = await gatheringOf(city, [estimate.id]);
  await toAppraising(city, table);
  await appraise(city, table, { [estimate.id]: 3_000_000_000 });
  await toDecision(city, table);
  await city.send(committee.leader, table, { type: 'APPROVE' });
  const { id: allocation } = await city.start(finance.officer, 'allocation');
  await city.edit(finance.officer, allocation, 'replace', {
    lines: [{ estimate: estimate.id, source: 'NSTP_CTX', year: 2026, amount: 1_000_000_000 }],
  });
  const { rev } = await city.engine.draft({ person: finance.officer, caseId: allocation, part: 'content' });
  await city.send(finance.officer, allocation, { type: 'SEND_UP', rev });
  return { city, ids: { estimate: estimate.id, consolidation: table, allocation } };
};

/** The hashes by which the steps of the walk name contents, and what stands for each in the played city. */
const contentsOf = async (city: City, cases: Readonly<Record<Kind, Case>>) => {
  const { appraisal, decision } = cases.consolidation.context as unknown as {
    appraisal: { hash: string };
    decision: { hash: string };
  };
  const { conclusion } = cases.estimate.context as unknown as { conclusion: { hash: string } };
  const decided = await city.contents.get<{ rows: object[] }>(tenant, decision.hash);
  const declined = decided.rows.map((row) => ({ ...row, approved: 0, reason: 'Chưa cấp thiết' }));
  const orders = {
    kind: 'orders',
    events: ['1', '2'].map((id) => ({ case: id, event: { type: 'NOTED' } })),
  };
  const standing = (kind: Kind, declines: boolean): Readonly<Record<string, () => Promise<unknown>>> => ({
    a: () => city.contents.get(tenant, cases[kind].content ?? ''),
    b: () => city.contents.get(tenant, cases[kind].content ?? ''),
    c: () => city.contents.get(tenant, conclusion.hash),
    p: () => city.contents.get(tenant, appraisal.hash),
    d: () => Promise.resolve(declines ? { ...decided, rows: declined } : decided),
    o: () => Promise.resolve(orders),
  });
  return (kind: Kind, declines: boolean): ContentStore => ({
    put: (of, body) => city.contents.put(of, body),
    get: <T>(of: string, hash: string) =>
      ((/^(.)\1{63}$/.test(hash) ? standing(kind, declines)[hash[0]!]?.() : undefined) as Promise<T>) ??
      city.contents.get<T>(of, hash),
  });
};

/** Carries intents out with the handlers of the product; only the printer and the tables are not there. */
const carrier = async () => {
  const { city, ids } = await playedCity();
  const cases = {
    estimate: await city.load(ids.estimate),
    consolidation: await city.load(ids.consolidation),
    allocation: await city.load(ids.allocation),
  };
  const contentsFor = await contentsOf(city, cases);
  const done: string[] = [];
  const did = (what: string) => Promise.resolve(void done.push(what));

  return async (kind: Kind, context: object, event: Entry['event'], owed: Intent): Promise<string[]> => {
    done.length = 0;
    const parties = partiesOf(kind);
    // The walk names agencies by their part.
    const intent = JSON.parse(JSON.stringify(owed), (key, value: string) =>
      key === 'agency' ? (parties[value.replace('agency-', '') as Party] ?? value) : value,
    ) as Intent;
    const found: Case = {
      ...cases[kind],
      owner: parties.owner,
      context: { ...(context as Case['context']), parties },
    };
    const { decision } = context as { decision?: { verdict?: string } | null };
    const contents = contentsFor(kind, decision?.verdict === 'decline');
    const owing = {
      id: `${tenant}/${found.id}/7/0`,
      tenant,
      case: found.id,
      at: found.since,
      tries: 1,
      slow: 0,
    };
    if (intent.type === 'tellRows') {
      const chunks = await splitOrders(contents, { ...owing, intent, state: 'due', nextAt: 0 }, intent);
      return chunks.map(({ id }) => id);
    }
    const sources = paperSources({
      contents,
      directory: memoryDirectory(),
      cases: city.cases.queries,
      cityOf: () => Promise.resolve({ name: 'thành phố Cần Thơ', place: 'Cần Thơ' }),
    });
    const number = { tenant, agency: owners[kind], type: 'TTr', year: 2025 };
    const handlers = createHandlers({
      clock: city.clock,
      load: () => Promise.resolve(found),
      history: () => Promise.resolve([{ event } as Entry]),
      notices: { put: ({ agency, notice }) => did(`${notice} to ${agency}`) },
      papers: { put: ({ type, name }) => did(`${type} ${name}`) },
      registers: {
        heldBy: ({ agency }) =>
          Promise.resolve(agency === owners[kind] ? [{ ...number, key: 'k', number: 1 }] : []),
        voidHeld: ({ reason }) => did(reason),
      },
      ledgers: { confirm: ({ lineage }) => did(lineage), release: ({ lineage }) => did(lineage) },
      async make(of, params) {
        const { document } = params;
        const { html } = renderDocument(document, documentView(document, await sources(of, params)));
        return { bytes: Buffer.from(html), name: `${html.length}`, templateVersion: '1' };
      },
    });
    await (handlers[intent.type] as (intent: Intent, of: typeof owing) => Promise<void>)(intent, owing);
    return [...done];
  };
};

/** Every step of a kind from every place where it is open. */
function* everyStep(kind: Kind) {
  for (const { place, way } of everyPlace(kind, { permitted: true })) {
    if (place.done) continue;
    for (const [name, step] of Object.entries(tracks[kind].steps)) {
      if (!isPermitted(kind, place, step)) continue;
      const moved = stepFrom(kind, place, step);
      if (moved) yield { place, way: [...way, name], event: stamped(step), moved };
    }
  }
}

describe.each(kinds)('every intent of every transition of the machine of an %s', (kind) => {
  let carryOut: Awaited<ReturnType<typeof carrier>>;
  beforeAll(async () => {
    carryOut = await carrier();
  }, 60_000);

  it('is carried out, papers down to their HTML', async () => {
    const failed: string[] = [];
    const seen = new Set<string>();
    for (const { way, event, moved } of everyStep(kind)) {
      for (const intent of moved.intents) {
        const once = hashOf({ type: event.type, intent });
        if (seen.has(once)) continue;
        seen.add(once);
        try {
          const did = await carryOut(kind, moved.context, event, intent);
          if (did.length === 0 && intent.type !== 'register')
            failed.push(`${way.join(' ')}: nothing came of it`);
        } catch (error) {
          failed.push(`${way.join(' ')}: ${JSON.stringify(intent)}: ${String(error)}`);
        }
      }
    }
    expect(failed).toEqual([]);
    expect(seen.size).toBeGreaterThan(10);
  }, 120_000);

  it('is met by the walk: no event of any state is left out', () => {
    const taken = new Set<string>();
    for (const { place, event } of everyStep(kind))
      for (const path of askAt(kind, place).paths) taken.add(`${path} ${event.type}`);
    const machine = released.find((one) => one.kind === kind)!.machine;
    const known = nodesFrom(machine.root)
      .filter((node) => node.path.length > 0)
      .flatMap((node) => eventsOf(node).map(([event]) => `${pathOf(node)} ${event}`));
    expect(known.filter((one) => !taken.has(one))).toEqual([]);
  });

  it('speaks of what the step was about: a letter names the content that it found', () => {
    for (const { place, moved, way } of everyStep(kind))
      for (const intent of moved.intents) {
        if (intent.type !== 'render' || !/Letter$/.test(intent.params.document)) continue;
        const { content, issued } = place.context as { content: string | null; issued: unknown };
        expect([way, intent.params.data]).toEqual([way, expect.objectContaining({ content, issued })]);
        expect(content).not.toBeNull();
      }
  });
});
