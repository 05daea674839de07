import { commandLine } from '../../src/people/ports.js';
import { connect } from '../../src/store/connection.js';
import { createRoundStore } from '../../src/store/rounds.js';
import { aRound } from '../builders/aRound.js';

// A process of its own for the tests that kill one: it saves a round that stands at revision 1.
const [uri = '', dbName = ''] = process.argv.slice(2);
const connection = await connect(uri, { dbName });
const changed = { ...aRound('d1', { 2026: 70_000_000_000 }), name: 'Đợt sửa' };
await createRoundStore(connection).put(changed, 1, commandLine);
await connection.close();
