import { Credentials } from '@uport-kit/compat'
import { keyStoreCases, runConformance } from '@uport-kit/conformance'
import { encodeHex, encodeUtf8, isUportError, MemoryKeyStore, sha256 } from '@uport-kit/core'
import { startDevnet } from '@uport-kit/devnet'
import { bestEngine } from '@uport-kit/engine-native'
import { createWorld } from '../../../packages/compat/test-support/world.ts'
import { parseCommand } from '../../../packages/devnet/src/command.ts'
import { toProviderError } from '../../../packages/provider-eip1193/src/to-provider-error.ts'
import { createWalletWorld } from '../../../packages/wallet/test-support/wallet-world.ts'
import { failureOf } from '../canaries.ts'
import { rowsOf } from '../canary-row.ts'

export const hostRows = [
  ...rowsOf('wallet', {
    async 'requests that are refused, a person, a store and a network that fail'(canaries) {
      const said = canaries.text('what the person knows', 'canary claim that a person holds')
      const seen: unknown[] = []
      for (const script of ['deny', 'approve'] as const) {
        const world = await createWalletWorld(script as never)
        const jwt = canaries.token(`the request to ${script}`, await world.request())
        world.sender.failure = new Error('the network is down')
        seen.push(world.wallet, await world.wallet.handle(jwt).catch((error: unknown) => error))
        seen.push(await failureOf(() => world.wallet.handle(`${jwt.slice(0, -8)}AAAAAAAA`)))
        seen.push(await failureOf(() => world.wallet.handle(`canary ${said}`)))
      }
      const asked = await createWalletWorld(() => {
        throw new Error('the screen is broken')
      })
      const jwt = canaries.token('a request that is shown', await asked.request())
      seen.push(await asked.wallet.handle(jwt).catch((error: unknown) => error))
      return seen.filter((value) => value !== asked.wallet)
    },
  }),
  ...rowsOf('compat', {
    async 'keys that are none, and tokens that are refused'(canaries) {
      const secret = encodeHex(canaries.bytes('the private key', sha256(encodeUtf8('canary of compat'))))
      const world = createWorld()
      const response = canaries.token(
        'a response',
        await world.wallet.createDisclosureResponse({
          own: { name: canaries.text('a name', 'canary name of a person') },
        }),
      )
      const own = new Credentials({ privateKey: secret })
      return [
        own,
        ...(await Promise.all(
          [
            () => new Credentials({ privateKey: `${secret}00` }),
            () => new Credentials({ privateKey: `zz${secret}` }),
            () => new Credentials({ privateKey: secret, did: 'did:uport:x', address: secret } as never),
            () => world.verifier.authenticateDisclosureResponse(response),
            () => world.verifier.verifyDisclosure(`${response.slice(0, -6)}AAAAAA`),
            () => own.authenticateDisclosureResponse(response),
            () => own.verifyJWT(`${secret}.${secret}.${secret}`),
          ].map((call, index) => failureOf(call, `call ${index}`)),
        )),
      ]
    },
  }),
  ...rowsOf('devnet', {
    async 'commands and settings that cannot be'(canaries) {
      const secret = canaries.text('a secret beside the arguments', 'canarySecretOfTheShell0123')
      process.env['CANARY_OF_THE_SHELL'] = secret
      try {
        return [
          await failureOf(() => parseCommand(['--rpc-port', 'x'])),
          await failureOf(() => parseCommand(['--nothing'])),
          await failureOf(() => startDevnet({ dataDirectory: '/dev/null/devnet' })),
        ]
      } finally {
        delete process.env['CANARY_OF_THE_SHELL']
      }
    },
  }),
  ...rowsOf('conformance', {
    async 'a store that fails every case'(canaries) {
      const secret = canaries.bytes('a private key', sha256(encodeUtf8('canary of conformance')))
      const store = new MemoryKeyStore()
      await store.import(secret, { keyId: 'key' })
      const broken = {
        get: async () => undefined,
        sign: async (_keyId: string, digest: Uint8Array) => {
          canaries.bytes('a digest', digest.length === 32 ? digest : sha256(digest))
          throw new TypeError('the device is broken')
        },
      }
      const report = await runConformance(keyStoreCases, () => ({ store: broken, keyId: 'key' }))
      if (report.failed.length < 8) throw new Error('it was to fail')
      const wrong = await runConformance(keyStoreCases, () => ({ store, keyId: 'another' }))
      return [report, wrong, isUportError(wrong)]
    },
  }),
  ...rowsOf('engine-native', {
    async 'keys and digests that are none'(canaries) {
      const engine = bestEngine({ onFallback: () => {} })
      const secret = canaries.bytes('a private key', sha256(encodeUtf8('canary of the engine')))
      const digest = canaries.bytes('a digest', sha256(secret))
      const beyond = canaries.bytes('a number beyond the order', new Uint8Array(32).fill(0xff))
      return [
        await failureOf(() => engine.sign(digest.slice(1), secret)),
        await failureOf(() => engine.sign(digest, secret.slice(1))),
        await failureOf(() => engine.sign(digest, beyond)),
        await failureOf(() => engine.publicKeyOf(beyond)),
        await failureOf(() => engine.publicKeyOf(secret.slice(1))),
      ]
    },
  }),
  ...rowsOf('provider-eip1193', {
    async 'what a dApp is told of failures'(canaries) {
      const store = new MemoryKeyStore()
      const secret = canaries.bytes('a private key', sha256(encodeUtf8('canary of the provider')))
      const { keyId } = await store.import(secret)
      const digest = canaries.bytes('a digest', sha256(secret))
      const preimage = encodeUtf8(canaries.text('what was to be signed', 'canary text for the dApp'))
      const context = { purpose: 'jwt', hash: 'sha256', preimage, preview: {} } as const
      const failure = await failureOf(() => store.sign(keyId, digest, context))
      return [toProviderError(failure), toProviderError(new Error('the wallet failed'))]
    },
  }),
]
