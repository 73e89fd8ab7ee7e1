import { isUportError, type KeyStore, type SignContext, sha256 } from '@uport-kit/core'
import { type Button, DisplayDevice } from './display-device.ts'
import { DisplayKeyStore } from './display-key-store.ts'
import { HsmKeyStore } from './hsm-key-store.ts'
import { tokensOnly } from './sign-policy.ts'
import { SoftHsm } from './soft-hsm.ts'
import { memoryKey, type Stage } from './stage.ts'

export type Say = (who: 'hsm' | 'display' | 'app', text: string) => void

const PIN = 'pin of the example'
const PATH = "m/44'/60'/0'/0/0"

/** A service whose key lies in an HSM logs in; the same key signs nothing else. */
export async function logInWithHsm(stage: Stage, say: Say): Promise<string> {
  const hsm = new SoftHsm(PIN, ['login'])
  const keys = await HsmKeyStore.open(hsm, PIN, tokensOnly(['shareResp']))
  // The key signs no transaction, so the identity is written into the registry by an account of its administrator.
  const identity = await stage.register(
    'Night shift',
    { keys, keyId: 'login' },
    await memoryKey('administrator'),
  )
  say('hsm', `key "login" is in the device, its identity is ${identity.did}`)
  const { did } = await stage.logIn(identity)
  say('app', `verified through chain and IPFS: ${did}`)
  say('hsm', `asked to sign a transfer with the same key: ${await refusalOf(keys, 'login', 'transaction')}`)
  return did
}

/** A person logs in by the button of a device that shows what it signs: the registration first, then the login. */
export async function logInWithDisplay(stage: Stage, say: Say, button: Button): Promise<string> {
  const device = new DisplayDevice([PATH], async (screen) => {
    say('display', `shows: ${screen.title}`)
    for (const line of screen.lines)
      say('display', `  ${line.length > 90 ? `${line.slice(0, 87)}...` : line}`)
    const pressed = await button(screen)
    say('display', pressed ? 'the person pressed "sign"' : 'the person pressed "reject"')
    return pressed
  })
  const key = { keys: new DisplayKeyStore(device), keyId: PATH }
  const identity = await stage.register('Ada', key, key)
  const { did } = await stage.logIn(identity)
  say('app', `verified through chain and IPFS: ${did}`)
  say(
    'display',
    `asked to sign typed data, which it cannot show: ${await refusalOf(key.keys, PATH, 'typed-data')}`,
  )
  return did
}

async function refusalOf(keys: KeyStore, keyId: string, purpose: SignContext['purpose']): Promise<string> {
  const preimage = new Uint8Array(66).fill(1)
  const context: SignContext = { purpose, hash: 'sha256', preimage, preview: { type: 'shareResp' } }
  try {
    await keys.sign(keyId, sha256(preimage), context)
    return 'signed'
  } catch (error) {
    if (!isUportError(error, 'KEY_SIGNING_REFUSED')) throw error
    return `${error.code} (${error.data.reason})`
  }
}
