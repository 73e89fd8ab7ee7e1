// Loaded into a process by `node --expose-gc --import`: tells its parent, when it is asked, what memory is left in use
// after a garbage collection.

process.on('message', async (question) => {
  if (question !== 'memory') return
  // The second time takes what the first one's finalizers let go of.
  globalThis.gc()
  await new Promise((resolve) => setImmediate(resolve))
  globalThis.gc()
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
  process.send({ memory: { rss, heapTotal, heapUsed, external } })
})
// The question is no reason to stay alive.
process.channel?.unref()
