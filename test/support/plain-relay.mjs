// What a relay on Redis would be without being one: the same routes with the same Redis commands, and nothing else. To be
// measured against. Prints its URL.

import { serve } from '@hono/node-server'
import { connectRedis, redisRateStore, redisTopicBus, redisTopicStore } from '@uport-kit/store-redis'
import { Hono } from 'hono'

const { client } = await connectRedis({ url: process.argv[2] ?? '' })
const store = redisTopicStore({ client })
const rates = redisRateStore({ client })
const bus = redisTopicBus({ client })
await bus.ready
const bucket = { burst: 1_000_000, perSecond: 1_000_000 }

const app = new Hono()
app.use(async (_c, next) => {
  await rates.take('address', bucket)
  await next()
})
app.put('/t/:id', async (c) => {
  const { expiresAt } = await c.req.json()
  return c.text(await store.open(c.req.param('id'), { expiresAt, capacity: 8 }))
})
app.post('/t/:id', async (c) => {
  const id = c.req.param('id')
  await rates.take(`post ${id}`, bucket)
  const { outcome } = await store.append(id, await c.req.text())
  bus.publish(id)
  return c.text(outcome)
})
app.get('/t/:id', async (c) => {
  const id = c.req.param('id')
  await rates.take(`read ${id}`, bucket)
  await store.read(id, 0)
  return c.json((await store.read(id, 0)) ?? [])
})
app.delete('/t/:id', async (c) => {
  await store.remove(c.req.param('id'))
  bus.publish(c.req.param('id'))
  return c.body(null, 204)
})
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false }, ({ port }) =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` })),
)
