import { RelayClient } from '@uport-kit/channel-relay'
import {
  type Disclosure,
  disclosure,
  memoryBoxKeys,
  memoryRequestStore,
  Requester,
  systemClock,
} from '@uport-kit/core'
import { UportResolver } from '@uport-kit/resolver-uport'
import { QrTransport, terminalRenderer } from '@uport-kit/transport-qr'
import { ASK, type LoginSetup } from './login.ts'

// #region new
export async function loginWithNew(setup: LoginSetup): Promise<Disclosure<typeof ASK>> {
  const { did, keyId, keys, networks, gateways, relayUrl, terminal } = setup
  const relay = new RelayClient({ url: relayUrl })
  const requester = new Requester({
    identity: { did, keyId, keys, boxKeys: memoryBoxKeys() },
    resolver: new UportResolver({ networks, gateways }),
    requests: memoryRequestStore({ clock: systemClock() }),
    transports: [new QrTransport({ render: terminalRenderer(terminal), publisher: relay })],
    replyChannels: [relay],
  })
  try {
    return await requester.request(disclosure, ASK, { via: 'qr', signal: AbortSignal.timeout(120_000) })
  } finally {
    await requester.close()
    await relay[Symbol.asyncDispose]()
  }
}
// #endregion new
