import type { i18n, TFunction } from 'i18next';
import type { Kind, Permit } from '../../workflows/vocabulary.js';
import type { Language } from '../wording.js';

/** The words of one language. */
export interface Say {
  (key: string, params?: Readonly<Record<string, unknown>>): string;
  readonly language: Language;
  /** For what words itself: faults and problems. */
  readonly t: TFunction;
  /** All words under `pages:<name>`, for a template to print. */
  readonly group: (name: string) => Readonly<Record<string, string>>;
}

/**
 * Words by language.
 * @param strict a key without words throws; otherwise it shows itself, so that a page is never lost for a word
 */
export const createSay =
  (wording: i18n, strict: boolean) =>
  (language: Language): Say => {
    const t = wording.getFixedT(language);
    const missing = (key: string) => {
      if (strict) throw new Error(`There are no words for ${key}.`);
      return key;
    };
    const say = (key: string, params: Readonly<Record<string, unknown>> = {}): string => {
      const found = t(key, { ...params, defaultValue: '' });
      return typeof found === 'string' && found !== '' ? found : missing(key);
    };
    const group = (name: string) => {
      const found: unknown = t(`pages:${name}`, { returnObjects: true });
      if (typeof found !== 'object' || found === null) return { missing: missing(`pages:${name}`) };
      return found as Readonly<Record<string, string>>;
    };
    return Object.assign(say, { language, t, group });
  };

/** Where a case stands, by dotted path. */
export const stateText = (say: Say, kind: Kind, path: string): string => say(`state.${kind}.${path}`);

/** An event as the button that sends it; where there is no head of unit, sending up goes to the leader. */
export const eventText = (
  say: Say,
  { kind, context }: { readonly kind: Kind; readonly context?: object },
  event: string,
): string => {
  if (event === 'START') return say('pages:start.event');
  const { hasUnits = true } = (context ?? {}) as { hasUnits?: boolean };
  return event === 'SEND_UP' && !hasUnits ? say('pages:act.sendUpToLeader') : say(`event.${kind}.${event}`);
};

export const closedText = (say: Say, code: string, named?: Readonly<Record<string, unknown>>): string =>
  say(`closed.${code}`, named);

/** Who may: the role, and the agency that takes the part here; the part itself where no agency is known. */
export const permitText = (
  say: Say,
  permit: Permit,
  agencyOf: (party: string) => string | undefined,
): string => {
  if (permit === 'system') return say('permitSystem');
  const [role = '', party = ''] = permit.split('@');
  return `${say(`role.${role}`)} – ${agencyOf(party) ?? say(`party.${party}`)}`;
};
