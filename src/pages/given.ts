import { randomUUID } from 'node:crypto';
import { dayOf } from '../../workflows/calendar.js';
import type { Money, Role } from '../../workflows/vocabulary.js';
import type { Attachments } from '../engine/attachments.js';
import type { Case, CaseRef, Clock, ContentStore, Person } from '../engine/ports.js';
import type { Agency, CaseQueries, Directory, Round } from '../engine/shared.js';
import type { Authentication } from '../http/authenticate.js';
import type { Inbox } from '../inbox/inbox.js';
import type { CaseEngine } from '../http/caseAccess.js';
import type { CaseLists } from '../http/caseListRoutes.js';
import type { KindApi } from '../http/kind.js';
import type { Outbox } from '../http/outboxRoutes.js';
import type { Papers } from '../http/paperRoutes.js';
import type { AnyRoute, Call } from '../http/route.js';
import type { Account } from '../people/accountRoutes.js';
import type { DelegationStore, TenantStore } from '../people/ports.js';
import type { Language } from '../wording.js';
import { withoutLanguage } from './addresses.js';
import { frameOf, type ErrorSummary, type Undo } from './frame.js';
import type { NoticeRow } from './inboxView.js';
import type { Authors, KeptForms } from './formOwner.js';
import { languageOf } from './language.js';
import { renderPage } from './render.js';
import type { Say } from './say.js';

/** Notices inside the application, as pages read them. */
export interface Notices {
  list(reader: Reader & { limit?: number }): Promise<{ readonly items: readonly NoticeRow[] }>;
  unread(reader: Reader): Promise<number>;
  markRead(reader: Reader, ids: readonly string[]): Promise<void>;
}
interface Reader {
  readonly tenant: string;
  readonly agency: string;
  readonly person: string;
  readonly roles: readonly (Role | 'administrator')[];
}

/** The accounts of the demonstration city, and their one password. */
export interface Demonstration {
  readonly password: string;
  readonly accounts: readonly { readonly desk: string; readonly usernames: readonly string[] }[];
}

/** What the pages are made from. */
export interface PagesGiven {
  /** Whose door an address is, and which cities there are. */
  readonly cities: Pick<TenantStore, 'at' | 'list'>;
  readonly delegations: Pick<DelegationStore, 'of'>;
  /** Where this city is the demonstration city, and never in production: how to sign in to it. */
  readonly demonstration: (city: string) => Promise<Demonstration | null>;
  readonly engine: CaseEngine;
  readonly kinds: readonly KindApi[];
  readonly contents: Pick<ContentStore, 'get'>;
  readonly lists: CaseLists;
  readonly cases: Pick<CaseQueries, 'loadMany'>;
  readonly directory: Directory;
  readonly rounds: { list(tenant: string): Promise<readonly Round[]> };
  readonly notices: Notices;
  readonly papers: Papers;
  readonly attachments: Attachments;
  readonly outbox: Pick<Outbox, 'dead' | 'deadKinds' | 'revive' | 'reviveAlike'> & {
    isWorking(ref: CaseRef): Promise<boolean>;
  };
  readonly retried: (
    person: Person,
    id: string,
    req: Call<unknown, unknown, unknown, Person>['req'],
  ) => Promise<void>;
  readonly authentication: Pick<Authentication, 'beginSession'>;
  readonly account: Pick<Account, 'changePassword' | 'signOut' | 'signOutEverywhere'>;
  readonly kept: KeptForms;
  /** Signs whose form it is. */
  readonly authors: Authors;
  readonly clock: Clock;
  readonly say: (language: Language) => Say;
  readonly inWords: (amount: Money) => string;
  /** Who can move a case on, as role @ agency. */
  readonly holdersOf: (found: Case) => Promise<readonly string[]>;
  /** What waits for somebody. */
  readonly inbox: Inbox;
}

type AnyCall = Pick<Call<unknown, unknown, unknown, Person | undefined>, 'req'>;

/** Renders a page of a call. */
export interface Shown {
  readonly template: string;
  readonly view: object;
  readonly title: string;
  /** Where it can be opened with GET; the address of the call unless told. */
  readonly here?: string;
  readonly status?: number;
  readonly notice?: string | null;
  readonly undo?: Undo | null;
  readonly errors?: ErrorSummary | null;
  /** The page is a form (`edit`) whose fields are saved before anything else on it leads away. */
  readonly isForm?: boolean;
}

/** What pages do alike. */
export const createPageTools = ({ say, clock, authors }: Pick<PagesGiven, 'say' | 'clock' | 'authors'>) => {
  const sayFor = ({ req }: AnyCall): Say => say(languageOf(req));
  return {
    sayFor,
    today: () => dayOf(clock.now()),
    show: async (
      call: AnyCall,
      { template, view, title, here, status, notice, undo, errors, isForm = false }: Shown,
    ) => {
      const { req } = call;
      const frame = frameOf({
        req,
        say: sayFor(call),
        title,
        here: here ?? withoutLanguage(req.originalUrl),
        notice: notice ?? null,
        undo: undo ?? null,
        errors: errors ?? null,
        isForm,
        author: req.signedIn ? authors.of(req.signedIn.person) : '',
      });
      return { html: await renderPage(template, frame, view), ...(status !== undefined && { status }) };
    },
  };
};
export type PageTools = ReturnType<typeof createPageTools>;

/** Names one showing of a form, so that sending it twice does it once. */
export const newKey = (): string => randomUUID();

export const agenciesOf = async (
  directory: Directory,
  tenant: string,
): Promise<ReadonlyMap<string, Agency>> =>
  new Map((await directory.agencies(tenant)).map((agency) => [agency.ref, agency]));

const html = { description: 'A page', contentType: 'text/html' };

/** What page routes answer with. */
export const pageResponses = { 200: html } as const;
/** A form leads on, or comes back with what is wrong with it. */
export const formResponses = {
  303: { description: 'Done; the page that shows it' },
  400: html,
  401: html,
  403: html,
  409: html,
  412: html,
  413: html,
  422: html,
  429: html,
} as const;
export const group = 'Pages';
export type PageRoutes = readonly AnyRoute[];
