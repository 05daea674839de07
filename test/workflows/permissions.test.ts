import { describe, expect, it } from '@jest/globals';
import { createEngine } from '../../src/engine/engine.js';
import { Refusal } from '../../src/errors.js';
import { genesis } from '../../src/engine/journal.js';
import type { Case, Person, Slice } from '../../src/engine/ports.js';
import { machines, permissionsOf } from '../../workflows/registry.js';
import { kinds, roles, type Kind, type Party, type Role } from '../../workflows/vocabulary.js';
import { agencyOf, everyParty, moment, stamped, tracks, type Step } from '../builders/steps.js';
import { askAt, shortestWays, follow, type Place } from '../builders/walk.js';

const tenant = 'city';

const caseAt = (kind: Kind, { state, context, done }: Place): Case => ({
  tenant,
  id: 'case-1',
  kind,
  version: '1',
  ruleset: 'rules',
  code: 'CODE-1',
  owner: agencyOf('owner'),
  round: '2025-1',
  seq: 7,
  head: genesis,
  state,
  status: done ? 'done' : 'active',
  context: context as Case['context'],
  content: (context as Case['context']).content,
  due: null,
  reckoned: null,
  since: moment,
  at: moment,
  owed: [],
  seen: [],
});

/** The engine over one case that stands where it stands: a step is answered, and forgotten. */
const engineAt = (found: Case, step: Step) => {
  const slice: Slice = {
    kind: found.kind,
    born: () => Promise.reject(new Error('nothing is born here')),
    facts: () => Promise.resolve({ ...step.facts }),
    prepare: {},
    edits: {},
  };
  return createEngine({
    cases: {
      load: () => Promise.resolve(found),
      create: (born) => Promise.resolve(born),
      advance: (from, { owed: _owed, seen: _seen, ...changed }) =>
        Promise.resolve({ ...from, ...changed, seq: from.seq + 1 }),
      thaw: () => Promise.resolve(null),
    },
    journal: { after: () => Promise.resolve([]), byCause: () => Promise.resolve(null) },
    drafts: {
      load: () => Promise.resolve(null),
      save: () => Promise.resolve(null),
      freeze: () => Promise.resolve(null),
    },
    clock: { now: () => moment, set: true },
    slices: { estimate: slice, consolidation: slice, allocation: slice },
    roundOf: () =>
      Promise.resolve({
        dates: {
          department: '2025-09-30',
          commune: '2025-09-30',
          consolidation: '2025-10-10',
          finance: '2025-10-20',
        },
        commune: false,
      }),
    drain: () => Promise.resolve(),
  });
};

const strangers = ['stranger', 'auditor'] as const;
type Relation = Party | (typeof strangers)[number];

const personOf = (role: Role, relation: Relation): Person => ({
  tenant,
  id: `${role}9@${relation}`,
  name: `${role} ${relation}`,
  agency: relation === 'stranger' || relation === 'auditor' ? relation : agencyOf(relation),
  roles: [role],
  delegations: [],
  auditor: relation === 'auditor',
  administrator: false,
});

/** One step for each event type of a machine; the first that is open here, where several are. */
const askedAt = (kind: Kind, place: Place): Step[] => {
  const machine = askAt(kind, place);
  const byType = new Map<string, Step>();
  for (const step of Object.values(tracks[kind].steps)) {
    const open = machine.can(stamped(step));
    if (open || !byType.has(step.type)) byType.set(step.type, step);
  }
  return [...byType.values()];
};

type Answer = 'moved' | { code: string; members: Readonly<Record<string, unknown>> };

const answer = async (found: Case, step: Step, person: Person): Promise<Answer> => {
  const { by: _by, facts: _facts, ...event } = step;
  try {
    const { seq } = await engineAt(found, step).send({
      person,
      caseId: found.id,
      seq: found.seq,
      event,
      key: 'k',
    });
    return seq === found.seq + 1 ? 'moved' : { code: 'STOOD', members: {} };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code, members: error.members };
  }
};

describe.each(kinds)('who may do what with a case: %s', (kind) => {
  const places = [...shortestWays(kind).values()].map((way) => follow(kind, way));

  it('is asked of every state and every event', () => {
    const types = new Set(Object.values(tracks[kind].steps).map(({ type }) => type));
    expect([...types].sort()).toEqual([...(machines[kind]['1']?.events ?? [])].sort());
  });

  it.each(places.map((place) => ({ state: JSON.stringify(place.state), place })))(
    'is what the table says at $state, to everybody and for every event',
    async ({ place }) => {
      const found = caseAt(kind, place);
      const table = permissionsOf(kind, '1');
      const { paths } = askAt(kind, place);
      // Before it was issued once, a case is its owner's; a consolidation also of those who settle its overlaps.
      const issued = Number(found.context['revision']) > 0 || (found.context['nilSigned'] ?? null) !== null;
      const before = kind === 'consolidation' ? ['owner', 'appraiser', 'substitute'] : ['owner'];
      const wrong: unknown[] = [];

      for (const step of askedAt(kind, place)) {
        const permits = place.done ? [] : paths.flatMap((path) => table[path]?.[step.type] ?? []);
        for (const relation of [...everyParty, ...strangers]) {
          for (const role of roles) {
            const given = await answer(found, step, personOf(role, relation));
            const sees =
              relation === 'auditor' || before.includes(relation) || (issued && relation !== 'stranger');
            const may = (permits as string[]).includes(`${role}@${relation}`);
            const right = !sees
              ? given !== 'moved' && given.code === 'CASE_NOT_FOUND'
              : permits.length === 0
                ? given !== 'moved' &&
                  given.code === 'EVENT_REFUSED' &&
                  String(given.members['reasons']) === 'notHere'
                : !may
                  ? given !== 'moved' &&
                    given.code === 'NOT_PERMITTED' &&
                    String(given.members['permits']) === String(permits)
                  : given === 'moved' ||
                    (given.code === 'EVENT_REFUSED' && (given.members['reasons'] as string[]).length > 0);
            if (!right) wrong.push({ event: step.type, who: `${role}@${relation}`, may, given });
          }
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});
