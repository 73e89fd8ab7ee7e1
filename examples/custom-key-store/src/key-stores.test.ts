import {
  concatBytes,
  encodeBase64url,
  encodeUtf8,
  isUportError,
  type JsonObject,
  type KeyStore,
  keccak256,
  type SignContext,
  type SignPurpose,
  sha256,
} from '@uport-kit/core'
import { getBytes, Transaction } from 'ethers'
import { describe, expect, it } from 'vitest'
import { DisplayDevice } from './display-device.ts'
import { DisplayKeyStore } from './display-key-store.ts'
import { HsmKeyStore } from './hsm-key-store.ts'
import { readToken } from './read-token.ts'
import { type Screen, screenOf } from './screen-of.ts'
import { tokensOnly } from './sign-policy.ts'
import { Pkcs11Error, SoftHsm } from './soft-hsm.ts'

const PIN = 'pin of the test'
const TRANSFER = getBytes(
  Transaction.from({
    type: 2,
    to: `0x${'11'.repeat(20)}`,
    value: 7,
    chainId: 1,
    gasLimit: 21_000,
    maxFeePerGas: 9,
  }).unsignedSerialized,
)

function signingInput(payload: JsonObject): Uint8Array {
  const segments = [{ typ: 'JWT', alg: 'ES256K' }, payload]
  return encodeUtf8(segments.map((part) => encodeBase64url(encodeUtf8(JSON.stringify(part)))).join('.'))
}

function personal(text: string): Uint8Array {
  const body = encodeUtf8(text)
  return concatBytes(encodeUtf8(`\u0019Ethereum Signed Message:\n${body.length}`), body)
}

/** What a store says to something: `signed`, or the code and the reason. */
async function outcome(
  store: KeyStore,
  keyId: string,
  preimage: Uint8Array,
  purpose: SignPurpose,
  preview: JsonObject = { type: 'shareResp' },
): Promise<string> {
  const hash = purpose === 'jwt' ? 'sha256' : 'keccak256'
  const context: SignContext = { purpose, hash, preimage, preview }
  const digest = hash === 'sha256' ? sha256(preimage) : keccak256(preimage)
  return store.sign(keyId, digest, context).then(
    () => 'signed',
    (error: unknown) => {
      if (!isUportError(error)) throw error
      return `${error.code}: ${'reason' in error.data ? error.data.reason : ''}`
    },
  )
}

describe('the policy of a login key', () => {
  const answer = signingInput({ type: 'shareResp', iss: 'did:uport:2' })
  const refusal = (reason: string) => `KEY_SIGNING_REFUSED: ${reason}`
  const ofType = refusal('this key signs no token of this type')

  it.each<[string, Uint8Array, SignPurpose, JsonObject | undefined, string]>([
    ['an answer to a login', answer, 'jwt', undefined, 'signed'],
    ['a request', signingInput({ type: 'shareReq' }), 'jwt', undefined, ofType],
    ['a credential, which has no type', signingInput({ sub: 'did:uport:2' }), 'jwt', undefined, ofType],
    [
      'a credential that gives itself the type of an answer',
      signingInput({ type: 'shareResp', sub: 'did:uport:2', claim: { admin: true } }),
      'jwt',
      undefined,
      refusal('this key signs no credential'),
    ],
    ['a type by another name', signingInput({ type: ['shareResp'] }), 'jwt', undefined, ofType],
    [
      'another token behind the preview of an answer',
      signingInput({ type: 'verReq' }),
      'jwt',
      { type: 'shareResp' },
      ofType,
    ],
    ['a text', encodeUtf8('shareResp'), 'jwt', undefined, refusal('this is no token')],
    [
      'three segments',
      concatBytes(answer, encodeUtf8('.e30')),
      'jwt',
      undefined,
      refusal('this is no token'),
    ],
    ['a transaction', TRANSFER, 'transaction', { type: 'shareResp' }, refusal('this key signs tokens only')],
    ['a message', personal('hello'), 'personal-message', undefined, refusal('this key signs tokens only')],
    ['typed data', new Uint8Array(66), 'typed-data', undefined, refusal('this key signs tokens only')],
    ['a token as a message', answer, 'personal-message', undefined, refusal('this key signs tokens only')],
  ])('on %s', async (_, preimage, purpose, preview, expected) => {
    const store = await HsmKeyStore.open(new SoftHsm(PIN, ['login']), PIN, tokensOnly(['shareResp']))
    expect(await outcome(store, 'login', preimage, purpose, preview)).toBe(expected)
  })

  it('says nothing of what was to be signed', async () => {
    const store = await HsmKeyStore.open(new SoftHsm(PIN, ['login']), PIN, tokensOnly(['shareResp']))
    const preimage = signingInput({ type: 'verReq', claim: { name: 'Ada Lovelace' } })
    const error = await store
      .sign('login', sha256(preimage), { purpose: 'jwt', hash: 'sha256', preimage, preview: { name: 'Ada' } })
      .catch((reason: unknown) => reason)
    expect(isUportError(error, 'KEY_SIGNING_REFUSED') && JSON.stringify(error)).not.toMatch(/Ada|verReq/)
  })
})

