import { join } from 'node:path'
import { encodeBase64url, MemoryKeyStore, signJwt } from '@uport-kit/core'
import { httpRpc } from '@uport-kit/core/ethereum'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  beginCall,
  type CliCall,
  type CliWorld,
  callCli,
  runCli,
  startCli,
  startCliWorld,
} from '../test-support/cli-world.ts'

type Home = CliCall & { readonly home: string }

/** Registered with nobody: on a network that no test configures. */
const ELSEWHERE = 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'

let world: CliWorld
/** A person and an app, each on a machine of its own. */
let ada: Home
let shop: Home
let adaDid = ''
let shopDid = ''

async function makeIdentity(name: string, home: Home, extra: readonly string[]): Promise<string> {
  const made = await world.json(['identity', 'create', name, ...extra], home)
  await world.devnet.fund(made.address)
  await world.json(['identity', 'register', name, '--yes'], home)
  return made.did
}

beforeAll(async () => {
  world = await startCliWorld()
  ;[ada, shop] = await Promise.all([world.home('ada'), world.home('shop')])
  ;[adaDid, shopDid] = await Promise.all([
    makeIdentity('ada', ada, ['--claim', 'name=Ada Lovelace', '--claim', 'email=ada@example.org']),
    makeIdentity('shop', shop, ['--type', 'app', '--public-name', 'Example shop']),
  ])
})
afterAll(() => world.close())

describe('identity', () => {
  it('is made, registered, shown and given a new key; its DID stays', async () => {
    const home = await world.home('eve')
    const created = await runCli(['identity', 'create', 'eve', '--json'], home)
    expect(created).toMatchObject({ code: 0, stderr: '' })
    const { did, address } = JSON.parse(created.stdout)
    await world.devnet.fund(address)
    const registered = await runCli(['identity', 'register', 'eve', '--yes'], home)
    expect(registered.code).toBe(0)
    expect(registered.stderr).toMatch(/^published {2}Qm.*\nsigned .*0x.*\nsent .*\nincluded /)
    const before = await world.json(['sign', await world.file('claims.json', '{"a":1}')], home)
    const rotated = await runCli(['identity', 'rotate', 'eve', '--yes', '--quiet', '--json'], home)
    expect(rotated).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(rotated.stdout)).toMatchObject({ did, key: 'eve-2' })
    const shown = await runCli(['identity', 'show', 'eve'], home)
    expect(shown.stdout).toContain(`did         ${did}`)
    expect(shown.stdout).toContain('key listed  yes')
    const judged = await callCli(['verify', '-', '--json'], { ...home, input: before.jwt })
    expect(judged.code).toBe(4)
    expect(JSON.parse(judged.stdout)).toMatchObject({ failed: 'signature', code: 'JWT_SIGNATURE_INVALID' })
  })

  it('is shown as the registry has it', async () => {
    expect(await world.json(['identity', 'show', shopDid], shop)).toMatchObject({
      name: 'shop',
      network: '0x7a69',
      registry: { registered: true, keyListed: true, profile: { name: 'Example shop' } },
    })
    expect(await world.json(['identity', 'show'], shop)).toHaveLength(1)
  })

  it('is given Ether on a devnet, by name, by key and by address, and nowhere else', async () => {
    const home = await world.home('mary')
    const { address } = await world.json(['identity', 'create', 'mary'], home)
    const funded = await runCli(['fund', 'mary'], home)
    expect(funded).toMatchObject({ code: 0, stdout: `${address} was sent 1 Ether on 0x7a69\n` })
    expect(await world.json(['fund', address], home)).toMatchObject({ address, network: '0x7a69' })
    await world.json(['identity', 'register', 'mary', '--yes'], home)
    const { address: spare } = await world.json(['keys', 'create', 'spare'], home)
    expect(await world.json(['fund', 'spare'], home)).toMatchObject({ address: spare })
    const unknown = await callCli(['fund', 'nobody'], home)
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
    expect(unknown.stderr).toContain('uport keys create nobody')
    const elsewhere = { networks: { '0x7a69': { rpcUrls: ['https://ethereum.example'] } } }
    const refused = await callCli(['fund', address], await world.home('elsewhere', elsewhere))
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('send the account Ether from your wallet')
  })

  it('takes claims from a file, not from the call', async () => {
    const { code, stderr } = await callCli(['sign', '{"a":1}'], ada)
    expect(code).toBe(2)
    expect(stderr).toContain('- and the JSON on standard input')
  })

  it('is changed only with approval, and tells what its account lacks', async () => {
    const poor = await world.home('poor')
    await world.json(['identity', 'create', 'poor'], poor)
    const [unapproved, rotation, unfunded] = await Promise.all([
      runCli(['identity', 'register', 'poor'], poor),
      callCli(['identity', 'rotate', 'poor'], poor),
      callCli(['identity', 'register', 'poor', '--yes', '--json'], poor),
    ])
    for (const { code, stdout, stderr } of [unapproved, rotation]) {
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toContain('--yes')
    }
    expect(unfunded.code).toBe(1)
    const events = unfunded.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events[0]).toMatchObject({ event: 'published' })
    expect(events.at(-1)).toMatchObject({ code: 'ACCOUNT_FUNDS_INSUFFICIENT', exitCode: 1 })
    expect((await world.json(['identity', 'show', 'poor'], poor)).registry).toEqual({ registered: false })
  })

  it('refuses what is no call', async () => {
    const [taken, unknown] = await Promise.all([
      runCli(['identity', 'create', 'ada'], ada),
      runCli(['identity', 'show', 'nobody'], ada),
    ])
    expect([taken.code, unknown.code]).toEqual([2, 2])
    expect(taken.stderr).toContain('taken')
    expect(unknown.stderr).toContain('known are ada')
    const wrong: readonly (readonly string[])[] = [
      ['create', 'No Name'],
      ['create'],
      ['create', 'x', '--type', 'robot'],
      ['create', 'x', '--claim', 'name'],
      ['register', 'nobody', '--yes'],
      ['rotate', 'nobody', '--yes'],
      ['erase', 'ada'],
    ]
    for (const args of wrong) expect((await callCli(['identity', ...args], ada)).code, args.join(' ')).toBe(2)
  })
})

