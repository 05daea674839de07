/** Something that nobody asks for and that time brings about: a list of items, and what is done with each. */
export interface Duty {
  readonly name: string;
  /** Carries it out for each item, and tells what became of it. */
  readonly carryOut: (on: {
    /** Whether to go on. */
    held(): boolean;
    done(count: number): void;
    failed(item: unknown, error: unknown): void;
  }) => Promise<void>;
}

/** What one sweep did, by duty: how much was done, and how many items failed. */
export type Swept = Readonly<Record<string, { readonly done: number; readonly failed: number }>>;

/**
 * A duty, item by item: one that fails (a case of a version that this node does not know, a forked journal) is left for
 * the next sweep and stops no other.
 * @param act what is done with an item. @returns how much was done, 0 where nothing had to be
 */
export const duty = <Item>(
  name: string,
  items: () => AsyncIterable<Item> | Promise<Iterable<Item>>,
  act: (item: Item) => Promise<number>,
): Duty => ({
  name,
  async carryOut(on) {
    for await (const item of await items()) {
      if (!on.held()) return;
      try {
        on.done(await act(item));
      } catch (error) {
        on.failed(item, error);
      }
    }
  },
});

/**
 * Carries the duties out one after the other. Harmless at any time, also when cut off: each duty takes up what is left.
 * @param on.failed told of each item that failed, and of a duty whose items could not be listed (`item` undefined)
 * @param held whether to go on: false once another process sweeps
 */
export async function sweep(
  duties: readonly Duty[],
  {
    failed,
    held = () => true,
  }: { failed: (duty: string, item: unknown, error: unknown) => void; held?: () => boolean },
): Promise<Swept> {
  const swept: Record<string, { done: number; failed: number }> = {};
  for (const { name, carryOut } of duties) {
    if (!held()) break;
    const count = (swept[name] = { done: 0, failed: 0 });
    const fail = (item: unknown, error: unknown) => {
      count.failed += 1;
      failed(name, item, error);
    };
    try {
      await carryOut({ held, done: (n) => (count.done += n), failed: fail });
    } catch (error) {
      fail(undefined, error);
    }
  }
  return swept;
}
