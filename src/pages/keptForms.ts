import type { Request } from 'express';
import Joi from 'joi';
import type { Person } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import type { SentForm } from '../http/mount.js';
import { route, type Answer } from '../http/route.js';
import { idShape } from '../http/shapes.js';
import { openable } from './addresses.js';
import { textOf } from './form.js';
import type { FormOwner, KeptForm } from './formOwner.js';
import { isFormRoute, type FormRoute } from './formPage.js';
import { group, pageResponses, type PagesGiven, type PageRoutes, type PageTools } from './given.js';

const ownerOf = ({ tenant, id }: Person): FormOwner => ({ tenant, username: id });

/** Why a form that comes back was not carried out. */
const expired = () => new Refusal('CSRF_TOKEN_INVALID');

/** What a form says, without what it carries to prove whose it is. */
const fieldsOf = ({ _csrf, _key, _for, ...fields }: SentForm['body']) => ({ fields, _for });

/**
 * Forms that came with no session, or with the proof of another one, or with what no form takes. Nothing is carried
 * out: the same person finds the form again, filled, with a fresh proof, at once or after signing in; nobody else
 * ever sees it.
 * @param routeOf the form of a path
 */
export const createKeptForms = (
  { kept, authors }: Pick<PagesGiven, 'kept' | 'authors'>,
  { show, sayFor }: PageTools,
  routeOf: (path: string) => FormRoute | undefined,
) => {
  /** The form filled; where its page is not there any more, what was typed as a list. */
  const shownAgain = async (
    req: Request,
    person: Person,
    { path, params, body }: KeptForm,
    why: Refusal = expired(),
  ): Promise<Answer> => {
    const call = { req, person, params, body, key: '' } as never;
    try {
      const form = routeOf(path);
      if (form) return await form.again(call, why);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    const say = sayFor({ req });
    const words = say.group('kept');
    const typed = Object.entries(body)
      .filter(([name]) => !['was', 'act', 'seq', 'hash', 'rev', 'group'].includes(name))
      .map(([name]) => ({
        name: say.t(`findings:field.${name.split('.').at(-1)}`, { defaultValue: name }),
        value: textOf(body, name),
      }))
      .filter(({ value }) => value !== '');
    return show({ req }, { template: 'kept', title: words.gone ?? '', here: '/', view: { words, typed } });
  };

  const routes: PageRoutes = [
    route<{ id: string }, unknown, unknown, 'member'>({
      method: 'get',
      path: '/kept/:id',
      access: 'member',
      scope: 'read',
      group,
      summary: 'A form that was sent after its session had ended, filled again',
      schemas: { params: Joi.object({ id: idShape.required() }) },
      responses: pageResponses,
      handler: async ({ person, params, req }) => {
        const found = await kept.open(ownerOf(person), params.id);
        if (!found) throw new Refusal('NOT_FOUND', { form: params.id });
        return { ...(await shownAgain(req, person, found)), status: 200 };
      },
    }),
  ];

  return {
    routes,

    /** Where somebody who signed in goes on: to what they had typed when their session ended. */
    waitingFor: async (person: Person): Promise<string | null> => {
      const id = await kept.newest(ownerOf(person));
      return id && `/kept/${id}`;
    },

    /**
     * A form that was stopped for want of a session or of its proof.
     * @returns what answers it; null: there is nothing to keep
     */
    stopped: async (req: Request, { route: declared, params, body }: SentForm): Promise<Answer | null> => {
      const { fields, _for } = fieldsOf(body);
      const owner = authors.read(typeof _for === 'string' ? _for : '');
      if (!owner || !isFormRoute(declared)) return null;
      const form: KeptForm = { path: declared.path, params, body: fields };
      const person = req.signedIn?.person;
      const isTheirs = person?.tenant === owner.tenant && person.id === owner.username;
      if (person && isTheirs) return shownAgain(req, person, form);
      const isKept = await kept.keep(owner, form);
      if (person) return null;
      const next = encodeURIComponent(openable(req.originalUrl));
      return { redirect: `/sign-in?next=${next}&done=${isKept ? 'kept' : 'lost'}` };
    },

    /**
     * A form of somebody signed in that was refused before its own page had read it.
     * @returns what answers it; null: it is no form that can be shown again
     */
    refused: async (
      req: Request,
      { route: declared, params, body }: SentForm,
      why: Refusal,
    ): Promise<Answer | null> => {
      const person = req.signedIn?.person;
      if (!person || !isFormRoute(declared)) return null;
      return shownAgain(req, person, { path: declared.path, params, body: fieldsOf(body).fields }, why);
    },
  };
};
export type KeptFormPages = ReturnType<typeof createKeptForms>;
