import type { DidResolver } from '@uport-kit/core'
import { type RelayServer, startRelayServer } from '@uport-kit/relay-server'
import type { VapidKeys } from './vapid-keys.ts'

/** The relay of a world: it carries answers and keeps push inboxes. It can be away for a while, and come back where it was. */
export interface LaunchedRelay {
  readonly url: string
  /** Takes it down; nothing that it has acknowledged is lost. */
  stop(): Promise<void>
  /** Brings it back at the same address. */
  start(): Promise<void>
}

export interface RelaySetup {
  readonly port: number
  readonly resolver: DidResolver
  readonly vapid: VapidKeys
  /** Where messages are kept; undefined keeps them in memory. */
  readonly directory: string | undefined
  /** Push services beside those of the browsers' makers. */
  readonly pushServices: readonly string[]
}

export async function launchRelay(setup: RelaySetup): Promise<LaunchedRelay> {
  const open = (port: number): Promise<RelayServer> =>
    startRelayServer({
      port,
      ...(setup.directory === undefined ? {} : { dataDirectory: setup.directory }),
      push: {
        resolver: setup.resolver,
        webPush: {
          subject: 'mailto:nobody@localhost.example',
          ...setup.vapid,
          allowOrigins: setup.pushServices,
        },
      },
    })
  let running: RelayServer | undefined = await open(setup.port)
  const { url } = running
  return {
    url,
    async stop() {
      const stopping = running
      running = undefined
      await stopping?.close()
    },
    async start() {
      running ??= await open(Number(new URL(url).port))
    },
  }
}
