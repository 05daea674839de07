import type { Day, Role } from '../../workflows/vocabulary.js';
import { sampleEstimates, type SampleEstimate } from '../seed/sampleEstimates.js';
import { planRound } from '../seed/demonstration.js';
import type { People, SeenCase } from './client.js';

/** What an agency types of a sample estimate: its head, and its lines without ids. */
export const typed = ({ input: { lines, ...header } }: Pick<SampleEstimate, 'input'>) => ({
  header,
  lines: lines.map(({ id: _id, ...line }) => line),
});

/** @throws when there is no such sample: a fault of who asks */
export const sample = (code: string): SampleEstimate => {
  const found = sampleEstimates.find((one) => one.code === code);
  if (!found) throw new Error(`No sample ${code}.`);
  return found;
};

/** Is told who does what, before it is done. */
export type TellAct = (act: {
  readonly agency: string;
  readonly role: Role;
  readonly kind: string;
  /** The event, `START`, or the permission of an edit. */
  readonly type: string;
  readonly code: string;
}) => void;
/** Events that name by its hash what they cover, and those that name the revision of a part that they freeze. */
export const namesHash: ReadonlySet<string> = new Set([
  'ENDORSE',
  'SIGN',
  'ISSUE',
  'GIVE_OPINION',
  'PASS',
  'APPROVE',
  'APPROVE_ADJUSTED',
  'REFER_TO_COUNCIL',
  'RESOLVE',
  'DECLINE',
]);

/** By kind and event, the part of which it names the revision, and where that may still be edited. */
const namesRev: Readonly<Record<string, Readonly<Record<string, readonly [part: string, state: string]>>>> = {
  estimate: {
    CONCLUDE_LINES: ['review', 'reviewing.lines.open'],
    RETURN: ['review', 'reviewing.lines.open'],
  },
  consolidation: { CONCLUDE: ['appraisal', 'appraising'] },
};

/**
 * What people do over the API, each act as somebody of an agency. A request sent again has the same key, so that it
 * is done once.
 * @param round in which cases are started
 */
export const createActs = (
  people: People,
  { tell = () => undefined, round = planRound.id }: { tell?: TellAct; round?: string } = {},
) => {
  const see = async (agency: string, role: Role, id: string): Promise<SeenCase> =>
    (await (await people.as(agency, role)).get<SeenCase>(`/cases/${id}`)).body;

  /** What an event names of what was seen: a hash, the revision of a draft, or of the table. */
  const named = async (agency: string, role: Role, { id, kind, states, covered }: SeenCase, type: string) => {
    const ofContent = type === 'SEND_UP' && kind === 'consolidation';
    if (namesHash.has(type) || ofContent) return covered === null ? {} : { hash: covered };
    const read = async <T>(part: string) => (await people.as(agency, role)).get<T>(`/cases/${id}/${part}`);
    if (type === 'FREEZE') return { table: (await read<{ hash: string }>('insight')).body.hash };
    const [part, state = ''] = namesRev[kind]?.[type] ?? [];
    if (part === undefined || !states.includes(state)) return {};
    return { rev: (await read<{ rev: number }>(part)).body.rev };
  };

  /** One event by somebody: reads the case as they see it, and names its step and what it covers. */
  const act = async (
    agency: string,
    role: Role,
    id: string,
    type: string,
    fields: object = {},
  ): Promise<SeenCase> => {
    const seen = await see(agency, role, id);
    tell({ agency, role, kind: seen.kind, type, code: seen.code });
    return (await people.as(agency, role)).send<SeenCase>(
      'POST',
      `/cases/${id}/events`,
      { seq: seen.seq, event: { type, ...(await named(agency, role, seen, type)), ...fields } },
      { 'Idempotency-Key': `demo-${id}-${seen.seq}-${type}` },
    );
  };

  /** One edit, on the revision of `part` as it is now. */
  const edit = async (
    agency: string,
    role: Role,
    part: string,
    method: 'PUT' | 'PATCH' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ) => {
    const somebody = await people.as(agency, role);
    tell({ agency, role, ...editOf(path) });
    const { etag } = await somebody.get(part);
    return somebody.send<{ rev: number }>(method, path, body, { 'If-Match': etag ?? '' });
  };

  const start = async (agency: string, plural: string, name: string, body: object = {}) => {
    tell({ agency, role: 'officer', kind: plural.slice(0, -1), type: 'START', code: '' });
    return (await people.as(agency, 'officer')).send<SeenCase>(
      'POST',
      `/${plural}`,
      { round, ...body },
      { 'Idempotency-Key': `demo-start-${name}` },
    );
  };

  /** Replaces the whole draft. */
  const write = (agency: string, id: string, body: object) =>
    edit(agency, 'officer', `/cases/${id}/draft`, 'PUT', `/cases/${id}/draft`, body);

  const sendUp = async (agency: string, id: string) => {
    const { etag } = await (await people.as(agency, 'officer')).get(`/cases/${id}/draft`);
    return act(agency, 'officer', id, 'SEND_UP', { rev: Number((etag ?? '').replace(/\D/g, '')) });
  };

  /** From the draft to the issued paper, by the people of one agency. */
  const sendOut = async (agency: string, id: string, date: Day, signer: 'leader' | 'deputy' = 'leader') => {
    await sendUp(agency, id);
    await act(agency, 'unitHead', id, 'ENDORSE');
    await act(agency, signer, id, 'SIGN');
    return act(agency, 'clerk', id, 'ISSUE', { date });
  };

  return { see, act, edit, start, write, sendUp, sendOut };
};

/** Which part of which kind an edit's address changes. */
const editOf = (path: string) => {
  const type = path.includes('/review')
    ? 'EDIT_REVIEW'
    : path.includes('/appraisal')
      ? 'EDIT_APPRAISAL'
      : 'EDIT';
  return { kind: type === 'EDIT_APPRAISAL' ? 'consolidation' : 'estimate', type, code: '' };
};
