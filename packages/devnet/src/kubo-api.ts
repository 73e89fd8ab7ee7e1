import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { stream } from 'hono/streaming'
import { isLoopbackOrigin, onlyLoopback } from './http-server.ts'
import { type AddOptions, type IpfsStore, parseFileCid } from './ipfs-store.ts'

const maxUploadBytes = 64 * 1024 * 1024
const fileOrPath = /^(?:\/ipfs\/)?([^/]+)((?:\/[^/]+)*)\/?$/

/** An answer that is no success, in Kubo's form. */
class KuboError extends Error {
  readonly status: 400 | 500
  constructor(message: string, status: 400 | 500 = 500) {
    super(message)
    this.status = status
  }
}

/**
 * The routes of Kubo's RPC API that adding and reading files needs: `add`, `cat`, `block/get`, `pin/add`, `version`
 * under `/api/v0`. Like Kubo's, they are POST only, and answer pages of this machine alone.
 */
export function createKuboApi(store: IpfsStore): Hono {
  const app = new Hono()
  app.use(onlyLoopback('loopback'))
  app.use(
    cors({
      origin: (origin) => (isLoopbackOrigin(origin) ? origin : null),
      allowMethods: ['POST', 'OPTIONS'],
    }),
  )
  app.onError((error) => respondError(error.message, error instanceof KuboError ? error.status : 500))
  app.notFound((context) => context.text('404 page not found', 404))
  app.get('/api/v0/*', (context) => context.text('405 - Method Not Allowed', 405, { Allow: 'OPTIONS, POST' }))

  app.post('/api/v0/version', (context) =>
    context.json({ Version: '0.43.0', Commit: '', Repo: '18', System: 'uport-devnet', Golang: '' }),
  )
  app.post('/api/v0/add', (context) => add(context, store))
  app.post('/api/v0/cat', (context) => cat(context, store))
  app.post('/api/v0/block/get', async (context) => {
    const block = await store.readBlock(cidArgument(context))
    if (block === undefined) throw notHere(context)
    return context.body(new Uint8Array(block), 200, { 'Content-Type': 'application/octet-stream' })
  })
  app.post('/api/v0/pin/add', async (context) => {
    const cid = cidArgument(context)
    if (!(await store.hasBlock(cid))) throw notHere(context)
    return context.json({ Pins: [cid.toString()] })
  })
  return app
}

function respondError(message: string, status: 400 | 500): Response {
  return Response.json({ Message: message, Code: 0, Type: 'error' }, { status })
}

async function add(context: Context, store: IpfsStore): Promise<Response> {
  const options = addOptions(context)
  const files = await readUpload(context.req.raw)
  if (files.length === 0) throw new KuboError("file argument 'path' is required", 400)
  const added = await store.add(files, options)
  const lines = added.map(({ path, cid, size }) =>
    JSON.stringify({ Name: path === '' ? cid : path, Hash: cid, Size: String(size) }),
  )
  return context.body(`${lines.join('\n')}\n`, 200, {
    'Content-Type': 'application/json',
    'X-Chunked-Output': '1',
  })
}

/** Options that would change the CID and are not served are refused: a silent other CID is worse than none. */
function addOptions(context: Context): AddOptions {
  const fixed = new Map([
    ['chunker', 'size-262144'],
    ['hash', 'sha2-256'],
    ['trickle', 'false'],
    ['only-hash', 'false'],
    ['inline', 'false'],
    ['nocopy', 'false'],
  ])
  for (const [name, only] of fixed) {
    const value = context.req.query(name)
    if (value !== undefined && value !== only)
      throw new KuboError(`${name}=${value} is not served: use ${only}`, 400)
  }
  const version = context.req.query('cid-version') ?? '0'
  if (version !== '0' && version !== '1') throw new KuboError('cid-version is 0 or 1', 400)
  const cidVersion = version === '1' ? 1 : 0
  const rawLeaves = (context.req.query('raw-leaves') ?? String(cidVersion === 1)) === 'true'
  if (cidVersion === 0 && rawLeaves) throw new KuboError('raw leaves need cid-version=1', 400)
  return { cidVersion, rawLeaves, wrapWithDirectory: context.req.query('wrap-with-directory') === 'true' }
}

/** The parts of a multipart upload, each one a file; its name is the percent-encoded `filename`, and may be empty. */
async function readUpload(request: Request): Promise<{ path: string; content: Uint8Array }[]> {
  const body = await readBody(request)
  const contentType = request.headers.get('content-type') ?? ''
  let form: FormData
  try {
    form = await new Response(body, { headers: { 'content-type': contentType } }).formData()
  } catch {
    throw new KuboError('the body is no multipart/form-data upload', 400)
  }
  const files: { path: string; content: Uint8Array }[] = []
  for (const [, part] of form) {
    if (typeof part === 'string') files.push({ path: '', content: new TextEncoder().encode(part) })
    else files.push({ path: decodeName(part.name), content: new Uint8Array(await part.arrayBuffer()) })
  }
  return files
}

async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length
    if (bytes > maxUploadBytes) throw new KuboError(`more than ${maxUploadBytes} bytes`, 400)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    throw new KuboError('a file name is not percent-encoded UTF-8', 400)
  }
}

async function cat(context: Context, store: IpfsStore): Promise<Response> {
  const [, root = '', rest = ''] = fileOrPath.exec(context.req.query('arg') ?? '') ?? []
  const cid = parseFileCid(root)
  if (cid === undefined) throw new KuboError('invalid path: not a CID of a file', 400)
  const file = await store.openFile(`${cid}${rest}`)
  if (file === undefined) throw notHere(context)
  const range = { offset: countArgument(context, 'offset'), length: countArgument(context, 'length') }
  context.header('Content-Type', 'text/plain')
  context.header('X-Stream-Output', '1')
  return stream(context, async (out) => {
    for await (const chunk of file.content(range)) await out.write(chunk)
  })
}

function countArgument(context: Context, name: string): number | undefined {
  const text = context.req.query(name)
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw new KuboError(`${name} is a count of bytes`, 400)
  return Number(text)
}

function cidArgument(context: Context): NonNullable<ReturnType<typeof parseFileCid>> {
  const cid = parseFileCid((context.req.query('arg') ?? '').replace(/^\/ipfs\//, ''))
  if (cid === undefined) throw new KuboError('invalid path: not a CID of a file', 400)
  return cid
}

function notHere(context: Context): KuboError {
  return new KuboError(
    `block was not found locally (offline): ipld: could not find ${context.req.query('arg')}`,
  )
}
