import Joi from 'joi';
import type { Engine } from '../engine/engine.js';
import type { Case } from '../engine/ports.js';
import type { KindApi } from './kind.js';
import { idShape } from './shapes.js';

/** What routes ask of the engine. */
export type CaseEngine = Pick<Engine, 'start' | 'send' | 'edit' | 'read' | 'options' | 'history' | 'draft'>;

export interface CaseParams {
  readonly id: string;
}

export const caseParams = Joi.object({ id: idShape.required() });
export const memberReads = { access: 'member', scope: 'read', group: 'Cases' } as const;
export const memberWrites = { access: 'member', scope: 'write', group: 'Cases' } as const;

/** @throws when a kind has machines but no API: a fault of the composition */
export const kindOf = (kinds: readonly KindApi[], { kind }: Pick<Case, 'kind'>): KindApi => {
  const found = kinds.find((candidate) => candidate.kind === kind);
  if (!found) throw new Error(`No API for cases of kind ${kind}.`);
  return found;
};
