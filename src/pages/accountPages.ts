import Joi from 'joi';
import type { Person } from '../engine/ports.js';
import { badInput, Refusal } from '../errors.js';
import { route } from '../http/route.js';
import { safeNext } from './addresses.js';
import { delegationsView } from './delegationsView.js';
import { fieldView, textOf, type Field, type Typed } from './form.js';
import {
  formResponses,
  group,
  pageResponses,
  type PagesGiven,
  type PageRoutes,
  type PageTools,
} from './given.js';
import type { KeptFormPages } from './keptForms.js';
import { refusalOrThrow, refusalShown } from './refusalShown.js';
import type { Say } from './say.js';

const asForm = Joi.object().unknown();
const ways = Joi.object({
  username: Joi.string().max(200),
  next: Joi.string().allow('').max(500),
  done: Joi.valid('signedOut', 'passwordChanged', 'kept', 'lost', 'expired'),
});

/** Coming in, going out, and one's own password. */
export const accountPages = (
  { authentication, account, cities, delegations, demonstration }: PagesGiven,
  { show, sayFor, today }: PageTools,
  kept: Pick<KeptFormPages, 'waitingFor'>,
): PageRoutes => {
  type Showing = Parameters<typeof show>[0];

  /** How to sign in to the demonstration city: each account leads to this page with its name filled in. */
  const accountsView = async (call: Showing, city: string, next: string) => {
    const known = await demonstration(city);
    const say = sayFor(call);
    return (
      known && {
        password: say('pages:signIn.demonstrationPassword', { password: known.password }),
        rows: known.accounts.map(({ desk, usernames }) => ({
          desk: say(`pages:desk.${desk}`),
          accounts: usernames.map((username) => ({
            username,
            href: `/sign-in?${new URLSearchParams({ next, username }).toString()}`,
          })),
        })),
      }
    );
  };

  /** At an address of no city of several somebody says which is theirs. */
  const cityField = async (say: Say): Promise<Field | null> => {
    const choices = (await cities.list()).map(({ id, name }) => ({ value: id, text: name }));
    return choices.length > 0
      ? { name: 'tenant', as: 'select', label: say('pages:signIn.city'), choices }
      : null;
  };

  const signInPage = async (
    call: Showing,
    {
      next,
      done,
      username = '',
      tenant = '',
      refusal,
    }: { next: string; done?: string; username?: string; tenant?: string; refusal?: Refusal },
  ) => {
    const say = sayFor(call);
    const { otherCity } = call.req;
    const here = await cities.at(call.req.hostname);
    const city = here ? null : await cityField(say);
    const shown = refusal && refusalShown(refusal, { fields: city ? [city] : [], form: 'signIn', say });
    const words = say.group('signIn');
    const notices = [otherCity && say('error.OTHER_CITY', { ...otherCity }), done && words[done]].filter(
      Boolean,
    );
    return show(call, {
      template: 'signIn',
      title: words.heading ?? '',
      here: next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`,
      view: {
        words,
        next,
        username,
        city: city && fieldView(city, 'signIn', { typed: { tenant }, errors: shown?.errors }),
        demonstration: here && (await accountsView(call, here.id, next)),
      },
      ...(refusal && { status: refusal.status }),
      notice: notices.join(' ') || null,
      errors: shown
        ? {
            title: words.failed ?? '',
            lines: shown.lines.map(({ text, href }) => ({ text, href: href ?? '#username' })),
          }
        : null,
    });
  };

  const passwordFields = (call: Showing): Field[] => {
    const say = sayFor(call);
    return ['currentPassword', 'newPassword', 'repeatedPassword'].map((name) => ({
      name,
      as: 'text',
      label: say(`pages:account.${name}`),
      ...(name === 'newPassword' && { hint: say('pages:account.newPasswordHint') }),
    }));
  };
  const accountPage = async (
    call: Showing & { readonly person: Person },
    { refusal, done }: { refusal?: Refusal; done?: string } = {},
  ) => {
    const say = sayFor(call);
    const { person } = call;
    const theirs = await delegations.of(person.tenant, person.id, today());
    const words = say.group('account');
    const fields = passwordFields(call);
    const shown = refusal && refusalShown(refusal, { fields, form: 'password', say });
    const mustChange = call.req.signedIn?.mustChange ?? false;
    return show(call, {
      template: 'account',
      title: words.heading ?? '',
      here: '/account',
      ...(refusal && { status: refusal.status }),
      notice: done === 'passwordChanged' ? (words.changed ?? null) : null,
      errors: shown ? { title: words.notChanged ?? '', lines: shown.lines } : null,
      view: {
        words,
        mustChange,
        username: person.id,
        delegations: delegationsView(theirs, person, today(), say),
        // Passwords are never shown again, whatever was wrong.
        fields: fields.map((field) => ({
          ...fieldView(field, 'password', { errors: shown?.errors }),
          autocomplete: field.name === 'currentPassword' ? 'current-password' : 'new-password',
        })),
      },
    });
  };

  return [
    route({
      method: 'get',
      path: '/',
      access: 'public',
      scope: 'none',
      group,
      summary: 'To where one works',
      responses: { 303: { description: 'To the inbox, or to sign in' } },
      handler: ({ person, req }) => {
        if (!person) return Promise.resolve({ redirect: '/sign-in' });
        if (req.signedIn?.mustChange) return Promise.resolve({ redirect: '/account' });
        const member = person.roles.length > 0 || person.delegations.length > 0;
        return Promise.resolve({
          redirect: member ? '/inbox' : person.auditor ? '/cases' : '/admin/dead-letters',
        });
      },
    }),
    route<unknown, { next?: string; done?: string; username?: string }, unknown, 'public'>({
      method: 'get',
      path: '/sign-in',
      access: 'public',
      scope: 'none',
      group,
      summary: 'Sign in',
      schemas: { query: ways },
      responses: { ...pageResponses, 303: { description: 'Signed in already' } },
      handler: async (call) => {
        const next = safeNext(call.query.next);
        if (call.person) return { redirect: next };
        const { done, username } = call.query;
        return signInPage(call, {
          next,
          ...(done !== undefined && { done }),
          ...(username !== undefined && { username }),
        });
      },
    }),
    route<unknown, unknown, Typed, 'public'>({
      method: 'post',
      path: '/sign-in',
      access: 'public',
      scope: 'none',
      group,
      bodyType: 'form',
      bodyLimit: '10kb',
      summary: 'Sign in',
      schemas: { body: asForm },
      responses: formResponses,
      handler: async (call) => {
        const { body, req } = call;
        const next = safeNext(textOf(body, 'next'));
        const username = textOf(body, 'username');
        const tenant = textOf(body, 'tenant');
        try {
          req.body = { username, password: textOf(body, 'password'), ...(tenant !== '' && { tenant }) };
          if (username === '' || textOf(body, 'password') === '') throw new Refusal('SIGN_IN_FAILED');
          await authentication.beginSession(req);
          const { person, mustChange } = req.signedIn ?? {};
          if (!person || mustChange) return { redirect: '/account' };
          return { redirect: (await kept.waitingFor(person)) ?? next };
        } catch (error) {
          return await signInPage(call, {
            next,
            username: username.slice(0, 200),
            tenant,
            refusal: refusalOrThrow(error),
          });
        }
      },
    }),
    route({
      method: 'post',
      path: '/sign-out',
      access: 'self',
      scope: 'session',
      beforePasswordChange: true,
      group,
      bodyType: 'form',
      bodyLimit: '10kb',
      summary: 'Sign out',
      schemas: { body: asForm },
      responses: formResponses,
      handler: async ({ person, req }) => {
        await account.signOut(person, req);
        return { redirect: '/sign-in?done=signedOut' };
      },
    }),
    route({
      method: 'get',
      path: '/sign-out',
      access: 'self',
      scope: 'session',
      beforePasswordChange: true,
      group,
      summary: 'Whether to sign out, where a form was saved on the way',
      schemas: {},
      responses: pageResponses,
      handler: (call) => {
        const words = sayFor(call).group('signOut');
        return show(call, {
          template: 'signOut',
          title: words.heading ?? '',
          here: '/sign-out',
          view: { words },
        });
      },
    }),
    route({
      method: 'post',
      path: '/sign-out-everywhere',
      access: 'self',
      scope: 'session',
      beforePasswordChange: true,
      group,
      bodyType: 'form',
      bodyLimit: '10kb',
      summary: 'Sign out everywhere',
      schemas: { body: asForm },
      responses: formResponses,
      handler: async ({ person, req }) => {
        await account.signOutEverywhere(person, req);
        return { redirect: '/sign-in?done=signedOut' };
      },
    }),
    route<unknown, { done?: string }, unknown, 'self'>({
      method: 'get',
      path: '/account',
      access: 'self',
      scope: 'session',
      beforePasswordChange: true,
      group,
      summary: 'My password and sessions',
      schemas: { query: ways },
      responses: pageResponses,
      handler: (call) => accountPage(call, call.query.done === undefined ? {} : { done: call.query.done }),
    }),
    route<unknown, unknown, Typed, 'self'>({
      method: 'post',
      path: '/account/password',
      access: 'self',
      scope: 'session',
      beforePasswordChange: true,
      group,
      bodyType: 'form',
      bodyLimit: '10kb',
      summary: 'Change my password',
      schemas: { body: asForm },
      responses: formResponses,
      handler: async (call) => {
        const { body, person, req } = call;
        try {
          const [current, next, repeated] = ['currentPassword', 'newPassword', 'repeatedPassword'].map(
            (name) => textOf(body, name),
          );
          if (next !== repeated)
            throw badInput([{ path: 'repeatedPassword', code: 'password.different', params: {} }]);
          await account.changePassword(person, current ?? '', next ?? '', req);
          return { redirect: (await kept.waitingFor(person)) ?? '/account?done=passwordChanged' };
        } catch (error) {
          return await accountPage(call, { refusal: refusalOrThrow(error) });
        }
      },
    }),
  ];
};