describe('resolve', () => {
  it('prints documents, and says why it cannot', async () => {
    const [text, unknown] = await Promise.all([
      runCli(['resolve', adaDid], ada),
      runCli(['resolve', 'did:sov:WRfXPg8dantKVubE3HX8pw'], ada),
    ])
    expect(JSON.parse(text.stdout.split('\n\npinned by')[0] ?? '')).toMatchObject({ id: adaDid })
    expect(text.stdout).toMatch(/pinned by Qm/)
    expect(unknown).toMatchObject({ code: 1, stdout: '' })
    expect(unknown.stderr).toContain('[DID_METHOD_UNSUPPORTED]')
    expect((await world.json(['resolve', adaDid, '--legacy'], ada)).document).toHaveProperty('publicKey')
    expect((await world.json(['resolve', adaDid, '--w3c'], ada)).document).toHaveProperty(
      'verificationMethod',
    )
    const key = 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'
    expect((await world.json(['resolve', key], ada)).document.id).toBe(key)
    expect((await callCli(['resolve', 'ada'], ada)).stderr).toContain('[DID_INVALID]')
    const unconfigured = [ELSEWHERE, 'did:ethr:0x00521965e7bd230323c423d96c657db5b79d099f']
    for (const did of unconfigured) expect(await callCli(['resolve', did])).toMatchObject({ code: 2 })
    const local = await callCli(['resolve', 'did:web:localhost'], ada)
    expect(local).toMatchObject({ code: 1, stderr: expect.stringContaining('[FETCH_BLOCKED]') })
    const debugged = await callCli(['resolve', 'ada', '--debug'], ada)
    expect(debugged.stderr).toContain('\n    at ')
  })

  it('fails for now where a node does not answer', async () => {
    const options = ['--rpc-url', 'http://127.0.0.1:9', '--network', '0x7a69', '--json']
    const down = await callCli(['resolve', adaDid, ...options], ada)
    expect(down.code).toBe(5)
    expect(JSON.parse(down.stderr)).toMatchObject({ event: 'error', retryable: true })
  })
})

