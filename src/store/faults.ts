import { writeSync } from 'node:fs';

/** The points before and after each write at which a test may kill the process. */
export const faultPoints = [
  'cases.create',
  'cases.advance',
  'cases.thaw',
  'cases.claim',
  'journal.append',
  'intents.insert',
  'owed.pull',
  'intents.claim',
  'intents.record',
  'intents.done',
  'contents.put',
  'contents.name',
  'drafts.save',
  'drafts.freeze',
  'summaries.put',
  'registers.hold',
  'registers.void',
  'ledgers.hold',
  'ledgers.confirm',
  'ledgers.release',
  'turns.take',
  'files.upload',
  'files.put',
  'attachments.put',
  'progress.put',
  'notices.put',
  'closings.write',
  'administered.put',
  'accessJournal.append',
] as const;
export type FaultPoint = (typeof faultPoints)[number];

/** `cases.advance:before`, or `cases.advance:after#3` for the third time it is reached; several with commas between. */
const armed = process.env.NODE_ENV === 'test' ? process.env.TOTRINH_FAULT : undefined;
/** How often each point is still to be reached. */
const left = new Map(
  (armed ?? '').split(',').map((fault) => {
    const [point = '', times = '1'] = fault.split('#');
    return [point, Number(times)];
  }),
);

function at(point: string) {
  const times = left.get(point);
  if (times === undefined) return;
  left.set(point, times - 1);
  if (times > 1) return;
  // Of several points, whoever armed them learns here which it was.
  writeSync(process.stderr.fd, `${point}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Carries out one write between its two fault points. Does nothing else in production: only under NODE_ENV=test
 * does TOTRINH_FAULT name points, and the process dies at the first it reaches as by `kill -9`.
 */
export async function guarded<T>(point: FaultPoint, write: () => Promise<T>): Promise<T> {
  if (armed === undefined) return write();
  at(`${point}:before`);
  const result = await write();
  at(`${point}:after`);
  return result;
}
