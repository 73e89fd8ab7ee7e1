import { RelayClient } from '@uport-kit/channel-relay'
import { disclosure, memoryBoxKeys, memoryRequestStore, Requester, systemClock } from '@uport-kit/core'
import { bestEngine } from '@uport-kit/engine-native'
import { UportResolver } from '@uport-kit/resolver-uport'
import { QrTransport, terminalRenderer } from '@uport-kit/transport-qr'
import { ASK, type LoginAnswer, type LoginSetup } from './login-setup.ts'

export async function loginWithNew(setup: LoginSetup): Promise<LoginAnswer> {
  const relay = new RelayClient({ url: setup.relayUrl })
  const requester = new Requester({
    identity: { ...setup.identity, keys: setup.keys, boxKeys: memoryBoxKeys() },
    resolver: new UportResolver({ networks: setup.networks, gateways: setup.gateways }),
    requests: memoryRequestStore({ clock: systemClock() }),
    transports: [new QrTransport({ render: terminalRenderer(setup.terminal), publisher: relay })],
    replyChannels: [relay],
    engine: bestEngine(),
  })
  try {
    return await requester.request(disclosure, ASK, { via: 'qr' })
  } finally {
    await requester.close()
    await relay[Symbol.asyncDispose]()
  }
}