describe('sign and verify', () => {
  let token = ''
  beforeAll(async () => {
    const claims = await world.file('credential.json', '{"claim":{"degree":"MSc"}}')
    const args = ['sign', claims, '--sub', adaDid, '--aud', adaDid, '--expires-in', '3600']
    token = (await runCli(args, shop)).stdout.trim()
  })

  it('agree, and every rule is explained', async () => {
    const text = await runCli(['verify', '-', '--audience', adaDid], { ...ada, input: token })
    expect(text.code).toBe(0)
    expect(text.stdout).toMatch(/^ok {4} *form/)
    expect(text.stdout).toContain('\nvalid\n')
    const { verdict, rules, payload } = await world.json(['verify', token, '--audience', adaDid], ada)
    expect(verdict).toBe('valid')
    expect(payload).toMatchObject({ iss: shopDid, sub: adaDid, claim: { degree: 'MSc' } })
    expect(rules.map(({ rule, status }: { rule: string; status: string }) => `${rule} ${status}`)).toEqual([
      'form passed',
      'algorithm passed',
      'signature-form passed',
      'claims passed',
      'issuer passed',
      'registry passed',
      'content passed',
      'document passed',
      'key passed',
      'signature passed',
      'start passed',
      'expiry passed',
      'audience passed',
      'credential passed',
    ])
  })

  it('name the rule that failed, for each kind of broken token', async () => {
    const [header = '', payload = '', signature = ''] = token.split('.')
    const part = (value: unknown) => encodeBase64url(new TextEncoder().encode(JSON.stringify(value)))
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const remade = (changes: object) => `${header}.${part({ ...claims, ...changes })}.${signature}`
    const keys = new MemoryKeyStore()
    const { keyId } = await keys.create()
    const forged = await signJwt(claims, { did: shopDid, keyId, keys })
    const unregistered = (await world.json(['mnid', `0x${'17'.repeat(20)}`], ada)).did
    const odd = (await callCli(['sign', '-', '--json'], { ...shop, input: '{"claim":"none"}' })).stdout
    const ed25519 = `${part({ typ: 'JWT', alg: 'ES256K-R' })}.${part({ ...claims, iss: 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' })}.${encodeBase64url(new Uint8Array(65))}`
    const broken: readonly [string, string, string, ...string[]][] = [
      ['form', 'JWT_MALFORMED', `${header}.${payload}`],
      ['form', 'JWT_MALFORMED', `${header}.${payload}=.${signature}`],
      ['form', 'JWT_TOO_LARGE', `${header}.${'A'.repeat(70_000)}.${signature}`],
      [
        'algorithm',
        'JWT_ALGORITHM_UNSUPPORTED',
        `${part({ typ: 'JWT', alg: 'none' })}.${payload}.${signature}`,
      ],
      ['algorithm', 'JWT_MALFORMED', `${part({ alg: 'ES256K', crit: ['x'] })}.${payload}.${signature}`],
      ['signature-form', 'JWT_SIGNATURE_LENGTH', `${header}.${payload}.AAAA`],
      ['claims', 'JWT_CLAIM_INVALID', remade({ exp: 'never' })],
      ['claims', 'JWT_CLAIM_INVALID', remade({ aud: 5 })],
      ['issuer', 'JWT_CLAIM_INVALID', remade({ iss: 5 })],
      ['issuer', 'DID_INVALID', remade({ iss: 'nobody' })],
      ['registry', 'NETWORK', remade({ iss: ELSEWHERE })],
      ['registry', 'IDENTITY_NOT_REGISTERED', remade({ iss: unregistered })],
      ['key', 'JWT_NO_SUITABLE_KEY', ed25519],
      ['signature', 'JWT_SIGNATURE_INVALID', remade({ claim: { degree: 'PhD' } })],
      ['signature', 'JWT_SIGNATURE_INVALID', forged],
      ['start', 'JWT_NOT_YET_VALID', token, '--at', '2020-01-01T00:00:00Z'],
      ['expiry', 'JWT_EXPIRED', token, '--at', String(claims.exp + 61)],
      ['audience', 'JWT_AUDIENCE_MISMATCH', token, '--audience', shopDid],
      ['credential', 'CREDENTIAL_INVALID', JSON.parse(odd).jwt],
    ]
    for (const [rule, errorCode, jwt, ...options] of broken) {
      const result = await callCli(['verify', '-', '--json', ...options], { ...ada, input: jwt })
      const { failed, code, verdict, rules } = JSON.parse(result.stdout)
      expect({ exit: result.code, rule: failed, verdict }, errorCode).toEqual({
        exit: 4,
        rule,
        verdict: 'invalid',
      })
      expect(code).toContain(errorCode)
      const statuses: string[] = rules.map((one: { status: string }) => one.status)
      const at = statuses.indexOf('failed')
      expect(statuses.slice(0, at).every((status) => status === 'passed' || status === 'skipped')).toBe(true)
      expect(statuses.slice(at + 1).every((status) => status === 'unreached')).toBe(true)
    }
    const shown = await runCli(['verify', forged], ada)
    expect(shown.code).toBe(4)
    expect(shown.stdout).toContain('FAIL  signature')
    expect(shown.stdout).toContain('What the token says, proven by nothing:')
  })

  it('say nothing about a token whose issuer cannot be looked up now', async () => {
    const options = ['--rpc-url', 'http://127.0.0.1:9', '--network', '0x7a69', '--json']
    const { code, stdout } = await callCli(['verify', token, ...options], ada)
    expect(code).toBe(5)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'undetermined', failed: 'registry' })
  })

  it('refuse what is no call', async () => {
    const claims = await world.file('issuer.json', '{"iss":"me"}')
    const [verifying, signing] = await Promise.all([
      runCli(['verify', token, '--at', 'yesterday'], ada),
      runCli(['sign', claims], shop),
    ])
    expect(verifying).toMatchObject({ code: 2, stdout: '' })
    expect(signing).toMatchObject({ code: 2, stdout: '' })
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [['verify'], ''],
      [['verify', '@/nonexistent'], ''],
      [['verify', token, '--network', 'main'], ''],
      [['sign', '-'], 'no JSON'],
      [['sign', '-'], '[]'],
      [['sign', '-', '--as', 'nobody'], '{}'],
      [['sign', '-', '--expires-in', 'soon'], '{}'],
    ]
    for (const [args, input] of wrong) {
      expect((await callCli(args, { ...shop, input })).code, args.join(' ')).toBe(2)
    }
    const unconfigured = await callCli(['verify', token])
    expect(unconfigured).toMatchObject({ code: 2, stdout: '' })
  })
})

