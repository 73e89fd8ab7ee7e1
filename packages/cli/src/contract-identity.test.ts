import { httpRpc } from '@uport-kit/core/ethereum'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliCall, type CliWorld, callCli, runCli, startCliWorld } from '../test-support/cli-world.ts'

type Home = CliCall & { readonly home: string }

let world: CliWorld
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
  world = await startCliWorld()
  ;[phone, laptop] = await Promise.all([world.home('phone'), world.home('laptop')])
  await fundedKey('phone', phone)
  await fundedKey('laptop', laptop)
  paper = await fundedKey('paper', laptop)
})
afterAll(() => world.close())

describe('a contract identity', () => {
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
