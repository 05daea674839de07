import { randomUUID } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { collectionOf } from './connection.js';

/** Whose form it is. */
interface FormOwner {
  readonly tenant: string;
  readonly username: string;
}

interface KeptDocument extends FormOwner {
  readonly _id: string;
  /** The form as text: its field names have dots. */
  readonly form: string;
  readonly shown: boolean;
  readonly at: Date;
  readonly expires: Date;
}

export const keptFormSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    username: { type: String, required: true },
    form: { type: String, required: true },
    shown: { type: Boolean, required: true },
    at: { type: Date, required: true },
    expires: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false },
);
// serves keptForms.newest: what somebody has not seen again yet
keptFormSchema.index({ tenant: 1, username: 1, at: -1 });
// serves keptForms: what has expired goes by itself; reads leave it out whether it has gone or not
keptFormSchema.index({ expires: 1 }, { expireAfterSeconds: 0 });

/** So many forms of one person are kept; of more the oldest go. */
const mostForms = 10;
/** Characters; a form of a thousand lines has a third of it. */
const longestForm = 2_000_000;

/**
 * Forms that were sent and not carried out, until who typed them sees them again.
 * @param keptFor how long a form waits for who typed it, s
 */
export const keptFormStore = <Form extends object>(
  connection: Connection,
  { keptFor = 24 * 3600, now = () => Date.now() }: { keptFor?: number; now?: () => number } = {},
) => {
  const kept = collectionOf<KeptDocument>(connection, 'keptForms');
  const live = ({ tenant, username }: FormOwner) => ({
    tenant,
    username,
    expires: { $gt: new Date(now()) },
  });

  return {
    async keep({ tenant, username }: FormOwner, sent: Form): Promise<boolean> {
      const form = JSON.stringify(sent);
      if (form.length > longestForm) return false;
      const at = new Date(now());
      const expires = new Date(now() + keptFor * 1000);
      const one = { _id: randomUUID(), tenant, username, form, shown: false, at, expires };
      await kept.insertOne(one);
      const old = await kept
        .find({ tenant, username }, { projection: { _id: 1 } })
        .sort({ at: -1 })
        .skip(mostForms)
        .toArray();
      if (old.length > 0) await kept.deleteMany({ _id: { $in: old.map(({ _id }) => _id) } });
      return true;
    },

    async newest(owner: FormOwner): Promise<string | null> {
      const found = await kept.findOne({ ...live(owner), shown: false }, { sort: { at: -1 } });
      return found?._id ?? null;
    },

    async open(owner: FormOwner, id: string): Promise<Form | null> {
      const found = await kept.findOneAndUpdate({ ...live(owner), _id: id }, { $set: { shown: true } });
      return found && (JSON.parse(found.form) as Form);
    },
  };
};
