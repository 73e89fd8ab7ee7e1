/**
 * What the browser says of the keys: `persistent`, it deletes them only when the user says so; `best-effort`, also when it runs
 * out of space or the site was not visited for long; `unknown`, it cannot tell.
 */
export type Persistence = 'persistent' | 'best-effort' | 'unknown'

/** Asks the browser to keep this site's storage (Storage Standard, `persist`); some ask the user. Never rejects. */
export async function requestPersistence(
  storage: Pick<StorageManager, 'persist' | 'persisted'> | undefined,
): Promise<Persistence> {
  if (storage === undefined) return 'unknown'
  try {
    return (await storage.persisted()) || (await storage.persist()) ? 'persistent' : 'best-effort'
  } catch {
    return 'unknown'
  }
}
