import { decodeJwt } from '@uport-kit/core'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { verifyMessage, verifyTypedData } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HELP, parseArguments } from '../../examples/flows/src/arguments.ts'
import { run as runClaimSignature } from '../../examples/flows/src/claim-signature.ts'
import { run as runDisclosure } from '../../examples/flows/src/disclosure.ts'
import { flows } from '../../examples/flows/src/flows.ts'
import { run as runOwnRoute } from '../../examples/flows/src/own-route.ts'
import { run as runPersonalSign } from '../../examples/flows/src/personal-sign.ts'
import { openStage, type Stage } from '../../examples/flows/src/stage.ts'
import { run as runTransaction } from '../../examples/flows/src/transaction.ts'
import { run as runTypedData } from '../../examples/flows/src/typed-data.ts'
import { run as runVerifiedClaim } from '../../examples/flows/src/verified-claim.ts'

let devnet: Devnet
let stage: Stage
let printed: string[] = []

beforeAll(async () => {
  devnet = await startDevnet()
  stage = await openStage(devnet, (line) => printed.push(line))
})
beforeEach(() => {
  printed = []
})
afterAll(async () => {
  await stage?.close()
  await devnet?.stop()
})

describe('the example of', () => {
  it('disclosure tells what was asked for and chosen, own words apart from proven ones', async () => {
    const who = await runDisclosure(stage)
    expect(who).toMatchObject({ did: stage.person.did, own: { name: 'Ada Lovelace' }, sealed: true })
    expect(who.own['email']).toBeUndefined()
    expect(who.verified).toMatchObject([{ issuer: stage.issuer.did, claim: { degree: 'BSc' } }])
    expect(printed).toContain('app     was told: name Ada Lovelace, email (not told)')
    expect(printed).toContain('wallet  wants name, email, degree; Ada tells all but her email address')
  })

  it('a verified claim delivers a credential by the issuer about the person', async () => {
    const { jwt, status, authenticated } = await runVerifiedClaim(stage)
    expect({ status, authenticated }).toEqual({ status: 'accepted', authenticated: false })
    expect(decodeJwt(jwt).payload).toMatchObject({
      iss: stage.issuer.did,
      sub: stage.person.did,
      claim: { degree: 'BSc' },
    })
    expect(printed).toContain(`wallet  keeps the token, ${jwt.length} characters, to show it to others`)
  })

  it('a claim signature ends with a credential by the person', async () => {
    const { did, credential } = await runClaimSignature(stage)
    expect(did).toBe(stage.person.did)
    expect(credential).toMatchObject({ sub: stage.issuer.did, claim: { taughtMe: 'analysis' } })
  })

  it('personal sign ends with a signature that ethers recovers to the account of the DID', async () => {
    const { data, signature, signer } = await runPersonalSign(stage)
    expect(verifyMessage(data, signature).toLowerCase()).toBe(stage.person.address)
    expect(signer).toBe(stage.person.address)
  })

  it('typed data ends with a signature that ethers recovers to the same account', async () => {
    const { typedData, signature } = await runTypedData(stage)
    const { EIP712Domain: _, ...types } = typedData.types
    const named = Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, [...fields]]))
    const account = verifyTypedData(typedData.domain, named, typedData.message, signature)
    expect(account.toLowerCase()).toBe(stage.person.address)
  })

  it('a transaction moves the money', async () => {
    const balance = async () => {
      const body = { jsonrpc: '2.0', id: 1, method: 'eth_getBalance', params: [stage.app.address, 'latest'] }
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(devnet.rpcUrl, { method: 'POST', headers, body: JSON.stringify(body) })
      return BigInt((await answer.json()).result)
    }
    const before = await balance()
    const { status } = await runTransaction(stage)
    expect(status).toBe('confirmed')
    expect((await balance()) - before).toBe(1_000_000_000n)
  })
})

describe('a login in two halves', () => {
  it('is answered at a route of the app, and verified there', async () => {
    const who = await runOwnRoute(stage)
    expect(who).toMatchObject({ did: stage.person.did, own: { name: 'Ada Lovelace' }, sealed: true })
    expect(printed[0]).toMatch(/^wallet {2}the answer goes to http:\/\/127\.0\.0\.1:\d+$/)
  })
})

describe('the command', () => {
  it('knows every flow by the name of its file, and says so in its help', () => {
    const runs = [
      runDisclosure,
      runVerifiedClaim,
      runClaimSignature,
      runPersonalSign,
      runTypedData,
      runTransaction,
      runOwnRoute,
    ]
    expect([...flows.values()]).toEqual(runs)
    expect(parseArguments(['all'])).toEqual([...flows.keys()])
    expect(parseArguments(['transaction', 'disclosure'])).toEqual(['transaction', 'disclosure'])
    expect(parseArguments(['--help'])).toEqual([])
    for (const name of flows.keys()) expect(HELP).toContain(`  ${name}\n`)
  })

  it.each([[[]], [['logout']], [['__proto__']], [['--fast']]])('refuses %j', (argv) => {
    expect(() => parseArguments(argv)).toThrow()
  })
})