/** Asks as the shop; gives the link, and the answer when it has come. */
async function ask(args: readonly string[], begin = beginCall) {
  const asking = begin(['request', ...args, '--timeout', '50', '--json'], shop)
  const shown = JSON.parse(await asking.line('stderr', (line) => line.includes('"event":"request"')))
  return { uri: String(shown.uri), result: asking.result }
}

/** Asks as the shop, lets the wallet approve, and gives what each printed. */
async function askAndApprove(args: readonly string[], home = ada) {
  const { uri, result } = await ask(args)
  const wallet = await callCli(['wallet', uri, '--approve'], home)
  expect({ code: wallet.code, stderr: wallet.stderr }).toMatchObject({ code: 0, stderr: expect.any(String) })
  const { code, stdout, stderr } = await result
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return { answer: JSON.parse(stdout), screen: wallet.stderr }
}

describe('request and wallet', () => {
  it('scan a picture, and answer when told to', async () => {
    const png = join(world.directory, 'code.png')
    const { result } = await ask(
      ['disclosure', '--claim', 'name!', '--claim', 'email', '--png', png],
      startCli,
    )
    const unapproved = await runCli(['wallet', '--image', png], ada)
    expect(unapproved.code).toBe(3)
    expect(unapproved.stderr).toContain('asked by')
    expect(unapproved.stderr).toContain('wants       name (essential): "Ada Lovelace"')
    expect(unapproved.stderr).toContain('--approve')
    expect(await world.json(['wallet'], ada)).toHaveLength(1)
    const approved = await runCli(['wallet', '--image', png, '--approve', '--json'], ada)
    expect(JSON.parse(approved.stdout).outcomes).toMatchObject([{ decision: 'approved', delivered: true }])
    const { code, stdout } = await result
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      did: adaDid,
      own: { name: 'Ada Lovelace', email: 'ada@example.org' },
      sealed: true,
      bound: 'request',
    })
    const again = await callCli(['wallet', '--image', png, '--approve'], ada)
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('[REQUEST_ALREADY_ANSWERED]')
  })

  it('decline', async () => {
    const { uri, result } = await ask(['disclosure', '--claim', 'name'])
    const declined = await callCli(['wallet', '-', '--decline'], { ...ada, input: uri })
    expect([declined.code, (await result).code]).toEqual([3, 3])
  })

  it('sign messages, typed data and claims', async () => {
    const message = await askAndApprove(['personal-sign', '--message', 'I agree', '--proof'])
    expect(message.answer).toMatchObject({ did: adaDid, data: 'I agree', jwt: expect.stringMatching(/^ey/) })
    expect(message.screen).toContain('content     "I agree"')
    const typedData = {
      types: { Order: [{ name: 'item', type: 'string' }] },
      primaryType: 'Order',
      domain: { name: 'Shop', chainId: 31337 },
      message: { item: 'book' },
    }
    const order = await world.file('order.json', JSON.stringify(typedData))
    const typed = await askAndApprove(['typed-data', '--file', order, '--from', adaDid])
    expect(typed.answer).toMatchObject({ typedData: { message: { item: 'book' } } })
    const claim = await world.file('claim.json', '{"met":"Ada"}')
    const signed = await askAndApprove(['claim-signature', '--file', claim, '--sub', adaDid])
    expect(signed.answer).toMatchObject({ did: adaDid, credential: { claim: { met: 'Ada' } } })
    expect(signed.answer.jwt).toBeUndefined()
  })

  it('deliver a credential, which the wallet shows when it is asked for', async () => {
    const claim = await world.file('degree.json', '{"degree":"MSc"}')
    const delivered = await askAndApprove(['credential', '--file', claim, '--sub', adaDid])
    expect(delivered.answer).toMatchObject({ status: 'accepted' })
    expect(delivered.screen).toContain('offers      {"degree":"MSc"}')
    const shown = await askAndApprove(['disclosure', '--credential', 'degree', '--account', 'general'])
    expect(shown.answer.verified).toMatchObject([{ claim: { degree: 'MSc' } }])
    expect(shown.answer.account).toMatchObject({ network: '0x7a69', proven: true })
    expect(shown.screen).toContain('credential  degree: 1 to show')
  })

  it('send a transaction', async () => {
    const to = `0x${'18'.repeat(20)}`
    const sent = await askAndApprove([
      'transaction',
      '--to',
      to,
      '--value',
      '1000',
      '--label',
      'tip',
      '--wait',
    ])
    expect(sent.answer).toMatchObject({ status: 'confirmed', to, value: '1000', gasUsed: '21000' })
    expect(sent.screen).toContain('value       1000 wei')
    expect(sent.screen).toContain('it says     "tip"')
    expect(sent.screen).toContain(`${sent.answer.hash} is confirmed.`)
  })

  it('are interrupted', async () => {
    const asking = startCli(['request', 'disclosure', '--claim', 'name', '--qr'], shop)
    await asking.line('stderr', (line) => line.includes('█') || line.includes('▀'))
    await asking.line('stderr', (line) => line.includes(':req/'))
    asking.kill('SIGTERM')
    expect(await asking.result).toMatchObject({ code: 130, stdout: '' })
  })

  it('refuse what is no call', async () => {
    const empty = await world.file('empty.png', PNG.sync.write(new PNG({ width: 20, height: 20 })))
    const text = await world.file('text.png', 'no picture at all, and long enough')
    const huge = PNG.sync.write(new PNG({ width: 4, height: 4 }))
    huge.writeUInt32BE(60_000, 16)
    huge.writeUInt32BE(60_000, 20)
    const [requesting, garbage] = await Promise.all([
      runCli(['request', 'everything'], shop),
      runCli(['wallet', 'https://example.com/nothing'], ada),
    ])
    expect(requesting.code).toBe(2)
    expect(requesting.stderr).toContain('disclosure, personal-sign')
    expect(garbage.code).toBe(1)
    expect(garbage.stderr).toContain('[REQUEST_MALFORMED]')
    const wrong: readonly [Home, ...string[]][] = [
      [shop, 'request'],
      [shop, 'request', 'personal-sign'],
      [shop, 'request', 'typed-data', '--file', empty],
      [shop, 'request', 'transaction', '--to', '0x1', '--value', '1 ether'],
      [shop, 'request', 'transaction', '--to', '0x1', '--value', '1'],
      [ada, 'wallet', '--image', empty],
      [ada, 'wallet', '--image', text],
      [ada, 'wallet', '--image', await world.file('huge.png', huge)],
      [ada, 'wallet', 'x', '--image', empty],
      [ada, 'wallet', 'x', '--approve', '--decline'],
    ]
    for (const [home, ...args] of wrong) expect((await callCli(args, home)).code, args.join(' ')).toBe(2)
    const alone = await world.home('alone', { relay: undefined })
    expect((await callCli(['request', 'disclosure'], alone)).stderr).toContain('--relay')
  })
})