describe('the HSM', () => {
  it('takes no wrong PIN', async () => {
    await expect(HsmKeyStore.open(new SoftHsm(PIN, []), 'guess')).rejects.toMatchObject({
      code: 'CKR_PIN_INCORRECT',
    })
  })

  it('answers with high s about half of the time, which the store turns low', async () => {
    const hsm = new SoftHsm(PIN, ['k'])
    const session = await hsm.C_OpenSession()
    await hsm.C_Login(session, PIN)
    const [key = -1] = await hsm.C_FindObjects(session, { class: 'CKO_PRIVATE_KEY', label: 'k' })
    const answers = new Set<string>()
    let high = 0
    for (let n = 0; n < 64; n++) {
      await hsm.C_SignInit(session, 'CKM_ECDSA', key)
      const der = await hsm.C_Sign(session, sha256(Uint8Array.of(1)))
      answers.add(Buffer.from(der).toString('hex'))
      const s = der.subarray(6 + (der[3] ?? 0))
      if (s.length === 33 || (s[0] ?? 0) > 0x7f) high++
    }
    // A random k: no two alike. Fewer than 8 of 64 has a chance of one in 10^9.
    expect(answers.size).toBe(64)
    expect(high).toBeGreaterThan(8)
    expect(high).toBeLessThan(56)
  })

  it.each<[string, (hsm: SoftHsm, session: number) => Promise<unknown>, string]>([
    [
      'a signature without C_SignInit',
      (hsm, s) => hsm.C_Sign(s, new Uint8Array(32)),
      'CKR_OPERATION_NOT_INITIALIZED',
    ],
    ['a login twice', (hsm, s) => hsm.C_Login(s, PIN), 'CKR_USER_ALREADY_LOGGED_IN'],
    ['signing with a public key', (hsm, s) => hsm.C_SignInit(s, 'CKM_ECDSA', 0), 'CKR_OBJECT_HANDLE_INVALID'],
    [
      'reading a private key',
      (hsm, s) => hsm.C_GetAttributeValue(s, 1, 'CKA_PUBLIC_KEY_INFO'),
      'CKR_OBJECT_HANDLE_INVALID',
    ],
    ['a closed session', (hsm, s) => hsm.C_CloseSession(s + 1), 'CKR_SESSION_HANDLE_INVALID'],
    [
      'a second signature before the first has ended',
      async (hsm, s) => {
        await hsm.C_SignInit(s, 'CKM_ECDSA', 1)
        await hsm.C_SignInit(s, 'CKM_ECDSA', 1)
      },
      'CKR_OPERATION_ACTIVE',
    ],
    [
      'a digest of 20 bytes',
      async (hsm, s) => {
        await hsm.C_SignInit(s, 'CKM_ECDSA', 1)
        await hsm.C_Sign(s, new Uint8Array(20))
      },
      'CKR_DATA_LEN_RANGE',
    ],
  ])('refuses %s', async (_, call, code) => {
    const hsm = new SoftHsm(PIN, ['k'])
    const session = await hsm.C_OpenSession()
    await hsm.C_Login(session, PIN)
    await expect(call(hsm, session)).rejects.toMatchObject({ name: 'Pkcs11Error', code })
  })

  it('hides its private keys from who is not logged in', async () => {
    const hsm = new SoftHsm(PIN, ['k'])
    const session = await hsm.C_OpenSession()
    expect(await hsm.C_FindObjects(session, { class: 'CKO_PRIVATE_KEY', label: 'k' })).toEqual([])
    await expect(hsm.C_SignInit(session, 'CKM_ECDSA', 1)).rejects.toThrow('CKR_USER_NOT_LOGGED_IN')
  })

  it('leaves no session open, whatever happened in it', async () => {
    const hsm = new SoftHsm(PIN, ['k'])
    let open = 0
    const openSession = hsm.C_OpenSession.bind(hsm)
    const closeSession = hsm.C_CloseSession.bind(hsm)
    hsm.C_OpenSession = () => {
      open++
      return openSession()
    }
    hsm.C_CloseSession = (session) => {
      open--
      return closeSession(session)
    }
    const store = await HsmKeyStore.open(hsm, PIN)
    expect(await outcome(store, 'k', signingInput({}), 'jwt')).toBe('signed')
    hsm.C_Sign = async () => {
      throw new Pkcs11Error('CKR_DEVICE_ERROR')
    }
    expect(await outcome(store, 'k', signingInput({}), 'jwt')).toBe('KEY_STORE_FAILED: CKR_DEVICE_ERROR')
    expect(open).toBe(1)
  })
})

