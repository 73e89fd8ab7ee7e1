import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundlePage } from './support/browser/bundle-page.ts'
import { servePages } from './support/browser/page-server.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uport-pages-'))
  await writeFile(
    join(folder, 'page.ts'),
    "import { isDid } from '@uport-kit/core'\ndocument.title = String(isDid('x'))\n",
  )
  await writeFile(join(folder, 'style.css'), 'p { color: #123456 }')
  const head = '<link rel="stylesheet" href="./style.css"><script type="module" src="./page.ts"></script>'
  await writeFile(join(folder, 'index.html'), `<!doctype html><title>x</title>${head}<p>Hello</p>`)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a module becomes a page, workspace packages from their sources', async () => {
  const files = await bundlePage('login', pathToFileURL(join(folder, 'page.ts')))
  expect([...files.keys()].sort()).toEqual(['/login.html', '/login/page.js'])
  expect(files.get('/login.html')?.body).toContain('src="/login/page.js"')
  const script = files.get('/login/page.js')
  expect(script?.type).toBe('text/javascript; charset=utf-8')
  expect(script?.body).toContain('function isDid')
  expect(script?.body).not.toMatch(/^import /m)
})

test('an HTML file becomes one with what it links to, and is served', async () => {
  const files = await bundlePage('app', pathToFileURL(join(folder, 'index.html')))
  const server = await servePages(files, (request, response) => {
    if (request.url !== '/callback?code=1') return false
    response.writeHead(302, { location: '/app.html#code=1' }).end()
    return true
  })
  try {
    const page = await (await fetch(`${server.origin}/app.html?any=thing`)).text()
    expect(page).toContain('<p>Hello</p>')
    const linked = [...page.matchAll(/(?:src|href)="(\/app\/[^"]+)"/g)].map(([, path]) => path)
    expect(linked).toHaveLength(2)
    for (const path of linked) expect((await fetch(server.origin + path)).status).toBe(200)
    const redirect = await fetch(`${server.origin}/callback?code=1`, { redirect: 'manual' })
    expect(redirect.headers.get('location')).toBe('/app.html#code=1')
    expect((await fetch(`${server.origin}/elsewhere`)).status).toBe(404)
    expect((await fetch(`${server.origin}/app.html`, { method: 'POST' })).status).toBe(404)
  } finally {
    await server.close()
  }
})
