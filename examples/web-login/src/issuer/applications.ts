import { randomInt } from 'node:crypto'
import { type Did, type PushGrant, sameDid } from '@uport-kit/core'
import type { Application, ApplicationState, DeskEntry } from '../shared/town-api.ts'

/** An application and whose it is. */
export interface FiledApplication {
  readonly did: Did
  readonly number: string
  readonly name: string
  readonly street: string
  /** Unix seconds. */
  readonly at: number
  /** Leave to push, where the person gave it. */
  readonly grant: PushGrant | undefined
  state: ApplicationState
  reason: string | undefined
}

const MAX_APPLICATIONS = 1000

/** The applications of the town. A real office keeps them in its database. */
export class Applications {
  readonly #filed = new Map<string, FiledApplication>()

  /** Files one; a newer one of the same person takes the place of the older. */
  file(filing: Pick<FiledApplication, 'did' | 'name' | 'street' | 'at' | 'grant'>): FiledApplication {
    const older = this.of(filing.did)
    if (older !== undefined) this.#filed.delete(older.number)
    const [oldest] = this.#filed.keys()
    if (this.#filed.size >= MAX_APPLICATIONS && oldest !== undefined) this.#filed.delete(oldest)
    let number = createNumber()
    while (this.#filed.has(number)) number = createNumber()
    const application: FiledApplication = { ...filing, number, state: 'waiting', reason: undefined }
    this.#filed.set(number, application)
    return application
  }

  of(did: Did): FiledApplication | undefined {
    for (const application of this.#filed.values()) if (sameDid(application.did, did)) return application
    return undefined
  }

  get(number: string): FiledApplication | undefined {
    return this.#filed.get(number)
  }

  /** The newest first. */
  list(): readonly FiledApplication[] {
    return [...this.#filed.values()].reverse()
  }
}

/** Short enough to be said over a counter. */
function createNumber(): string {
  return `R-${String(randomInt(100_000)).padStart(5, '0')}`
}

/** What its applicant is told of it. */
export function toApplication({ number, name, street, at, state, reason }: FiledApplication): Application {
  return { number, name, street, at, state, reason }
}

/** What the desk is told of it. */
export function toDeskEntry(application: FiledApplication): DeskEntry {
  return { ...toApplication(application), did: application.did }
}
