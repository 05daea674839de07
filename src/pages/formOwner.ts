import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Person } from '../engine/ports.js';
import type { Typed } from './form.js';

/** Whose form it is. */
export interface FormOwner {
  readonly tenant: string;
  readonly username: string;
}

/** A form that was sent and not carried out: which one, and what stood in it. */
export interface KeptForm {
  /** The path of its route, `/cases/:id/lines`, with its parameters beside. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Typed;
}

/** Forms that wait for who typed them, for a day at most. */
export interface KeptForms {
  /** @returns whether it was kept: not when it is too long */
  keep(owner: FormOwner, form: KeptForm): Promise<boolean>;
  /** The newest that this person has not seen again yet. */
  newest(owner: FormOwner): Promise<string | null>;
  /** A form of this person; to nobody else is there one. */
  open(owner: FormOwner, id: string): Promise<KeptForm | null>;
}

/**
 * The hidden field that says whose form it is, signed: a form outlives its session, and a page of somebody else cannot
 * put words into a form that is then shown as one's own.
 */
export const createAuthors = (secret: string) => {
  const proofOf = (text: string) =>
    createHmac('sha256', secret).update(`form of ${text}`).digest('base64url');
  return {
    of: (person: Person): string => {
      const text = Buffer.from(JSON.stringify([person.tenant, person.id])).toString('base64url');
      return `${text}.${proofOf(text)}`;
    },
    read: (author: string): FormOwner | null => {
      const [text = '', proof = ''] = author.split('.');
      const [given, expected] = [Buffer.from(proof), Buffer.from(proofOf(text))];
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      const [tenant, username] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, string];
      return { tenant, username };
    },
  };
};
export type Authors = ReturnType<typeof createAuthors>;
