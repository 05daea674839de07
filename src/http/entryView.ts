import type { Entry } from '../engine/ports.js';

/** A journal entry as it is shown: without the facts that the guards were given, and without storage's own fields. */
export const entryView = (entry: Entry) => {
  const { facts: _facts, at: _at, day: _day, actor: _actor, permit: _permit, ...event } = entry.event;
  return {
    seq: entry.seq,
    at: entry.at,
    clockSet: entry.clockSet,
    actor: entry.actor,
    permit: entry.permit,
    event,
    from: entry.from,
    to: entry.to,
    content: entry.content,
    version: entry.version,
    hash: entry.hash,
  };
};
