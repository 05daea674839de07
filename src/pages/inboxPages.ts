import Joi from 'joi';
import { kinds as kindNames, type Kind } from '../../workflows/vocabulary.js';
import type { Person } from '../engine/ports.js';
import { rolesOf, type Waiting } from '../inbox/inbox.js';
import { badInput, Refusal } from '../errors.js';
import type { CaseRow } from '../http/caseListRoutes.js';
import { route } from '../http/route.js';
import { idShape, kindShape } from '../http/shapes.js';
import { dayText } from './figures.js';
import { formRoute, type FormPage } from './formPage.js';
import { fieldView, textOf, type Field, type Typed } from './form.js';
import {
  formResponses,
  group,
  newKey,
  pageResponses,
  type PagesGiven,
  type PageRoutes,
  type PageTools,
} from './given.js';
import { inboxTabs, inboxView, rowView, type InboxTab } from './inboxView.js';
import { refusalOrThrow, refusalShown } from './refusalShown.js';

const asForm = Joi.object().unknown();
const pageSize = 50;

const readerOf = (person: Person) => ({
  tenant: person.tenant,
  agency: person.agency,
  person: person.id,
  roles: [...rolesOf(person), ...(person.administrator ? (['administrator'] as const) : [])],
});

/** What waits, what there is, and beginning something new. */
export const inboxPages = (given: PagesGiven, { show, sayFor, today }: PageTools): PageRoutes => {
  const { engine, lists, directory, rounds, notices, inbox } = given;

  /** Which kinds somebody may begin: an officer, by what their agency is. */
  const startsOf = async (person: Person): Promise<Kind[]> => {
    if (!rolesOf(person).includes('officer')) return [];
    const agency = await directory.agency(person.tenant, person.agency);
    return kindNames.filter(
      (kind) =>
        (kind === 'estimate' && agency?.submits) ||
        (kind === 'consolidation' && agency?.part === 'scienceAndTechnology') ||
        (kind === 'allocation' && agency?.part === 'finance'),
    );
  };

  const startPage = async (
    call: Parameters<typeof show>[0] & { person: Person },
    kind: Kind,
    { typed, refusal, adjusts }: { typed?: Typed; refusal?: Refusal; adjusts?: string } = {},
  ) => {
    const say = sayFor(call);
    const words = say.group('start');
    const day = today();
    const open = (await rounds.list(call.person.tenant)).filter(({ opens }) => opens <= day);
    const field: Field = {
      name: 'round',
      as: 'radio',
      label: words.round ?? '',
      choices: open.map(({ id, name, opens, deadlines }) => ({
        value: id,
        text: say('pages:start.roundDates', { name, opens, due: deadlines.department }),
      })),
      value: open[0]?.id,
    };
    const shown = refusal && refusalShown(refusal, { fields: [field], form: 'start', say });
    const heading = say(`pages:start.${kind}`);
    return show(call, {
      template: 'start',
      title: heading,
      here: `/cases/new/${kind}`,
      ...(refusal && { status: refusal.status }),
      errors: shown ? { title: words.refused ?? '', lines: shown.lines } : null,
      view: {
        words,
        heading,
        action: `/cases/new/${kind}`,
        key: newKey(),
        adjusts,
        fields: adjusts ? [] : [fieldView(field, 'start', { typed, errors: shown?.errors })],
        today: dayText(today()),
      },
    });
  };

  const startForm: FormPage<{ kind: Kind }> = async (call, stopped) => {
    const { person, params, body, key } = call;
    const adjusts = textOf(body, 'adjusts');
    try {
      if (stopped) throw stopped;
      const round = textOf(body, 'round');
      if (round === '' && adjusts === '')
        throw badInput([{ path: 'round', code: 'any.required', params: {} }]);
      const input = adjusts === '' ? { round } : { adjusts };
      const { id } = await engine.start({ person, kind: params.kind, input, key });
      return { redirect: `/cases/${id}?done=START` };
    } catch (error) {
      const refusal = refusalOrThrow(error);
      return startPage(call, params.kind, { typed: body, refusal, ...(adjusts && { adjusts }) });
    }
  };

  return [
    route<unknown, { tab: InboxTab; after?: string }, unknown, 'member'>({
      method: 'get',
      path: '/inbox',
      access: 'member',
      scope: 'read',
      group,
      summary: 'What waits for me, by deadline',
      schemas: {
        query: Joi.object({
          tab: Joi.valid(...inboxTabs).default('waiting'),
          after: Joi.string().max(300),
          done: Joi.string().max(40),
        }),
      },
      responses: pageResponses,
      handler: async (call) => {
        const { person, query } = call;
        const { tenant, agency } = person;
        const say = sayFor(call);
        const now = today();
        const { tab, after } = query;
        const isWaiting = tab === 'waiting' || tab === 'overdue';
        const [first, listed, unread, told, starts] = await Promise.all([
          inbox(person, { limit: pageSize }),
          isWaiting && after !== undefined
            ? inbox(person, { after, limit: pageSize })
            : tab === 'agency'
              ? lists.list({ tenant, ...(!person.auditor && { agency }), after, limit: pageSize })
              : null,
          notices.unread(readerOf(person)),
          tab === 'notices' ? notices.list({ ...readerOf(person), limit: pageSize }) : null,
          startsOf(person),
        ]);
        const page = listed ?? first;
        // By deadline: those that are late come first.
        const late = (rows: readonly CaseRow[]) => rows.filter(({ due }) => due !== null && due < now);
        const rows: readonly (CaseRow & Partial<Waiting>)[] =
          tab === 'overdue' ? late(page.items) : page.items;
        const isMore = page.next !== null && (tab !== 'overdue' || rows.length === page.items.length);
        const count = (shown: readonly CaseRow[], more: boolean) => `${shown.length}${more ? '+' : ''}`;
        const view = inboxView({
          tab,
          rows,
          todos: new Map(
            rows.flatMap((row) => (row.todo === undefined ? [] : [[row.case, row.todo] as const])),
          ),
          next: isMore ? page.next : null,
          counts: {
            waiting: count(first.items, first.next !== null),
            overdue: count(
              late(first.items),
              first.next !== null && late(first.items).length === first.items.length,
            ),
            notices: String(unread),
          },
          notices: told?.items ?? [],
          starts,
          today: now,
          say,
        });
        return show(call, { template: 'inbox', title: view.heading, view });
      },
    }),
    route<unknown, unknown, Typed, 'member'>({
      method: 'post',
      path: '/inbox/notices',
      access: 'member',
      scope: 'write',
      group,
      bodyType: 'form',
      summary: 'Tick notices off',
      schemas: { body: asForm },
      responses: formResponses,
      handler: async ({ person, body }) => {
        const ids = textOf(body, 'ids').split(' ').filter(Boolean).slice(0, 100);
        await notices.markRead(readerOf(person), ids);
        return { redirect: '/inbox?tab=notices' };
      },
    }),
    route<unknown, { after?: string; kind?: Kind }, unknown, 'member'>({
      method: 'get',
      path: '/cases',
      access: 'member',
      scope: 'read',
      group,
      summary: 'The cases that my agency has a part in; all of them for the auditor',
      schemas: { query: Joi.object({ after: Joi.string().max(300), kind: kindShape.empty('') }) },
      responses: pageResponses,
      handler: async (call) => {
        const { person, query } = call;
        const say = sayFor(call);
        const words = say.group('cases');
        const asked = {
          tenant: person.tenant,
          ...(!person.auditor && { agency: person.agency }),
          ...query,
          limit: pageSize,
        };
        const { items, next } = await lists.list(asked);
        const kind = query.kind;
        return show(call, {
          template: 'cases',
          title: words.heading ?? '',
          view: {
            words,
            filter: fieldView(
              {
                name: 'kind',
                as: 'select',
                label: words.kind ?? '',
                choices: kindNames.map((value) => ({ value, text: say(`pages:kind.${value}`) })),
                value: kind,
              },
              'filter',
            ),
            rows: items.map((row) => rowView(row, null, today(), say)),
            more:
              next === null ? null : `/cases?after=${encodeURIComponent(next)}${kind ? `&kind=${kind}` : ''}`,
          },
        });
      },
    }),
    route<{ kind: Kind }, { adjusts?: string }, unknown, 'member'>({
      method: 'get',
      path: '/cases/new/:kind',
      access: 'member',
      scope: 'read',
      group,
      summary: 'Begin a case: which round it is for',
      schemas: {
        params: Joi.object({ kind: kindShape.required() }),
        query: Joi.object({ adjusts: idShape }),
      },
      responses: pageResponses,
      handler: async (call) => {
        const { person, params, query } = call;
        if (!(await startsOf(person)).includes(params.kind)) {
          throw new Refusal('NOT_PERMITTED', { event: 'START', permits: ['officer@owner'] });
        }
        return startPage(call, params.kind, query.adjusts === undefined ? {} : { adjusts: query.adjusts });
      },
    }),
    formRoute<{ kind: Kind }>({
      method: 'post',
      path: '/cases/new/:kind',
      access: 'member',
      scope: 'write',
      keyed: true,
      group,
      bodyType: 'form',
      summary: 'Begin a case',
      schemas: { params: Joi.object({ kind: kindShape.required() }), body: asForm },
      responses: formResponses,
      form: startForm,
    }),
  ];
};
