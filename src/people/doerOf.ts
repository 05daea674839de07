import type { Request } from 'express';
import type { Person } from '../engine/ports.js';
import { originOf } from '../http/authenticate.js';
import type { Doer } from './ports.js';

/** Who sets something, as the access journal names them. */
export const doerOf = ({ id }: Pick<Person, 'id'>, req: Request): Doer => ({ by: id, ...originOf(req) });
