import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RelayClient } from '@uport-kit/channel-relay'
import { derivedBoxKeys, disclosure, Requester } from '@uport-kit/core'
import { FileRequestStore } from '@uport-kit/store-file'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { craftReply, seenRequest } from '../support/craft-reply.ts'
import { type DevnetWorld, startDevnetWorld } from '../support/devnet-world.ts'

let world: DevnetWorld
let directory = ''

beforeAll(async () => {
  world = await startDevnetWorld()
  directory = await mkdtemp(join(tmpdir(), 'uport-processes-'))
})
afterAll(async () => {
  await world.close()
  await rm(directory, { recursive: true, force: true })
})

async function run(worker: string, input: object): Promise<ChildProcessWithoutNullStreams> {
  const file = join(directory, `${worker}-${Math.random().toString(36).slice(2)}.json`)
  await writeFile(file, JSON.stringify(input))
  const script = fileURLToPath(new URL(`../support/${worker}.mjs`, import.meta.url))
  return spawn(process.execPath, [script, file], { stdio: 'pipe' })
}

/** Everything a child prints, once it has ended; its exit code must be 0. */
function output(child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    let errors = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.once('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`exit code ${code}: ${errors}`)),
    )
  })
}

describe('a request store shared by processes', () => {
  it('lets one of 50 parallel verifications of one reply win', async () => {
    const [app, user] = await Promise.all([world.register('app'), world.register('user')])
    const secret = Buffer.alloc(32, 7)
    const relay = new RelayClient({ url: world.devnet.relayUrl })
    const requests = join(directory, 'requests')
    const requester = new Requester({
      identity: { ...app.identity, boxKeys: derivedBoxKeys(secret) },
      resolver: world.resolver(),
      requests: new FileRequestStore({ directory: requests }),
      replyChannels: [relay],
    })
    const { id, jwt } = await requester.create(disclosure, {}, { reply: 'relay' })
    const body = await craftReply(seenRequest(jwt), user.identity)
    await relay[Symbol.asyncDispose]()

    const input = {
      directory: requests,
      secret: secret.toString('base64'),
      did: app.identity.did,
      id,
      body,
      times: 25,
      networks: world.networks,
      gateways: [world.devnet.gatewayUrl],
    }
    const children = await Promise.all([run('verify-worker', input), run('verify-worker', input)])
    const outputs = children.map(output)
    await Promise.all(children.map((child) => new Promise((resolve) => child.stdout.once('data', resolve))))
    for (const child of children) child.stdin.write('go\n')
    const codes = (await Promise.all(outputs)).flatMap((text): string[] =>
      JSON.parse(text.split('\n')[1] ?? '[]'),
    )
    expect(codes).toHaveLength(50)
    expect(codes.filter((code) => code === `won ${user.identity.did}`)).toHaveLength(1)
    expect(codes.filter((code) => code === 'REPLY_REPLAYED')).toHaveLength(49)
    expect((await readdir(requests)).filter((name) => name.endsWith('.spent'))).toHaveLength(1)
  })
})

describe('cancel, deadline and refusal', () => {
  it('settle the promise within 100 ms and leave no timer and no socket behind', async () => {
    const child = await run('settle-worker', {
      relayUrl: world.devnet.relayUrl,
      did: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX',
    })
    let printedAt = 0
    child.stdout.once('data', () => {
      printedAt = performance.now()
    })
    const results: { name: string; code: string; milliseconds: number }[] = JSON.parse(await output(child))
    const lingered = performance.now() - printedAt
    expect(results.map(({ name, code }) => [name, code])).toEqual([
      ['cancel', 'REQUEST_CANCELLED'],
      ['deadline', 'REQUEST_EXPIRED'],
      ['refusal', 'REQUEST_REFUSED'],
    ])
    for (const { name, milliseconds } of results) expect(milliseconds, name).toBeLessThan(100)
    // fetch keeps idle connections for some seconds; a process held open by them would still be here.
    expect(lingered).toBeLessThan(5000)
  })
})
