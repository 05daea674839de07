import { Schema, type Connection } from 'mongoose';
import type { Instant, Role } from '../../workflows/vocabulary.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { guarded } from './faults.js';
import type { Page } from './progress.js';

/** Whom within an agency a notice reaches. */
type Reach = Role | 'administrator';

/** Something told to the people of an agency, worded by its code in the message files. */
export interface Notice {
  readonly tenant: string;
  /** The intent that owed it: what is told twice is seen once. */
  readonly id: string;
  readonly agency: string;
  /** Empty: everybody in the agency. */
  readonly roles: readonly Reach[];
  readonly notice: string;
  /** The case that it is about, if it is about one. */
  readonly case: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly at: Instant;
}

type NoticeDocument = Notice & {
  readonly _id: string;
  /** `<at>/<id>`: newest first, and the cursor. */
  readonly order: string;
  readonly readBy: readonly string[];
  /** When it was read first; absent while nobody has. */
  readonly readAt?: Date;
};

export const noticeSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    id: { type: String, required: true },
    agency: { type: String, required: true },
    roles: [String],
    notice: { type: String, required: true },
    case: String,
    params: Schema.Types.Mixed,
    at: { type: String, required: true },
    order: String,
    readBy: [String],
    readAt: Date,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves notices.list and notices.unread: an agency's notices, newest first
noticeSchema.index({ tenant: 1, agency: 1, order: -1 });
// serves notices.clear: what was read long ago
noticeSchema.index({ readAt: 1 }, { partialFilterExpression: { readAt: { $exists: true } } });

/** Whose notices are asked for. */
export interface Reader {
  readonly tenant: string;
  readonly agency: string;
  readonly person: string;
  readonly roles: readonly Reach[];
}

/** Notices inside the application. */
export interface NoticeStore {
  /** @returns whether it had not been told before */
  put(notice: Notice): Promise<boolean>;
  list(
    reader: Reader & { after?: string | undefined; limit?: number | undefined },
  ): Promise<Page<Notice & { read: boolean }>>;
  unread(reader: Reader): Promise<number>;
  markRead(reader: Reader, ids: readonly string[]): Promise<void>;
  /** Forgets notices that were read first before that moment. @returns how many. */
  clear(before: Date): Promise<number>;
}

export function noticeStore(connection: Connection): NoticeStore {
  const notices = collectionOf<NoticeDocument>(connection, 'notices');
  const reaching = ({ tenant, agency, roles }: Reader) => ({
    tenant,
    agency,
    $or: [{ roles: { $size: 0 } }, { roles: { $in: [...roles] } }],
  });

  return {
    async put(notice) {
      const _id = keyOf(notice.tenant, notice.id, notice.agency);
      const order = `${notice.at}/${notice.id}`;
      return guarded('notices.put', () => insertOnce(notices, { _id, ...notice, order, readBy: [] }));
    },

    async list({ after, limit = 50, ...reader }) {
      const found = await notices
        .find({ ...reaching(reader), ...(after === undefined ? {} : { order: { $lt: after } }) })
        .sort({ order: -1 })
        .limit(limit + 1)
        .toArray();
      const page = found.slice(0, limit);
      return {
        items: page.map(({ _id, order: _order, readBy, readAt: _readAt, ...notice }) => ({
          ...notice,
          read: readBy.includes(reader.person),
        })),
        next: found.length > limit ? page.at(-1)!.order : null,
      };
    },

    unread(reader) {
      return notices.countDocuments({ ...reaching(reader), readBy: { $ne: reader.person } });
    },

    async markRead(reader, ids) {
      await notices.updateMany(
        { ...reaching(reader), id: { $in: [...ids] } },
        { $addToSet: { readBy: reader.person }, $min: { readAt: new Date() } },
      );
    },

    async clear(before) {
      const { deletedCount } = await notices.deleteMany({ readAt: { $lt: before } });
      return deletedCount;
    },
  };
}
