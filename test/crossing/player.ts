import { connect } from '../../src/store/connection.js';
import { playMainLine } from './mainLine.js';

// A process of its own for the tests that kill one: TOTRINH_FAULT names where it dies.
const [uri = '', dbName = ''] = process.argv.slice(2);
const connection = await connect(uri, { dbName });
await playMainLine(connection);
await connection.close();
