import type { Did, DidResolver, Identity } from '@uport-kit/core'
import type { Hono } from 'hono'
import type { PageFiles } from '../servers/page-files.ts'
import { createPageApp } from '../servers/page-server.ts'
import type { WorldConfig } from '../shared/world-config.ts'

export interface AppServerParts {
  readonly config: WorldConfig
  readonly identity: Identity
  readonly resolver: DidResolver
  /** Whose credentials open the reading room. */
  readonly issuer: Did
  /** The address of the guest book's contract. */
  readonly guestBook: string
  readonly files: PageFiles
}

export interface AppServer {
  readonly app: Hono
  close(): Promise<void>
}

/** The library's site. */
export function createAppServer({ config, files }: AppServerParts): AppServer {
  const app = createPageApp({ config, url: config.appUrl, files })
  return { app, close: async () => {} }
}
