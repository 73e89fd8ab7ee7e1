export type { DatabaseLayout, IndexedDatabaseOptions } from './database-options.ts'
export { deleteIndexedDatabase, IndexedDatabase, outcome } from './indexed-database.ts'
