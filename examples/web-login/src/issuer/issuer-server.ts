import type { DidResolver, Identity } from '@uport-kit/core'
import type { Hono } from 'hono'
import type { PageFiles } from '../servers/page-files.ts'
import { createPageApp } from '../servers/page-server.ts'
import type { WorldConfig } from '../shared/world-config.ts'

export interface IssuerServerParts {
  readonly config: WorldConfig
  readonly identity: Identity
  readonly resolver: DidResolver
  readonly files: PageFiles
}

export interface IssuerServer {
  readonly app: Hono
  close(): Promise<void>
}

/** The town's site, with the clerk's desk at `/desk`. */
export function createIssuerServer({ config, files }: IssuerServerParts): IssuerServer {
  const app = createPageApp({ config, url: config.issuerUrl, files, pages: ['/desk'] })
  return { app, close: async () => {} }
}
