import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { encodeHex, encodeUtf8, isUportError, sha256 } from '@uport-kit/core'
import type { SignedMetaTransaction } from '@uport-kit/core/ethereum'
import { levelSponsorStore } from '../src/index.ts'
import { type KillPoint, SponsorProcess } from './sponsor-process.ts'
import { type Party, party, type SponsorWorld } from './sponsor-world.ts'

export interface LoadOptions {
  readonly devices: number
  /** Meta-transactions of each. */
  readonly each: number
  /** The first run ends here; a second one in the same directory goes on. */
  readonly kill?: KillPoint | undefined
  /** Wei that all transactions together may cost in a day. */
  readonly perDay?: bigint | undefined
}

/** What came of it, as the chain and the store tell. */
export interface LoadResult {
  /** For each meta-transaction: how many times its call is on the chain. */
  readonly included: readonly number[]
  /** The code of each one that was refused for good. */
  readonly refusals: readonly string[]
  /** Nonces of the sponsor's transactions, as stored, in order. */
  readonly nonces: readonly number[]
  readonly pending: number
  /** What left the sponsor's account. */
  readonly paid: bigint
  readonly milliseconds: number
  readonly ended: string | null
}

interface Job {
  readonly device: Party
  readonly signed: SignedMetaTransaction
}

/** `Forwarded(address indexed destination, uint256 value, bytes data)` of a proxy. */
const FORWARDED = '0xc1de93dfa06362c6a616cde73ec17d116c0d588dd1df70f27f91b500de207c41'
const RETRIES = 100
/** Of these, for a predecessor that does not come. */
const GAPS = 20
const RETRY_MS = 200

/** Sends many meta-transactions at once, on a chain that mines when it likes, and counts what happened. */
export async function runLoad(world: SponsorWorld, options: LoadOptions): Promise<LoadResult> {
  const root = await mkdtemp(join(tmpdir(), 'uport-sponsor-load-'))
  const dataDirectory = join(root, 'data')
  const jobs = await createJobs(world, options)
  const before = await world.balance(world.payer.address)
  const first = await startWorker(world, dataDirectory, options)
  await world.rpc('evm_setAutomine', false)
  const miner = startMiner(world)
  const started = performance.now()
  let refusals: readonly string[]
  let ended: string | null = null
  let current = first
  try {
    refusals = await sendAll(world, () => current.url, jobs, options.kill === undefined)
    if (options.kill !== undefined) {
      ended = await first.ended
      // The node forgets what it had: only the store knows it now.
      await world.rpc('anvil_dropAllTransactions')
      current = await startWorker(world, dataDirectory, { ...options, kill: undefined })
      refusals = await sendAll(world, () => current.url, jobs, true)
    }
    const expected = jobs.length - refusals.length
    await world.until(async () => first.included + (current === first ? 0 : current.included) >= expected)
  } finally {
    await miner.stop()
    await world.rpc('evm_setAutomine', true)
    await current.stop()
  }
  const milliseconds = performance.now() - started
  const stored = await readStore(dataDirectory)
  const marks = await forwardedMarks(world)
  await rm(root, { recursive: true })
  return {
    included: jobs.map((_, index) => marks.filter((mark) => mark === markOf(jobs, index)).length),
    refusals,
    nonces: stored.map(({ nonce }) => nonce),
    pending: stored.filter(({ state }) => state === 'pending').length,
    paid: before - (await world.balance(world.payer.address)),
    milliseconds,
    ended,
  }
}

let runs = 0

async function createJobs(world: SponsorWorld, { devices, each }: LoadOptions): Promise<readonly Job[]> {
  const run = ++runs
  const { url } = await world.sponsor()
  const parties = await Promise.all(
    Array.from({ length: devices }, (_, index) => party(`load ${run} ${index} ${process.pid}`)),
  )
  const jobs = await Promise.all(
    parties.map(async (device, index) => {
      const identity = await world.identity(url, device)
      const nonces = Array.from({ length: each }, (_, nonce) => nonce)
      return Promise.all(
        nonces.map(async (nonce) => {
          const mark = BigInt(run * 1_000_000 + index * 1_000 + nonce)
          return { device, signed: await world.forward(device, identity, BigInt(nonce), mark) }
        }),
      )
    }),
  )
  await world.stopSponsors()
  return jobs.flat()
}

function startWorker(world: SponsorWorld, dataDirectory: string, { kill, perDay }: LoadOptions) {
  const { rpc, chainId, issuers, txRelay, limits } = world.options()
  const plenty = (10n ** 20n).toString()
  const budgets = { perToken: plenty, perAddressAndDay: plenty, perDay: (perDay ?? 10n ** 20n).toString() }
  const privateKey = encodeHex(sha256(encodeUtf8('sponsor test payer')))
  return SponsorProcess.start({
    privateKey,
    dataDirectory,
    rpc,
    chainId: chainId.toString(),
    issuers,
    txRelay,
    limits: { ...limits, resendSeconds: 1, pollSeconds: 0.1 },
    budgets,
    kill,
  })
}

/** Every job at once; what comes before its predecessor is sent again, and the rest of its device's gives up with it. */
async function sendAll(
  world: SponsorWorld,
  url: () => string,
  jobs: readonly Job[],
  mustAnswer: boolean,
): Promise<readonly string[]> {
  const outcomes = await Promise.all(
    jobs.map(async ({ device, signed }) => {
      const client = world.client(url(), await world.token(device))
      for (let tries = 0; tries < RETRIES; tries++) {
        try {
          await client.send(signed)
          return 'sent'
        } catch (error) {
          if (!isUportError(error, 'SPONSOR_REFUSED')) {
            if (!mustAnswer) return 'unanswered'
            // Asking again is safe: that is what is tested.
            if (!isUportError(error) || !error.retryable) throw error
            await wait(RETRY_MS)
            continue
          }
          if (!error.retryable) return error.data.reason
          if (error.data.reason === 'META_NONCE_GAP' && tries === GAPS) return 'META_NONCE_GAP'
          await wait(RETRY_MS)
        }
      }
      return 'TRIED_TOO_OFTEN'
    }),
  )
  return outcomes.filter((outcome) => outcome !== 'sent')
}

function startMiner(world: SponsorWorld) {
  let isStopped = false
  const mining = (async () => {
    while (!isStopped) {
      await world.devnet.mine()
      await wait(60)
    }
  })()
  return {
    stop: () => {
      isStopped = true
      return mining
    },
  }
}

async function readStore(directory: string): Promise<readonly { nonce: number; state: string }[]> {
  const store = await levelSponsorStore({ directory })
  const entries: { nonce: number; state: string }[] = []
  for await (const [, text] of store.entries('o/')) entries.push(JSON.parse(text))
  await store.close()
  return entries
}

function markOf(jobs: readonly Job[], index: number): string {
  return jobs[index]?.signed.data.slice(-64) ?? ''
}

/** The data of every call that a proxy forwarded, from the first block on. */
async function forwardedMarks(world: SponsorWorld): Promise<readonly string[]> {
  const filter = { fromBlock: '0x0', toBlock: 'latest', topics: [FORWARDED] }
  const logs = (await world.rpc('eth_getLogs', filter)) as readonly { readonly data: string }[]
  return logs.map(({ data }) => data.slice(-64))
}
