/** The wallet's own files, kept for when there is no network. Nothing of a person, and no request, is among them. */
const CACHE = 'shell-1'
const ASSET = /^\/assets\/[\w.-]+$/
/** What the pages say of their parts: `/assets/…` in markup, `./…` in a script beside it. */
const NAMED = /\/assets\/([\w.-]+\.(?:js|css))|["'`]\.\/([\w.-]+\.(?:js|css))["'`]/g
/** Files that a shell has at the most: the wallet has about thirty. */
const MAX_ASSETS = 200

const KEPT: ReadonlySet<string> = new Set([
  '/config.json',
  '/manifest.webmanifest',
  '/icon.svg',
  '/icon-192.png',
  '/icon-512.png',
])

/** Fetches the start page and all that it names. */
export async function storeShell(): Promise<void> {
  const cache = await caches.open(CACHE)
  for (const key of await caches.keys()) if (key !== CACHE) await caches.delete(key)
  const known = new Set<string>()
  const queue = ['/', ...KEPT]
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const response = await fetch(path, { cache: 'no-cache' })
    if (!response.ok) continue
    await cache.put(path, response.clone())
    if (KEPT.has(path)) continue
    for (const asset of namedIn(await response.text())) {
      if (known.has(asset) || known.size >= MAX_ASSETS) continue
      known.add(asset)
      queue.push(asset)
    }
  }
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url)
    if (ASSET.test(pathname) && !known.has(pathname)) await cache.delete(url)
  }
}

/** The answer to a request of the page, or undefined where the network alone shall give it. */
export function answerFromShell(request: Request): Promise<Response> | undefined {
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return undefined
  // Names of assets say what is in them, so a kept one is never old.
  if (ASSET.test(pathname)) return keptOr(pathname, () => fetch(request))
  if (request.mode === 'navigate') return fetch(request).catch(() => keptOr('/', () => fetch(request)))
  return KEPT.has(pathname) ? fetch(request).catch(() => keptOr(pathname, () => fetch(request))) : undefined
}

export function namedIn(text: string): readonly string[] {
  return [...text.matchAll(NAMED)].map(([, absolute, relative]) => `/assets/${absolute ?? relative}`)
}

async function keptOr(path: string, otherwise: () => Promise<Response>): Promise<Response> {
  return (await (await caches.open(CACHE)).match(path)) ?? otherwise()
}
