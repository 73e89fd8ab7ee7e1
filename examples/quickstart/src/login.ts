import { relayModule } from '@uport-kit/channel-relay/di'
import { disclosure, memoryBoxKeys } from '@uport-kit/core'
import { assemble, coreModule, provide, TOKENS } from '@uport-kit/core/di'
import { bestEngine } from '@uport-kit/engine-native'
import { uportResolverModule } from '@uport-kit/resolver-uport/di'
import { terminalRenderer } from '@uport-kit/transport-qr'
import { qrTransportModule } from '@uport-kit/transport-qr/di'
import { ASK, type LoginAnswer, type LoginSetup } from './login-setup.ts'

export async function login(setup: LoginSetup): Promise<LoginAnswer> {
  const app = assemble(
    coreModule({ identity: setup.identity, engine: bestEngine() }),
    uportResolverModule({ networks: setup.networks, gateways: setup.gateways }),
    relayModule({ url: setup.relayUrl }),
    qrTransportModule({ render: terminalRenderer(setup.terminal) }),
    provide(TOKENS.KeyStore, setup.keys),
    provide(TOKENS.BoxKeys, memoryBoxKeys()),
  )
  try {
    return await app.get(TOKENS.Requester).request(disclosure, ASK, { via: 'qr' })
  } finally {
    await app.close()
  }
}
