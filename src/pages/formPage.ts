import type { Person } from '../engine/ports.js';
import type { Refusal } from '../errors.js';
import { route, type AnyRoute, type Answer, type Call, type Route } from '../http/route.js';
import type { Typed } from './form.js';

export type FormCall<Params> = Pick<
  Call<Params, unknown, Typed, Person>,
  'params' | 'body' | 'person' | 'key' | 'req'
> &
  Partial<Pick<Call<Params, unknown, Typed, Person>, 'upload'>>;

/**
 * Carries out what a form asks for; or, where `stopped` says why not, shows it again with what was typed and a fresh
 * proof, and does nothing.
 */
export type FormPage<Params> = (call: FormCall<Params>, stopped?: Refusal) => Promise<Answer>;

/** A route of a form whose typed fields are worth keeping: it can be shown again without being carried out. */
export type FormRoute = AnyRoute & { readonly again: FormPage<never> };

export const formRoute = <Params>({
  form,
  ...declared
}: Omit<Route<Params, unknown, Typed, 'member'>, 'handler'> & { form: FormPage<Params> }): FormRoute =>
  Object.freeze({
    ...route<Params, unknown, Typed, 'member'>({ ...declared, handler: (call) => form(call) }),
    again: form,
  });

export const isFormRoute = (declared: AnyRoute): declared is FormRoute => 'again' in declared;