describe('a contract identity', () => {
  /** The person's devices, each with its own keys; `paper` is the recovery key, kept elsewhere until it is needed. */
  let phone: Home
  let laptop: Home
  let paper = ''
  let did = ''

  async function fundedKey(id: string, home: Home): Promise<string> {
    const { address } = await world.json(['keys', 'create', id], home)
    await world.devnet.fund(address)
    return address
  }

  async function moveClock(seconds: number): Promise<void> {
    const rpc = httpRpc(world.devnet.rpcUrl)
    await rpc.request({ method: 'evm_increaseTime', params: [seconds] })
    await rpc.request({ method: 'evm_mine' })
  }

  async function isValid(jwt: string): Promise<boolean> {
    return (await callCli(['verify', jwt], phone)).code === 0
  }

  beforeAll(async () => {
    ;[phone, laptop] = await Promise.all([world.home('phone'), world.home('laptop')])
    await fundedKey('phone', phone)
    await fundedKey('laptop', laptop)
    paper = await fundedKey('paper', laptop)
  })

  it('is created for a key, registers its document through its proxy, and signs with a key of its own', async () => {
    const args = ['identity', 'create', 'ada', '--contract', '--key', 'phone', '--recovery', paper]
    const unapproved = await callCli(args, phone)
    expect(unapproved.code).toBe(3)
    const created = await runCli([...args, '--yes', '--json'], phone)
    expect(created.code).toBe(0)
    const entry = JSON.parse(created.stdout)
    expect(entry).toMatchObject({ accountKey: 'phone', key: 'ada', manager: expect.stringMatching(/^0x/) })
    did = entry.did
    const registered = await world.json(['identity', 'register', 'ada', '--yes'], phone)
    expect(registered.did).toBe(did)
    const shown = await world.json(['identity', 'show', 'ada'], phone)
    expect(shown.registry).toMatchObject({ registered: true, keyListed: true })
    const { jwt } = await world.json(['sign', await world.file('claims.json', '{"a":1}')], phone)
    expect(await isValid(jwt)).toBe(true)
  })

  it('survives a lost device: the recovery key brings it to another one', async () => {
    const claims = await world.file('claims.json', '{"a":1}')
    const lost = await world.json(['sign', claims], phone)
    const args = ['identity', 'recover', 'ada', '--did', did, '--recovery-key', 'paper', '--key', 'laptop']
    const recovered = await runCli([...args, '--yes'], laptop)
    expect(recovered.code).toBe(0)
    expect(recovered.stdout).toContain('uport identity register ada')
    const early = await callCli(['identity', 'register', 'ada', '--yes'], laptop)
    expect(early.code).toBe(1)
    expect(early.stderr).toContain('[ACCOUNT_NOT_OWNER]')
    await moveClock(3_601)
    expect(await world.json(['identity', 'register', 'ada', '--yes'], laptop)).toMatchObject({ did })
    const { jwt } = await world.json(['sign', claims], laptop)
    expect([await isValid(jwt), await isValid(lost.jwt)]).toEqual([true, false])
  })

  it('pays from its own ether', async () => {
    const { address } = await world.json(['mnid', did], laptop)
    await world.devnet.fund(address)
    const to = `0x${'19'.repeat(20)}`
    const { answer } = await askAndApprove(['transaction', '--to', to, '--value', '7'], laptop)
    expect(answer).toMatchObject({ status: 'submitted', from: address, to, value: '7' })
  })

  it('is recovered by nobody else, and by no wrong call', async () => {
    const recover = (...args: string[]) => ['identity', 'recover', 'eve', ...args]
    const keys = ['--recovery-key', 'laptop', '--key', 'laptop'] as const
    const [missing, foreign] = await Promise.all([
      runCli(recover('--recovery-key', 'paper', '--key', 'laptop'), laptop),
      callCli(recover('--did', did, '--recovery-key', 'laptop', '--key', 'paper', '--yes'), laptop),
    ])
    expect(missing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--did') })
    expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining('[ACCOUNT_NOT_OWNER]') })
    const again = await callCli(recover('--did', did, ...keys, '--yes'), laptop)
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('already') })
    const wrong: readonly (readonly string[])[] = [
      recover('--did', did, '--key', 'laptop', '--yes'),
      recover('--did', did, '--recovery-key', 'nothing', '--key', 'laptop', '--yes'),
      recover('--did', 'did:web:example.com', ...keys, '--yes'),
      recover('--did', did, ...keys, '--manager', '0x1', '--yes'),
      ['identity', 'create', 'eve', '--contract', '--yes'],
      ['identity', 'create', 'eve', '--contract', '--key', 'laptop', '--recovery', 'paper', '--yes'],
      ['identity', 'create', 'eve', '--contract', '--key', 'nothing', '--recovery', paper, '--yes'],
    ]
    for (const args of wrong) expect((await callCli(args, laptop)).code, args.join(' ')).toBe(2)
    expect((await callCli(recover('--did', did, ...keys), laptop)).code).toBe(3)
    expect(
      (await world.json(['identity', 'show'], laptop)).map(({ name }: { name: string }) => name),
    ).toEqual(['ada'])
  })
})
