import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { stream } from 'hono/streaming'
import { guessContentType } from './content-type.ts'
import { onlyLoopback } from './http-server.ts'
import { type IpfsStore, parseFileCid } from './ipfs-store.ts'

const immutable = 'public, max-age=29030400, immutable'
const rawBlock = 'application/vnd.ipld.raw'

/**
 * A read-only IPFS gateway as the HTTP gateway specification has it: `GET` and `HEAD` `/ipfs/<cid>[/<path>]`, and one
 * block with `?format=raw` or `Accept: application/vnd.ipld.raw`. Every page may read it.
 */
export function createIpfsGateway(store: IpfsStore): Hono {
  const app = new Hono()
  app.use(onlyLoopback('any'))
  app.use(
    cors({ origin: '*', allowMethods: ['GET', 'HEAD', 'OPTIONS'], exposeHeaders: ['ETag', 'X-Ipfs-Path'] }),
  )
  app.get('/ipfs/:cid{[^/]+}/:path{.+}?', async (context) => {
    const cid = parseFileCid(context.req.param('cid'))
    if (cid === undefined) return context.text('invalid ipfs path: not a CID of a file', 400)
    const path = context.req.param('path')
    const format = context.req.query('format')
    if (format !== undefined && format !== 'raw')
      return context.text(`format ${JSON.stringify(format)} is not served`, 400)
    const raw = format === 'raw' || context.req.header('accept') === rawBlock
    if (raw && path !== undefined) return context.text('a raw block is named by its CID alone', 400)

    const file = raw
      ? undefined
      : await store.openFile(path === undefined ? cid.toString() : `${cid}/${path}`)
    const block = raw ? await store.readBlock(cid) : undefined
    if (file === undefined && block === undefined) return context.text('ipfs: not found on this gateway', 404)

    const etag = block === undefined ? `"${file?.cid}"` : `"${cid}.raw"`
    context.header('Cache-Control', immutable)
    context.header('ETag', etag)
    context.header('X-Content-Type-Options', 'nosniff')
    context.header('X-Ipfs-Path', `/ipfs/${cid}${path === undefined ? '' : `/${path}`}`)
    if (matches(context.req.header('if-none-match'), etag)) return context.body(null, 304)
    if (block !== undefined) {
      context.header('Content-Disposition', `attachment; filename="${cid}.bin"`)
      return context.body(new Uint8Array(block), 200, { 'Content-Type': rawBlock })
    }
    if (file === undefined) return context.notFound()
    context.header('Content-Type', guessContentType(await firstBytes(file.content({ length: 16 }))))
    context.header('Content-Length', String(file.size))
    return stream(context, async (out) => {
      for await (const chunk of file.content()) await out.write(chunk)
    })
  })
  return app
}

async function firstBytes(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const chunk of content) return chunk
  return new Uint8Array()
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*')
}
