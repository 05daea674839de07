import Joi from 'joi';
import { Refusal } from '../errors.js';
import { route } from '../http/route.js';
import { momentText } from './figures.js';
import { textOf, type Typed } from './form.js';
import {
  formResponses,
  group,
  pageResponses,
  type PagesGiven,
  type PageRoutes,
  type PageTools,
} from './given.js';

const most = 100;

/** What was given up until a person looks: a list, and trying again. */
export const deadLetterPages = ({ outbox, retried }: PagesGiven, { show, sayFor }: PageTools): PageRoutes => [
  route<unknown, { done?: string }, unknown, 'overseer'>({
    method: 'get',
    path: '/admin/dead-letters',
    access: 'overseer',
    scope: 'read',
    group,
    summary: 'What was given up until a person looks',
    schemas: { query: Joi.object({ done: Joi.valid('RETRIED') }) },
    responses: pageResponses,
    handler: async (call) => {
      const { person, query } = call;
      const say = sayFor(call);
      const words = say.group('deadLetters');
      const [letters, kinds] = await Promise.all([
        outbox.dead(person.tenant, { limit: most }),
        outbox.deadKinds(person.tenant),
      ]);
      return show(call, {
        template: 'deadLetters',
        title: words.heading ?? '',
        notice: query.done ? (words.retried ?? null) : null,
        view: {
          words,
          mayRetry: person.administrator,
          kinds: kinds.map(({ intent, cause, count, since }) => ({
            intent,
            cause,
            count,
            since: momentText(since),
            what: say(`pages:deadLetters.type.${intent}`),
            retry: say('pages:deadLetters.retryAll', { count }),
          })),
          rows: letters.map(({ id, case: of, intent, at, tries, error }) => ({
            id,
            case: of,
            intent: say(`pages:deadLetters.type.${intent.type}`),
            at: momentText(at),
            tries,
            error: error ?? '',
          })),
        },
      });
    },
  }),
  route<unknown, unknown, Typed, 'administrator'>({
    method: 'post',
    path: '/admin/dead-letters',
    access: 'administrator',
    scope: 'admin',
    group,
    bodyType: 'form',
    summary: 'Try again what was given up',
    schemas: { body: Joi.object().unknown() },
    responses: formResponses,
    handler: async ({ person, body, req }) => {
      const id = textOf(body, 'id').slice(0, 300);
      const alike = {
        intent: textOf(body, 'intent').slice(0, 50),
        cause: textOf(body, 'cause').slice(0, 200),
      };
      const revived = id
        ? Number(await outbox.revive(person.tenant, id))
        : await outbox.reviveAlike(person.tenant, alike);
      const about = id || `${alike.intent} × ${revived}: ${alike.cause}`;
      if (revived === 0) throw new Refusal('NOT_FOUND', { id: about });
      await retried(person, about, req);
      return { redirect: '/admin/dead-letters?done=RETRIED' };
    },
  }),
];
