import { setTimeout as pause } from 'node:timers/promises';
import Joi from 'joi';
import { ask } from '../../workflows/registry.js';
import type { DocumentNumber } from '../../workflows/vocabulary.js';
import { parts, type Case, type Part, type Person } from '../engine/ports.js';
import { topOf } from '../engine/shared.js';
import { fault, Refusal } from '../errors.js';
import { attach, eventsWithFile, longestAttachment } from '../http/attaching.js';
import { caseParams, kindOf, type CaseParams } from '../http/caseAccess.js';
import { namesOf } from '../http/kind.js';
import { parseValue } from '../http/parse.js';
import { papersOn } from '../http/paperRoutes.js';
import { route, type Call } from '../http/route.js';
import { actFields, eventOf, placedElsewhere } from './actFields.js';
import { partyNames, statePathOf } from './caseShell.js';
import type { CaseShow } from './caseShow.js';
import { findingHref, findingsView } from './findingsView.js';
import type { ContentPage } from './contentPages.js';
import { formRoute, type FormPage } from './formPage.js';
import { nested, readForm, textOf, type Typed } from './form.js';
import {
  formResponses,
  group,
  newKey,
  pageResponses,
  type PagesGiven,
  type PageRoutes,
  type PageTools,
} from './given.js';
import { documentsView, historyView, previewLinks } from './historyView.js';
import type { EstimateDraftBody } from './lineFields.js';
import { findingsOf, type Loaded, type Reads } from './loadCase.js';
import { actsView, scanId, type Refused } from './overviewView.js';
import { eventText, stateText } from './say.js';
import { refusalOrThrow, refusalShown } from './refusalShown.js';
import { numberText, summaryView } from './summaryView.js';

const asForm = Joi.object().unknown();
/** So long a step waits for what it gave rise to before its page is shown; what then is still due is told, ms. */
const patience = 1500;
type MemberCall = Pick<Call<unknown, unknown, unknown, Person>, 'req' | 'person'>;

