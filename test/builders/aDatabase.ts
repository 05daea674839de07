import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { Connection } from 'mongoose';
import { connect } from '../../src/store/connection.js';
import { migrate } from '../../src/store/migrations/index.js';
import { testDatabase } from '../setup/database.js';

/**
 * A migrated database for one test file, emptied before each test; call it at the top of the file's `describe`.
 * @returns the connection, once the tests run.
 */
export function aDatabase(suffix: string): () => Connection {
  const database = testDatabase(suffix);
  let connection: Connection;
  beforeAll(async () => {
    connection = await connect(database.uri, { dbName: database.dbName, maxPoolSize: 30 });
    await migrate(connection);
  });
  beforeEach(async () => {
    await database.empty();
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
    await database.close();
  });
  return () => connection;
}