describe('the device with a display', () => {
  function watched(pressed = true) {
    const screens: Screen[] = []
    const device = new DisplayDevice(['m'], async (screen) => {
      screens.push(screen)
      return pressed
    })
    return { screens, device, store: new DisplayKeyStore(device) }
  }

  it('shows what is signed, not what the host says it is', async () => {
    const { screens, store } = watched()
    const preimage = signingInput({ type: 'shareResp', aud: 'did:uport:mallory', name: '\u202eadA\n' })
    expect(await outcome(store, 'm', preimage, 'jwt', { type: 'shareResp', aud: 'did:uport:bank' })).toBe(
      'signed',
    )
    expect(screens).toEqual([
      {
        title: 'Sign token',
        lines: [
          'typ: "JWT"',
          'alg: "ES256K"',
          'type: "shareResp"',
          'aud: "did:uport:mallory"',
          'name: "\\u202eadA\\n"',
        ],
      },
    ])
  })

  it.each([
    ['hello', '"hello"'],
    ['', '""'],
    ['1', '"1"'],
    ['12345678901', '"12345678901"'],
  ])('shows the message %j', async (text, line) => {
    const { screens, store } = watched()
    expect(await outcome(store, 'm', personal(text), 'personal-message')).toBe('signed')
    expect(screens).toEqual([{ title: 'Sign message', lines: [line] }])
  })

  it('shows every field of a transaction', async () => {
    const { screens, store } = watched()
    expect(await outcome(store, 'm', TRANSFER, 'transaction')).toBe('signed')
    expect(screens[0]?.title).toBe('Sign transaction')
    expect(screens[0]?.lines).toEqual([
      'type: 2',
      'to: "0x1111111111111111111111111111111111111111"',
      'data: "0x"',
      'nonce: 0',
      'gasLimit: "21000"',
      'maxPriorityFeePerGas: "0"',
      'maxFeePerGas: "9"',
      'value: "7"',
      'chainId: "1"',
      'accessList: []',
    ])
  })

  it.each<[string, Uint8Array, SignPurpose]>([
    ['typed data, whose preimage is two hashes', new Uint8Array(66).fill(0x19), 'typed-data'],
    ['a meta-transaction', new Uint8Array(66).fill(0x19), 'meta-transaction'],
    ['bytes that are no transaction', Uint8Array.of(1, 2, 3), 'transaction'],
    ['a message without its prefix', encodeUtf8('hello'), 'personal-message'],
    ['a message of another length', encodeUtf8('\u0019Ethereum Signed Message:\n4hello'), 'personal-message'],
    ['bytes as a token', Uint8Array.of(0x80, 0x81), 'jwt'],
    ['a text with signs that no screen shows', encodeUtf8('a\u202eb'), 'jwt'],
  ])('refuses %s unseen', async (_, preimage, purpose) => {
    const { screens, store } = watched()
    expect(await outcome(store, 'm', preimage, purpose)).toBe(
      'KEY_SIGNING_REFUSED: the device cannot show this',
    )
    expect(screens).toEqual([])
  })

  it('refuses more than a person reads through', async () => {
    const { store } = watched()
    expect(await outcome(store, 'm', encodeUtf8('x'.repeat(16_385)), 'jwt')).toBe(
      'KEY_SIGNING_REFUSED: too long for the screen of the device',
    )
  })

  it('never signs a digest', async () => {
    await expect(watched().device.signDigest('m', new Uint8Array(32))).rejects.toMatchObject({
      code: 'SW_BLIND',
    })
  })

  it('signs nothing that the person rejects', async () => {
    const { store } = watched(false)
    expect(await outcome(store, 'm', signingInput({}), 'jwt')).toBe(
      'KEY_SIGNING_REFUSED: declined at the device',
    )
  })

  it('asks about one thing at a time, and not about what was cancelled while it waited', async () => {
    const asked: Screen[] = []
    const presses: ((pressed: boolean) => void)[] = []
    const device = new DisplayDevice(['m'], (screen) => {
      asked.push(screen)
      return new Promise((resolve) => presses.push(resolve))
    })
    const store = new DisplayKeyStore(device)
    const controller = new AbortController()
    const sign = (n: number, signal?: AbortSignal) => {
      const preimage = signingInput({ n })
      const context: SignContext = { purpose: 'jwt', hash: 'sha256', preimage, preview: {} }
      return store.sign('m', sha256(preimage), context, { signal })
    }
    const [first, second, third] = [sign(1), sign(2, controller.signal), sign(3)]
    await expect.poll(() => presses.length, { interval: 1 }).toBe(1)
    controller.abort(new Error('cancelled'))
    await expect(second).rejects.toThrow('cancelled')
    presses[0]?.(true)
    await first
    await expect.poll(() => presses.length, { interval: 1 }).toBe(2)
    presses[1]?.(true)
    await third
    expect(asked.map(({ lines }) => lines.at(-1))).toEqual(['n: 1', 'n: 3'])
  })

  it('sends away who comes past the queue', async () => {
    let press: (pressed: boolean) => void = () => {}
    const device = new DisplayDevice(['m'], () => new Promise((resolve) => (press = resolve)))
    const first = device.sign('m', 'token', signingInput({}))
    await expect(device.sign('m', 'token', signingInput({}))).rejects.toMatchObject({ code: 'SW_BUSY' })
    press(true)
    expect(await first).toHaveLength(64)
  })
})

describe('what is read off a preimage', () => {
  it.each([
    '',
    'a',
    'e30',
    'e30.',
    '.e30',
    'e30.e30.e30',
    'W10.e30',
    'e30.bnVsbA',
    'e30.e30=',
    'e30.e3',
    'e30.IA',
  ])('%j is no token', (text) => expect(readToken(encodeUtf8(text))).toBeUndefined())

  it('a token is', () => {
    expect(readToken(encodeUtf8('e30.e30'))).toEqual({ header: {}, payload: {} })
  })

  it('a transaction of a type that the device does not know is not shown', () => {
    expect(screenOf('transaction', Uint8Array.of(4, 0xc0))).toBeUndefined()
  })
})
