import { ManualClock } from '@uport-kit/core'
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { Browsers } from './browsers.ts'

const NOW = 1_800_000_000

/** A site that says who is there. */
function site(url = 'http://localhost:1') {
  const clock = new ManualClock(NOW)
  const browsers = new Browsers<string>({ cookie: 'site', url, clock, times: { idle: 60, longest: 600 } })
  const app = new Hono()
    .get('/', (context) => {
      const { session, hasExpired } = browsers.find(context) ?? { session: undefined, hasExpired: false }
      return context.json({ session, hasExpired })
    })
    .post('/in', (context) => {
      browsers.signIn(context, browsers.meet(context), 'ada')
      return context.json({})
    })
    .post('/meet', (context) => {
      browsers.meet(context)
      return context.json({})
    })
    .post('/out', (context) => {
      const browser = browsers.find(context)
      if (browser !== undefined) browsers.signOut(browser)
      return context.json({})
    })
  const ask = async (path: string, cookie: string, method = 'GET') => {
    const response = await app.request(path, { method, headers: { cookie } })
    return { body: await response.json(), cookies: response.headers.getSetCookie() }
  }
  const signIn = async () => (await ask('/in', '', 'POST')).cookies.at(-1)?.split(';')[0] ?? ''
  return { clock, ask, signIn }
}

it('ends a session that nobody used, and says that it has ended', async () => {
  const { clock, ask, signIn } = site()
  const cookie = await signIn()
  clock.advance(60)
  expect((await ask('/', cookie)).body).toEqual({ session: 'ada', hasExpired: false })
  clock.advance(61)
  expect((await ask('/', cookie)).body).toEqual({ hasExpired: true })
  expect((await ask('/', cookie)).body).toEqual({ hasExpired: true })
})

it('ends a session that is used without end', async () => {
  const { clock, ask, signIn } = site()
  const cookie = await signIn()
  for (let minute = 0; minute < 10; minute++) {
    clock.advance(60)
    expect((await ask('/', cookie)).body.session).toBe('ada')
  }
  clock.advance(1)
  expect((await ask('/', cookie)).body).toEqual({ hasExpired: true })
})

it('says nothing of an expiry to who has left', async () => {
  const { clock, ask, signIn } = site()
  const cookie = await signIn()
  await ask('/out', cookie, 'POST')
  clock.advance(1000)
  expect((await ask('/', cookie)).body).toEqual({ hasExpired: false })
})

it('knows nobody by an invented id', async () => {
  const { ask } = site()
  for (const id of ['', 'x', 'A'.repeat(43), '__proto__'])
    expect((await ask('/', `site=${id}`)).body).toEqual({ hasExpired: false })
})

it.each([
  ['http://localhost:1', /^site=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/],
  ['https://site.example', /^__Host-site=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/],
])('sets a cookie that no script reads: %s', async (url, form) => {
  const { ask } = site(url)
  expect((await ask('/in', '', 'POST')).cookies.at(-1)).toMatch(form)
})

it('forgets visitors before it forgets anybody who is signed in', async () => {
  const { clock, ask, signIn } = site()
  const cookie = await signIn()
  clock.advance(1)
  for (let visitor = 0; visitor < 10_001; visitor++) await ask('/meet', '', 'POST')
  expect((await ask('/', cookie)).body.session).toBe('ada')
})
