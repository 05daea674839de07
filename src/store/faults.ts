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

/** `cases.advance:before`, or `cases.advance:after#3` for the third time it is reached. */
const armed = process.env.NODE_ENV === 'test' ? process.env.TOTRINH_FAULT : undefined;
const [armedAt, armedFor = '1'] = (armed ?? '').split('#');
let reached = 0;

function at(point: string) {
  if (point !== armedAt) return;
  reached += 1;
  if (reached === Number(armedFor)) process.kill(process.pid, 'SIGKILL');
}

/**
 * Carries out one write between its two fault points. Does nothing else in production: only under NODE_ENV=test
 * does TOTRINH_FAULT name a point, and the process dies there as by `kill -9`.
 */
export async function guarded<T>(point: FaultPoint, write: () => Promise<T>): Promise<T> {
  if (armed === undefined) return write();
  at(`${point}:before`);
  const result = await write();
  at(`${point}:after`);
  return result;
}
