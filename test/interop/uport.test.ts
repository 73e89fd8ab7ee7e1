import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  answerClaimSignature,
  answerVerifiedClaim,
  decodeJwt,
  disclosure,
  type JsonObject,
  signJwt,
} from '@uport-kit/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInterop } from './support/genuine.ts'
import { type InteropWorld, type KnownParty, startInteropWorld } from './support/interop-world.ts'

const WORKER = fileURLToPath(new URL('support/uport-worker.mjs', import.meta.url))
const DEADLINE = 15_000

describeInterop('uport 0.6.5', () => {
  let world: InteropWorld
  let app: KnownParty
  let user: KnownParty

  beforeAll(async () => {
    world = await startInteropWorld()
    ;[app, user] = await Promise.all([world.registerKnown('App'), world.registerKnown('Ada')])
  })
  afterAll(() => world.close())

  const mnidOf = ({ did }: KnownParty) => did.slice('did:uport:'.length)

  /** A token as its pages showed it: the address to answer to in the query, where anybody can change it. */
  const besideCallback = (token: unknown): string =>
    `https://id.uport.me/req/${token}?callback_url=${encodeURIComponent(world.callbackUrl)}`

  /** Runs a command of it in a process that has an end. */
  async function uport(party: KnownParty, command: string, more: object): Promise<unknown> {
    const { networkId, registry, rpcUrl, gatewayUrl } = world.devnet
    const input = {
      ...{ command, address: mnidOf(party), privateKey: party.privateKey },
      ...{ networks: { [networkId]: { registry, rpcUrl } }, ipfsGw: `${gatewayUrl}/ipfs/` },
      ...more,
    }
    const { stdout } = await promisify(execFile)(process.execPath, [WORKER, JSON.stringify(input)], {
      timeout: DEADLINE,
      killSignal: 'SIGKILL',
    })
    return JSON.parse(stdout)
  }

  it('asks under its bare MNID and without an end, our wallet answers, and it accepts the answer', async () => {
    const { callbackUrl } = world
    const request = await uport(app, 'createRequest', { params: { requested: ['phone'], callbackUrl } })
    const asked = decodeJwt(request).payload
    expect([asked['iss'], asked['exp']]).toEqual([mnidOf(app), undefined])
    const { access_token: token } = await world.answer(String(request), user, { phone: '1' })
    expect([decodeJwt(token).payload['aud'], decodeJwt(token).payload['iss']]).toEqual([
      mnidOf(app),
      mnidOf(user),
    ])
    expect(await uport(app, 'receive', { token, callbackUrl })).toMatchObject({
      ...{ did: mnidOf(user), address: mnidOf(user), phone: '1', name: 'Ada' },
    })
  }, 60_000)

  it('asks for a signed claim beside an address that it did not sign: our wallet shows it and answers nobody', async () => {
    const request = await uport(app, 'createVerificationRequest', { params: { name: 'Bob' }, sub: app.did })
    const consent = await world.wallet(user.identity).receive(besideCallback(request))
    expect(consent.request).toMatchObject({ sub: app.did, claim: { name: 'Bob' } })
    const approved = consent.is(answerClaimSignature) && consent.approve({})
    await expect(approved).rejects.toMatchObject({ code: 'REQUEST_NO_CALLBACK' })
  }, 60_000)

  it('sends a credential beside such an address, which learns that somebody accepted, and no more', async () => {
    const card = await uport(app, 'attest', { params: { sub: mnidOf(user), claim: { age: 36 } } })
    const consent = await world.wallet(user.identity).receive(besideCallback(card))
    if (consent.is(answerVerifiedClaim)) await consent.approve({})
    expect(world.posted()).toEqual({ status: 'accepted' })
  }, 60_000)

  it('refuses an answer of ours that is not for it, in its way: it never says so', async () => {
    const token = await signJwt({ type: 'shareResp', aud: mnidOf(user), own: {} }, user.identity, {
      expiresIn: 600,
    })
    const failure = await uport(app, 'receive', { token }).catch((reason: unknown) => reason)
    expect(failure).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('JWT audience does not match'),
    })
  }, 60_000)

  it('signs an answer to our request that we take', async () => {
    const requester = world.requester(app.identity)
    const { id, jwt } = await requester.create(disclosure, { requested: ['name'] }, { reply: 'relay' })
    const exp = Number(decodeJwt(jwt).payload['exp'])
    const payload: JsonObject = { type: 'shareResp', req: jwt, aud: app.did, exp, own: { name: 'Ada' } }
    const token = await uport(user, 'createJWT', { payload })
    expect(decodeJwt(token).payload['iss']).toBe(mnidOf(user))
    const who = await requester.verify(disclosure, id, { access_token: String(token) })
    expect([who.did, who.own['name'], who.sealed]).toEqual([user.did, 'Ada', false])
  }, 60_000)
})
