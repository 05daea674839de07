import type { Connection } from 'mongoose';

/** What of each collection must come out the same; how often something was tried, and by whose hand, may differ. */
const seen: Readonly<Record<string, readonly string[]>> = {
  cases: ['owes', 'lease', 'thaws'],
  journal: [],
  intents: ['tries', 'nextAt', 'token', 'error', 'slow', 'cause', 'doneAt'],
  drafts: ['frozenAt'],
  contents: ['at'],
  contentChunks: ['at'],
  summaries: [],
  turns: [],
  notices: [],
  papers: ['file'],
  registers: [],
  rounds: [],
  progress: [],
  waiting: [],
  closings: [],
  closingLeaves: [],
};

export type World = Readonly<Record<string, readonly unknown[]>>;

/** Everything that a city's database holds after its work is done, by collection, in the order of the ids. */
export const worldOf = async (connection: Connection): Promise<World> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(seen).map(async ([name, without]) => {
        const projection = Object.fromEntries(without.map((field) => [field, 0]));
        const found = await connection
          .db!.collection(name)
          .find({}, { projection })
          .sort({ _id: 1 })
          .toArray();
        return [name, JSON.parse(JSON.stringify(found)) as unknown[]] as const;
      }),
    ),
  );
