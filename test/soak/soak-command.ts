import { parseArgs } from 'node:util'
import { findProgram } from '../../scripts/lib/programs.mjs'
import { MAX_SLOPES } from './memory-series.ts'
import { runSoak, type SoakResult } from './soak.ts'

const HELP = `Puts two relays on a Redis Cluster (three masters, three replicas) under load while relays are killed, Redis is
restarted, masters fail over, readers read slowly and connections stay half open. Fails where an acknowledged message
was lost, came twice or out of order, where a relay crashed, or where the memory of the one that lived through all of
it grew.

Usage: npm run soak [-- <option>...]

  --minutes <n>   how long; default 10. Memory is judged from 5 minutes on
  --lanes <n>     exchanges at one time; default 12
  --seed <n>      repeats the order of faults; default: by the clock
  --json          prints the result as JSON; how it goes is on standard error
  --help          prints this

Needs redis-server 7 or later (REDIS_SERVER_PATH, or on the PATH) and built packages (npm run build).`

/** @returns the exit code: 0 where nothing was lost, 1 where something was, 2 for a mistake on the command line */
export async function runSoakCommand(args: readonly string[]): Promise<number> {
  let options: ReturnType<typeof readOptions>
  try {
    options = readOptions(args)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    console.error(`soak: ${cause.message.split('\n')[0]} (--help lists the options)`)
    return 2
  }
  if (options === undefined) {
    console.log(HELP)
    return 0
  }
  const redisPath = findProgram('redis-server')
  if (redisPath === undefined) {
    console.error('soak: redis-server is not found; install it, or set REDIS_SERVER_PATH')
    return 2
  }
  const { isJson, ...soak } = options
  const tell = isJson ? console.error : console.log
  tell(`seed ${soak.seed}, ${soak.minutes} minutes, ${soak.lanes} lanes`)
  const result = await runSoak({ ...soak, redisPath, tell })
  const problems = problemsOf(result)
  if (isJson) console.log(JSON.stringify({ ...summaryOf(result), seed: soak.seed, problems }))
  else console.log(tableOf(result, problems))
  return problems.length === 0 ? 0 : 1
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      lanes: { type: 'string', default: '12' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const [minutes, lanes, seed] = [Number(values.minutes), Number(values.lanes), Number(values.seed)]
  if (!(minutes > 0 && minutes <= 10_000)) throw new TypeError('--minutes must be a positive number')
  if (!Number.isSafeInteger(lanes) || lanes < 1 || lanes > 1000)
    throw new TypeError('--lanes must be a whole number from 1 to 1000')
  if (!Number.isSafeInteger(seed) || seed < 0) throw new TypeError('--seed must be a whole number')
  return { minutes, lanes, seed, isJson: values.json }
}

function problemsOf({ ledger, memory, crashes }: SoakResult): string[] {
  const { lost, twice, disordered, other } = ledger.counts
  return [
    ...(ledger.violations > 0
      ? [`${lost} lost, ${twice} twice, ${disordered} out of order, ${other} other`]
      : []),
    ...ledger.told,
    ...(ledger.counts.acknowledged === 0 ? ['nothing was acknowledged'] : []),
    ...(crashes > 0 ? [`relays crashed ${crashes} times`] : []),
    ...(memory.isFlat ? [] : [`memory grew: ${slopesText(memory)}`]),
  ]
}

function summaryOf({ seconds, ledger, faults, memory, crashes, failures }: SoakResult) {
  const slope = (member: 'used' | 'native') => memory.slope(member) ?? null
  return {
    seconds,
    counts: ledger.counts,
    exchangesPerSecond: ledger.counts.exchanges / seconds,
    latency: ledger.latencies(),
    faults,
    crashes,
    failures,
    memory: {
      samples: memory.samples,
      megabytesPerMinute: { used: slope('used'), native: slope('native') },
      allowed: MAX_SLOPES,
    },
  }
}

function tableOf(result: SoakResult, problems: readonly string[]): string {
  const { seconds, ledger, faults, memory, crashes, failures } = result
  const { counts } = ledger
  const { p50, p99, max } = ledger.latencies()
  const kinds = [...new Set(faults.map(({ kind }) => kind))].map((kind) => {
    const times = faults.filter((fault) => fault.kind === kind).map((fault) => fault.seconds)
    return [kind, `${times.length} times, whole after ${Math.max(...times).toFixed(1)} s at most`] as const
  })
  const megabytes = (bytes = 0): string => (bytes / 1e6).toFixed(1)
  const [first, last] = [memory.samples[0], memory.samples.at(-1)]
  const rows: readonly (readonly [string, string])[] = [
    ['time', `${seconds.toFixed(0)} s`],
    ['exchanges', `${counts.exchanges} (${(counts.exchanges / seconds).toFixed(1)} a second)`],
    [
      'posts acknowledged',
      `${counts.acknowledged}, received ${counts.received}, tries repeated ${counts.retried}`,
    ],
    [
      'lost / twice / out of order / other',
      `${counts.lost} / ${counts.twice} / ${counts.disordered} / ${counts.other}`,
    ],
    ['post to reader', `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(0)} ms, longest ${max.toFixed(0)} ms`],
    ...kinds,
    ['relays crashed', `${crashes}`],
    ['memory after collection', `${megabytes(first?.used)} → ${megabytes(last?.used)} MB`],
    ['outside of the heap', `${megabytes(first?.native)} → ${megabytes(last?.native)} MB`],
    ['resident', `${megabytes(first?.rss)} → ${megabytes(last?.rss)} MB`],
    ['growth', slopesText(memory)],
    ...Object.entries(failures).map(([words, count]) => [`told: ${words}`, `${count}`] as const),
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
  const verdict = problems.length === 0 ? 'passed' : ['FAILED', ...problems].join('\n  ')
  return ['', ...lines, '', verdict].join('\n')
}

function slopesText(memory: SoakResult['memory']): string {
  const [used, native] = [memory.slope('used'), memory.slope('native')]
  if (used === undefined || native === undefined) return 'not judged: the run was too short'
  const words = [
    `${used.toFixed(2)} MB a minute (at most ${MAX_SLOPES.used})`,
    `outside of the heap ${native.toFixed(2)} (at most ${MAX_SLOPES.native})`,
  ]
  return words.join(', ')
}
