import MongoStore from 'connect-mongo';
import type { Connection } from 'mongoose';

/**
 * Sessions in the database, so that any process can serve any request and an ended one is ended everywhere.
 * @param idle time without a request after which a session is removed, s
 */
export const createSessionStore = (connection: Connection, idle: number): MongoStore =>
  MongoStore.create({
    client: connection.getClient(),
    dbName: connection.name,
    collectionName: 'sessions',
    ttl: idle,
    touchAfter: 300,
  });
