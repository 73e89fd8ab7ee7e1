import { encodeBase64url, encodeHex, encodeUtf8, isUportError, sha256 } from '@uport-kit/core'
import { createRelayApp, memoryTopicStore, relayLog } from '@uport-kit/relay-server'
import { makeDirectory } from '@uport-kit/server-operations'
import {
  createJsonLogger,
  createPrometheus,
  startOperationsServer,
} from '@uport-kit/server-operations/command'
import { type Canaries, endOf, failureOf } from '../canaries.ts'
import { rowsOf } from '../canary-row.ts'
import { TOKEN } from './network.ts'

/** Every route of the relay, with something in each place of the request that nobody may read. */
async function everyRoute(canaries: Canaries): Promise<readonly unknown[]> {
  const token = canaries.token('a token', TOKEN)
  const lines: string[] = []
  const prometheus = createPrometheus()
  const log = relayLog(createJsonLogger({ name: 'relay', level: 'debug', write: (line) => lines.push(line) }))
  const store = memoryTopicStore()
  const telemetry = { sinks: [prometheus.sink] }
  const resolver = {
    methods: ['uport', 'ethr', 'key'],
    resolve: (did: string) => Promise.reject(new Error(`no keys of ${did} for ${token}`)),
  }
  const push = { url: 'http://relay.example', resolver, legacyPush: true }
  const options = { store, log, accessLog: log, telemetry, legacyTopics: true, landing: true, push }
  const app = createRelayApp({ ...options, logAddresses: true })
  const secret = canaries.text('a secret', encodeBase64url(sha256(encodeUtf8('canary of every route'))))
  const id = canaries.text('an id', encodeBase64url(sha256(encodeUtf8('canary id of every route'))))
  const body = canaries.text('a body', 'canary body of every route')
  const query = canaries.text('a query', 'canaryQueryOfEveryRoute0123')
  const forwarded = canaries.text('what a stranger says of his address', 'canaryAddressOfNobody')
  const headers = { 'x-forwarded-for': forwarded, traceparent: secret }
  const bodies = JSON.stringify({
    body,
    message: token,
    grant: token,
    box: body,
    subscription: { endpoint: secret },
  })
  const roots = ['t', 'r', 'i', 'topic', 'api/v1/topic', 'raw/topic', 'nothing'].map(
    (name) => `/${name}/${id}`,
  )
  const mailbox = ['receipts', `receipts/${id}`, 'wake'].map((name) => `/i/${id}/${name}`)
  const fixed = [
    '/topic',
    '/sns',
    '/api/v2/sns',
    '/i/wake-key',
    '/i/events',
    '/health',
    '/readyz',
    '/healthz',
    '/metrics',
  ]
  for (const path of [...roots, ...mailbox, ...fixed, `/req/${token}`, `/${token}`])
    for (const method of ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'])
      for (const authorization of [`Bearer ${secret}`, `Bearer ${token}`]) {
        const init = {
          method,
          headers: { ...headers, authorization },
          ...(method !== 'GET' && { body: bodies }),
        }
        await (await app.request(`${path}?wait=0&${query}=${query}`, init)).body?.cancel()
      }
  if (lines.length < 200) throw new Error(`only ${lines.length} lines were logged`)
  return [lines.join('\n'), await prometheus.text()]
}

export const operationsRows = [
  ...rowsOf('relay-server', { 'every route, in the log and in the metrics': everyRoute }),
  ...rowsOf('server-operations', {
    async 'a log line whose writer was careless'(canaries) {
      const lines: string[] = []
      const logger = createJsonLogger({ name: 'canary', level: 'debug', write: (line) => lines.push(line) })
      const key = encodeHex(canaries.bytes('a private key', sha256(encodeUtf8('canary of the log'))))
      const token = canaries.token('a token', TOKEN)
      const words = canaries.text('a passphrase', 'canary passphrase of the operator')
      const error = Object.assign(new Error(`cannot open ${words}`), { code: 'EACCES' })
      logger.error({ error, cause: new TypeError(words) }, `failed with ${token}`)
      logger.warn(
        { id: key, authorization: words, headers: { cookie: words } },
        `Bearer ${token.slice(0, 40)}`,
      )
      logger.info({ request: { body: words, token }, query: words }, `GET https://a.example/x?key=${key}`)
      logger.debug({ path: `/t/${key}`, passphrase: words, more: { privateKey: words } }, `0x${key}0`)
      if (lines.length !== 4) throw new Error(`${lines.length} lines`)
      return lines
    },
    async 'addresses and directories that cannot be'(canaries) {
      const secret = canaries.text('a text of a metric', 'canary text of a failing metric')
      const failing = { contentType: 'text/plain', text: () => Promise.reject(new Error(secret)) }
      const isReady = () => Promise.reject(new Error(secret))
      const server = await startOperationsServer({ port: 0, prometheus: failing, isReady })
      const port = Number(new URL(server.url).port)
      try {
        const answers = await Promise.all(
          ['/metrics', '/readyz', '/healthz', `/${secret}`].map(async (path) => {
            const answer = await fetch(`${server.url}${encodeURI(path)}`)
            return [answer.status, JSON.stringify([...answer.headers]), await answer.text()]
          }),
        )
        const taken = await failureOf(() => startOperationsServer({ port, prometheus: failing, isReady }))
        if (!isUportError(taken, 'OPERATIONS_ADDRESS_UNAVAILABLE'))
          throw new Error('the port was to be taken')
        return [answers, taken, await endOf(() => makeDirectory('/dev/null/canary'))]
      } finally {
        await server.close()
      }
    },
  }),
]
