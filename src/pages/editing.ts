import { ask } from '../../workflows/registry.js';
import type { Case, Part, Person } from '../engine/ports.js';

/** Whether a part of a case is open for editing where it stands. */
export const isEditable = (found: Case, part: Part): boolean =>
  found.status === 'active' && ask(found).tags.has(`editable:${part}`);

/** Whether this person's pages offer to edit the content of a case. */
export const mayEdit = (person: Person, found: Case): boolean =>
  person.agency === found.owner &&
  ask(found)
    .permits('EDIT')
    .some((permit) => person.roles.some((role) => permit.startsWith(`${role}@`)));
