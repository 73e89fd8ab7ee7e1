import { failureOf } from './database-failure.ts'
import type { DatabaseSettings } from './database-options.ts'

/**
 * Opens the database, making it where there is none.
 *
 * @throws the layout's error: `refused`, `blocked`, `timeout`, `newer-version`, `foreign`, `QuotaExceededError`
 */
export async function openDatabase(settings: DatabaseSettings): Promise<IDBDatabase> {
  const { layout } = settings
  const database = await request(settings, ({ factory, name }) => {
    const opening = factory.open(name, layout.version)
    opening.onupgradeneeded = ({ oldVersion }) => layout.upgrade(opening.result, oldVersion)
    return opening
  })
  if (layout.stores.every((store) => database.objectStoreNames.contains(store))) return database
  database.close()
  throw failureOf(layout, 'foreign')
}

/** Deletes the database, once every other tab has let go of it. @throws as `openDatabase` */
export async function deleteDatabase(settings: DatabaseSettings): Promise<void> {
  await request(settings, ({ factory, name }) => factory.deleteDatabase(name))
}

/** The outcome of an opening or a deletion, within the time. What comes too late is closed again. */
function request<T>(
  settings: DatabaseSettings,
  start: (settings: DatabaseSettings) => IDBRequest<T> & Pick<IDBOpenDBRequest, 'onblocked'>,
): Promise<T> {
  const { layout, clock, timeout } = settings
  return new Promise<T>((resolve, reject) => {
    let state: 'waiting' | 'blocked' | 'over' = 'waiting'
    let started: ReturnType<typeof start>
    try {
      started = start(settings)
    } catch {
      reject(failureOf(layout, 'refused'))
      return
    }
    const cancel = clock.after(timeout, () => {
      reject(failureOf(layout, state === 'blocked' ? 'blocked' : 'timeout'))
      state = 'over'
    })
    started.onblocked = () => {
      if (state === 'waiting') state = 'blocked'
    }
    started.onsuccess = () => {
      cancel()
      if (state === 'over') close(started.result)
      resolve(started.result)
    }
    started.onerror = () => {
      cancel()
      reject(failureOf(layout, openingReason(started.error?.name)))
    }
  })
}

function close(result: unknown): void {
  if (
    typeof result === 'object' &&
    result !== null &&
    'close' in result &&
    typeof result.close === 'function'
  )
    result.close()
}

/** What is no failure of the database itself is the browser's refusal: settings against cookies, or a private window. */
function openingReason(name: string | undefined): string {
  if (name === 'VersionError') return 'newer-version'
  return name === 'QuotaExceededError' ? name : 'refused'
}