/** A case: what it is, what can be done, what happened, and its papers. */
export const casePages = (
  given: PagesGiven,
  { sayFor }: PageTools,
  reads: Reads,
  showCase: CaseShow,
  contentPage: ContentPage,
): PageRoutes => {
  const { engine, kinds, papers, attachments, outbox, clock } = given;

  /** Waits a moment for what a step gave rise to: whoever took it sees the list or the paper that it made. */
  const settle = async (found: Case): Promise<void> => {
    for (const until = Date.now() + patience; Date.now() < until; await pause(100))
      if (!(await outbox.isWorking(found))) return;
  };

  /** The words of what was done, for the notice on the page that a form leads to. */
  const noticeOf = (call: MemberCall, { found, view }: Loaded, done: string | undefined): string | null => {
    const say = sayFor(call);
    if (done === undefined) return null;
    const state = stateText(say, found.kind, statePathOf(ask(found).paths));
    if (done === 'START') return say('pages:act.started', { code: found.code });
    if (done === 'ATTACHED') return say('pages:attach.done');
    if (done === 'SAVED') return say('pages:act.saved');
    if (!Object.hasOwn(kindOf(kinds, found).events, done)) return null;
    const told = say('pages:act.done', { event: eventText(say, found, done), state });
    const issued = (view.appraisalIssued ?? view.issued) as DocumentNumber | null;
    const number = done === 'ISSUE' ? numberText(issued, say) : null;
    return number === null ? told : `${told} ${say('pages:act.doneNumber', { number })}`;
  };

  const overview = async (
    call: MemberCall,
    loaded: Loaded,
    {
      done,
      refused,
      refusal,
      attaching = false,
    }: {
      done?: string | undefined;
      /** Of an event: what was typed for it, and stays. */
      refused?: Refused;
      refusal?: Refusal;
      /** Not the event was refused, but the file for it. */
      attaching?: boolean;
    } = {},
  ) => {
    const say = sayFor(call);
    const { found, person, view, round, agencies } = loaded;
    const part = frozenPartOf(found);
    const { consolidation } = found.context as { consolidation?: string | null };
    const [options, actGiven, insight, draft, seenPapers, seesTable, shares] = await Promise.all([
      engine.options({ person, found }),
      reads.actContext(loaded),
      reads.insightOf(person, found),
      part ? reads.draftOf(person, found, part) : null,
      reads.papersOf(person, found),
      consolidation ? reads.sees(person, consolidation) : false,
      reads.sharesOf(person, found),
    ]);
    const partyName = partyNames(found, agencies);
    const mine =
      found.kind === 'estimate' && person.agency === found.owner && ask(found).tags.has('editable:content');
    const hrefOf = findingHref(found.id, mine ? (draft?.body as EstimateDraftBody | undefined) : null);
    const shown =
      refusal &&
      refusalShown(refusal, {
        fields: attaching
          ? [
              { name: 'file', label: say('pages:attach.label') },
              { name: 'fileName', label: say('fieldName.fileName') },
            ]
          : refused
            ? actFields(refused.event, actGiven, say)
            : [],
        form: refused?.event ?? 'attach',
        eventText: (event) => eventText(say, found, event),
        partyName,
        findingHref: hrefOf,
        say,
      });
    const again =
      refused &&
      (attaching
        ? { ...refused, fileError: shown?.errors.get('file') ?? shown?.errors.get('fileName') }
        : { ...refused, errors: shown?.errors ?? refused.errors });
    const acts = actsView({
      found,
      options,
      given: actGiven,
      seen: () => ({
        hash: ask(found).covered,
        rev: draft?.rev,
        table: insight?.hash as string | undefined,
      }),
      names: (event) => {
        const schema = kindOf(kinds, found).events[event];
        return schema ? namesOf(schema) : [];
      },
      takesFile: (event) => eventsWithFile(kindOf(kinds, found)).includes(event),
      key: newKey,
      partyName,
      refused: again,
      say,
    });
    const lineName = (id: string) => actGiven.lines.find(({ value }) => value === id)?.text ?? id;
    const words = say.group('overview');
    const totals = insight?.totals as { grandTotal: number } | null | undefined;
    const isFinance = person.agency === found.context.parties.appraiser && person.roles.includes('officer');
    return showCase(call, loaded, {
      tab: 'overview',
      template: 'overview',
      sum: totals ? { name: 'requested', amount: totals.grandTotal } : loaded.sum,
      status: refusal?.status,
      notice: noticeOf(call, loaded, done),
      errors: shown
        ? {
            title:
              refused && !attaching
                ? say('pages:act.refused', { event: eventText(say, found, refused.event) })
                : say('pages:attach.refused'),
            lines:
              attaching && refused
                ? shown.lines.map((line) => ({ ...line, href: `#${scanId(refused.event)}` }))
                : shown.lines,
          }
        : null,
      view: {
        words,
        facts: summaryView(
          found,
          view,
          { round: round?.name ?? found.round, lineName, seesTable, shares },
          say,
        ),
        acts,
        previews: previewLinks(found, seenPapers, say),
        nothingOpen: acts.open.length === 0,
        findings: findingsView(findingsOf(insight), { hrefOf, here: `/cases/${found.id}`, say }),
        adjust:
          isFinance && found.kind === 'allocation' && ['approved', 'assigned'].includes(topOf(found))
            ? `/cases/new/allocation?adjusts=${found.id}`
            : null,
      },
    });
  };

  const eventForm: FormPage<CaseParams & { event: string }> = async (call, stopped) => {
    const { person, params, body, key } = call;
    const loaded = await reads.load(person, params.id);
    const { found } = loaded;
    const { event } = params;
    const kind = kindOf(kinds, found);
    const schema = Object.hasOwn(kind.events, event) ? kind.events[event] : undefined;
    if (!schema) throw new Refusal('NOT_FOUND', { event });
    if (textOf(body, 'act') === 'again' && !stopped) {
      const refused = { event, typed: body, errors: new Map<string, string>() };
      return placedElsewhere.has(event)
        ? contentPage(call, loaded, { refused })
        : overview(call, loaded, { refused });
    }
    try {
      if (stopped) throw stopped;
      const fields = actFields(event, await reads.actContext(loaded), sayFor(call));
      const { values, faults } = readForm(fields, body);
      // A file that was only chosen does not come with the form, but its name does.
      const chosen = textOf(body, 'scan');
      const unattached = chosen === '' ? [] : [fault('event.file', 'file.notAttached', { found: chosen })];
      const wrong = [...faults, ...unattached];
      if (wrong.length > 0) throw new Refusal('BAD_INPUT', { faults: wrong });
      const asked = { ...nested(eventOf(values)), ...carried(body, event) };
      const parsed = parseValue<object>(schema, asked, 'event');
      const seq = Number(textOf(body, 'seq'));
      await engine.send({ person, caseId: found.id, seq, event: { ...parsed, type: event }, key });
      await settle(found);
      const back = placedElsewhere.has(event) ? `/cases/${found.id}/content` : `/cases/${found.id}`;
      return { redirect: `${back}?done=${event}` };
    } catch (error) {
      const refusal = refusalOrThrow(error);
      // The case may have moved on meanwhile: what is open is told as it is now.
      const now = refusal.code === 'STALE_CASE' ? await reads.load(person, params.id) : loaded;
      const refused = { event, typed: body, errors: new Map<string, string>() };
      return placedElsewhere.has(event)
        ? contentPage(call, now, { refused, refusal })
        : overview(call, now, { refused, refusal });
    }
  };

  /** Attaches what the form of an event carries, and shows the form again: the file is one of its fields. */
  const attachForm: FormPage<CaseParams> = async (call, stopped) => {
    const { person, params, body, upload } = call;
    const { act = '', scan: _scan, ...typed } = body;
    const refused = { event: textOf(body, 'act'), typed, errors: new Map<string, string>() };
    try {
      if (stopped) throw stopped;
      const given = { engine, kinds, attachments, clock };
      const { file } = await attach(given, { person, caseId: params.id, upload });
      if (act === '') return { redirect: `/cases/${params.id}?done=ATTACHED` };
      const chosen = { ...refused, typed: { ...refused.typed, file: file.hash } };
      return await overview(call, await reads.load(person, params.id), {
        done: 'ATTACHED',
        refused: chosen,
      });
    } catch (error) {
      const refusal = refusalOrThrow(error);
      const loaded = await reads.load(person, params.id);
      return overview(call, loaded, { refusal, attaching: true, ...(act !== '' && { refused }) });
    }
  };

  return [
    route<CaseParams, { done?: string }, unknown, 'member'>({
      method: 'get',
      path: '/cases/:id',
      access: 'member',
      scope: 'read',
      group,
      summary: 'A case, and what can be done',
      schemas: { params: caseParams, query: Joi.object({ done: Joi.string().pattern(/^[A-Z_]{1,40}$/) }) },
      responses: pageResponses,
      handler: async (call) =>
        overview(call, await reads.load(call.person, call.params.id), { done: call.query.done }),
    }),
    route<CaseParams, unknown, unknown, 'member'>({
      method: 'get',
      path: '/cases/:id/history',
      access: 'member',
      scope: 'read',
      group,
      summary: 'What happened to a case',
      schemas: { params: caseParams },
      responses: pageResponses,
      handler: async (call) => {
        const loaded = await reads.load(call.person, call.params.id);
        const entries = await engine.history({ person: call.person, caseId: loaded.found.id });
        const view = historyView(loaded.found, entries, loaded.agencies, sayFor(call));
        return showCase(call, loaded, { tab: 'history', template: 'history', view });
      },
    }),
    route<CaseParams, unknown, unknown, 'member'>({
      method: 'get',
      path: '/cases/:id/documents',
      access: 'member',
      scope: 'read',
      group,
      summary: 'The papers of a case',
      schemas: { params: caseParams },
      responses: pageResponses,
      handler: async (call) => {
        const loaded = await reads.load(call.person, call.params.id);
        const say = sayFor(call);
        const [made, attached, seen] = await Promise.all([
          papersOn({ kinds, papers }, loaded.found),
          attachments.list(loaded.found),
          reads.papersOf(call.person, loaded.found),
        ]);
        const view = documentsView(
          loaded.found,
          { made, attached, previews: previewLinks(loaded.found, seen, say) },
          say,
        );
        return showCase(call, loaded, { tab: 'documents', template: 'documents', view });
      },
    }),
    formRoute<CaseParams>({
      method: 'post',
      path: '/cases/:id/attachments',
      access: 'member',
      scope: 'write',
      group,
      bodyType: 'fileForm',
      bodyLimit: String(longestAttachment),
      summary: 'Attach a file that an event names',
      schemas: { params: caseParams, body: asForm },
      responses: formResponses,
      form: attachForm,
    }),
    formRoute<CaseParams & { event: string }>({
      method: 'post',
      path: '/cases/:id/events/:event',
      access: 'member',
      scope: 'write',
      keyed: true,
      group,
      bodyType: 'form',
      bodyLimit: '4mb',
      summary: 'Ask a case to move',
      schemas: {
        params: caseParams.keys({
          event: Joi.string()
            .pattern(/^[A-Z_]{1,40}$/)
            .required(),
        }),
        body: asForm,
      },
      responses: formResponses,
      form: eventForm,
    }),
  ];
};

/** The part that the next step of a case would freeze, while it is edited. */
const frozenPartOf = (found: Case): Part | undefined =>
  found.status === 'active' ? parts.find((part) => ask(found).tags.has(`editable:${part}`)) : undefined;

/** What a form carries that nobody typed: what the page was made from. */
const carried = (body: Typed, event: string): Record<string, unknown> => {
  const hash = textOf(body, 'hash');
  const rev = textOf(body, 'rev');
  const table = textOf(body, 'table');
  const groupId = textOf(body, 'group');
  const ids = body.ids;
  return {
    ...(hash !== '' && { hash }),
    ...(table !== '' && { table }),
    ...(/^\d{1,9}$/.test(rev) && { rev: Number(rev) }),
    ...(groupId !== '' && { group: groupId }),
    ...((event === 'ADD' || event === 'REMOVE') && {
      ids: ids === undefined ? [] : Array.isArray(ids) ? ids : [ids],
    }),
  };
};
