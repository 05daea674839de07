import type { Model } from 'mongoose';
import { isDuplicate } from './connection.js';

/** A stored value beside its `_id`, which is what makes it unique (design: uniqueness is always the `_id`). */
export type Keyed<T> = T & { readonly _id: string };

export const keyed = <T extends object>(value: T, id: string): Keyed<T> => ({ _id: id, ...value });

/** What was stored, without its `_id`. */
export function unkeyed<T extends object>(found: Keyed<T>): T;
export function unkeyed<T extends object>(found: Keyed<T> | null): T | null;
export function unkeyed<T extends object>(found: Keyed<T> | null): T | null {
  if (!found) return null;
  const { _id, ...value } = found;
  return value as unknown as T;
}

/** Inserts unless there is one with this `_id`. @returns whether it was inserted */
export const insertOnce = async <T extends object>(
  model: Model<Keyed<T>>,
  value: Keyed<T>,
): Promise<boolean> => {
  try {
    await model.create([value]);
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
};
