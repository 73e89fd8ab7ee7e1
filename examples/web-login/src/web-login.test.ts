import { decodeJwt, sealBox } from '@uport-kit/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPerson, type Person } from '../test-support/person.ts'
import { Visitor } from '../test-support/visitor.ts'
import { startWeb, type Web } from './launch/start-web.ts'
import type { Donation, LibraryVisit, ReadingRoom } from './shared/library-api.ts'
import type { Application, DeskEntry, TownVisit } from './shared/town-api.ts'

/** The machine may be busy with other tests. */
const PATIENT = { timeout: 30_000 }

let web: Web
let ada: Person

beforeAll(async () => {
  web = await startWeb({ sites: [] })
  ada = await createPerson(web, 'Ada')
})
afterAll(async () => {
  await ada?.close()
  await web?.stop()
})

const library = () => new Visitor(web.appUrl)
const town = () => new Visitor(web.issuerUrl)

/** Logs in by a code that a wallet on another device scans. */
async function logIn(visitor: Visitor, person = ada): Promise<string> {
  const { request } = await visitor.ask('/api/login')
  await person.answer(request.uri)
  expect((await visitor.outcome(request.id)).status).toMatchObject({ state: 'done' })
  expect((await visitor.post(`/api/login/${request.id}/enter`)).status).toBe(200)
  return request.id
}

/** Has the town attest where somebody lives, by the link that it offers. */
async function obtainProof(person: Person): Promise<void> {
  const applicant = town()
  await logIn(applicant, person)
  const { body } = await applicant.post<{ application: Application }>('/api/applications', {
    street: '1 Pier',
  })
  await applicant.post(`/api/desk/${body.application.number}`, { decision: 'approved' })
  const { request } = await applicant.ask('/api/applications/offer')
  await person.answer(request.uri)
}

const visit = async (visitor: Visitor) => (await visitor.get<LibraryVisit>('/api/session')).body

describe('the login', () => {
  it('knows the person after two steps, under a new cookie', async () => {
    const visitor = library()
    expect(await visit(visitor)).toMatchObject({ hasExpired: false })
    const { request } = await visitor.ask('/api/login')
    const before = visitor.cookie
    expect(before).toMatch(/^library=[\w-]{43}$/)
    await ada.answer(request.uri)
    expect((await visitor.outcome(request.id)).status).toEqual({
      state: 'done',
      result: { did: ada.identity.did, requestId: request.id },
    })
    expect((await visit(visitor)).person).toBeUndefined()
    const { body } = await visitor.post<LibraryVisit>(`/api/login/${request.id}/enter`)
    expect(visitor.cookie).not.toBe(before)
    expect(body.person).toMatchObject({
      did: ada.identity.did,
      name: 'Ada',
      email: 'ada@example.com',
      isSameDevice: false,
    })
    expect(body.person?.account).toMatch(/^0x[0-9a-f]{40}$/)
    expect(body.remembered).toEqual({ name: 'Ada' })
  })

  it('is told to the browser that asked, and to no other', async () => {
    const [asking, other] = [library(), library()]
    const { request } = await asking.ask('/api/login')
    await other.ask('/api/login')
    await ada.answer(request.uri)
    expect((await other.get(`/api/requests/${request.id}`)).status).toBe(404)
    expect((await other.post(`/api/login/${request.id}/enter`)).status).toBe(401)
    expect((await visit(other)).person).toBeUndefined()
    // Nor to who planted the cookie before the login and kept a copy of it.
    const planted = asking.cookie
    await asking.post(`/api/login/${request.id}/enter`)
    const thief = await fetch(`${web.appUrl}/api/session`, { headers: { cookie: planted } })
    expect(((await thief.json()) as LibraryVisit).person).toBeUndefined()
  })

  it('ends with a refusal', async () => {
    const visitor = library()
    const { request } = await visitor.ask('/api/login')
    const { script } = ada.prompt
    ada.prompt.script = 'decline'
    await ada.answer(request.uri)
    ada.prompt.script = script
    expect((await visitor.outcome(request.id)).status).toEqual({ state: 'refused', error: 'access_denied' })
    expect((await visitor.post(`/api/login/${request.id}/enter`)).status).toBe(401)
  })

  it('is cancelled by the page, and an answer then comes too late', async () => {
    const visitor = library()
    const { request } = await visitor.ask('/api/login')
    expect(await visitor.delete(`/api/requests/${request.id}`)).toBe(204)
    expect((await visitor.outcome(request.id)).status).toEqual({ state: 'cancelled' })
    await expect(ada.answer(request.uri)).rejects.toMatchObject({
      code: 'REPLY_NOT_DELIVERED',
      data: { status: 410 },
    })
  })

  it('stands in every tab once it is made in one', async () => {
    const first = library()
    const second = first.tab()
    const [one, two] = [await first.ask('/api/login'), await second.ask('/api/login')]
    await ada.answer(two.request.uri)
    await second.outcome(two.request.id)
    await second.post(`/api/login/${two.request.id}/enter`)
    expect((await visit(first)).person?.name).toBe('Ada')
    expect((await first.post<LibraryVisit>(`/api/login/${one.request.id}/enter`)).body.person?.name).toBe(
      'Ada',
    )
  })

  it('by a link waits for the code that the wallet gave to the browser', async () => {
    const [visitor, attacker] = [library(), library()]
    const { request } = await visitor.ask('/api/login')
    await attacker.ask('/api/login')
    const outcome = await ada.open(request.uri)
    if (!('returnUrl' in outcome) || outcome.returnUrl === undefined) throw new Error('no way back')
    const back = new URL(outcome.returnUrl)
    expect(back.origin + back.pathname).toBe(`${web.appUrl}/`)
    const code = new URLSearchParams(back.hash.slice(1)).get('code')
    // The page that asked knows nothing yet: it may be somebody else's, whose link was opened.
    expect((await visitor.post(`/api/login/${request.id}/enter`)).status).toBe(401)
    expect((await attacker.post('/api/return', { code })).status).toBe(404)
    expect((await visitor.post('/api/return', { code: 'guess' })).status).toBe(404)
    const { body } = await visitor.post<LibraryVisit>('/api/return', { code })
    expect(body.person).toMatchObject({ name: 'Ada', isSameDevice: true })
    expect((await visitor.outcome(request.id)).status.state).toBe('done')
    expect((await visitor.post('/api/return', { code })).status).toBe(404)
  })

  it('by a link that somebody altered waits for the code nevertheless, which nobody has', async () => {
    const attacker = library()
    const { request } = await attacker.ask('/api/login')
    const elsewhere = encodeURIComponent(`${web.appUrl}/reading-room`)
    const outcome = await ada.open(`${request.uri}&redirect_url=${elsewhere}`)
    expect(outcome).toMatchObject({ decision: 'approved', returnUrl: `${web.appUrl}/reading-room` })
    expect((await attacker.post(`/api/login/${request.id}/enter`)).status).toBe(401)
  })

  it('is over once somebody logs out, in whatever tab', async () => {
    const visitor = library()
    const late = visitor.tab()
    const { request } = await late.ask('/api/login')
    await ada.answer(request.uri)
    await late.outcome(request.id)
    await visitor.post('/api/logout')
    expect((await late.post(`/api/login/${request.id}/enter`)).status).toBe(401)
  })

  it('comes by push the next time', async () => {
    const visitor = library()
    await logIn(visitor)
    await visitor.post('/api/logout')
    expect(await visit(visitor)).toMatchObject({ remembered: { name: 'Ada' } })
    const asked = await visitor.ask('/api/login?by=push')
    expect(asked.isPushed).toBe(true)
    await ada.whileRunning(async () => {
      expect((await visitor.outcome(asked.request.id)).status.state).toBe('done')
    })
    await visitor.post('/api/forget')
    expect((await visit(visitor)).remembered).toBeUndefined()
    expect((await visitor.ask('/api/login?by=push')).isPushed).toBe(false)
  })

  it('says so where no wallet can be pushed to', async () => {
    const visitor = library()
    await logIn(visitor)
    await web.relay.stop()
    try {
      const { request } = await visitor.ask('/api/login?by=push')
      const report = await visitor.outcome(request.id, ({ push }) => push === 'unreachable')
      expect(report.status.state).toBe('waiting')
      // The answer goes to the site itself: no relay is needed for that, only for a new leave to push.
      const { script } = ada.prompt
      ada.prompt.script = 'approve'
      await ada.answer(request.uri)
      ada.prompt.script = script
      expect((await visitor.outcome(request.id)).status.state).toBe('done')
    } finally {
      await web.relay.start()
    }
  })

  it('is refused to pages of other origins, and changes nothing by a forged reply', async () => {
    const visitor = library()
    const stranger = visitor.tab('http://localhost:1')
    expect((await stranger.post('/api/login')).status).toBe(403)
    const { request } = await visitor.ask('/api/login')
    const callback = String(decodeJwt(request.jwt).payload['callback'])
    expect(callback).toBe(`${web.appUrl}/uport/${request.id}`)
    const post = (body: string) =>
      fetch(callback, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect((await post('[]')).status).toBe(400)
    expect((await post('{"access_token":"a.b.c"}')).status).toBe(400)
    expect((await post(`{"x":"${'x'.repeat(70_000)}"}`)).status).toBe(413)
    expect((await fetch(`${callback}x`, { method: 'POST', body: '{}' })).status).toBe(404)
    await ada.answer(request.uri)
    expect((await visitor.outcome(request.id)).status.state).toBe('done')
  })
})

describe('the reading room', () => {
  it('is closed to strangers, and opens with the proof that the town sends', async () => {
    const reader = library()
    expect((await reader.get('/api/reading-room')).status).toBe(401)
    await logIn(reader)
    expect((await reader.get('/api/reading-room')).body).toMatchObject({ code: 'RESIDENCE_NEEDED' })

    // Without the proof the wallet has nothing to show.
    const early = await reader.ask('/api/reading-room/ask')
    await expect(ada.answer(early.request.uri)).rejects.toMatchObject({ code: 'ESSENTIAL_CLAIMS_MISSING' })
    expect((await reader.get('/api/reading-room')).status).toBe(403)

    const applicant = town()
    await logIn(applicant)
    expect((await applicant.post('/api/applications', { street: ' ' })).status).toBe(400)
    await applicant.post('/api/applications', { street: '12 Quay Street' })
    const desk = town()
    const { body } = await desk.get<{ applications: DeskEntry[] }>('/api/desk')
    const [entry] = body.applications
    expect(entry).toMatchObject({ name: 'Ada', street: '12 Quay Street', state: 'waiting' })
    expect((await applicant.post('/api/applications/offer')).status).toBe(409)
    await ada.whileRunning(async () => {
      await desk.post(`/api/desk/${entry?.number}`, { decision: 'approved' })
      await expect
        .poll(async () => (await applicant.get<TownVisit>('/api/session')).body.application?.state, PATIENT)
        .toBe('accepted')
    })

    const { request } = await reader.ask('/api/reading-room/ask')
    await ada.answer(request.uri)
    expect((await reader.outcome(request.id)).status.state).toBe('done')
    const room = await reader.get<ReadingRoom>('/api/reading-room')
    expect([room.status, room.body.papers.length]).toEqual([200, 3])
    expect((await visit(reader)).person?.residence?.place).toBe('Harbour')
    await reader.post('/api/logout')
    expect((await reader.get('/api/reading-room')).status).toBe(401)
  })

  it('takes the proof of nobody but the person who is signed in', async () => {
    const bob = await createPerson(web, 'Bob')
    const reader = library()
    await logIn(reader, bob)
    const eve = await createPerson(web, 'Eve')
    await obtainProof(eve)
    const { request } = await reader.ask('/api/reading-room/ask')
    await eve.answer(request.uri)
    expect((await reader.outcome(request.id)).status).toMatchObject({
      state: 'failed',
      reason: 'OTHER_PERSON',
    })
    expect((await reader.get('/api/reading-room')).status).toBe(403)
    await eve.close()
    await bob.close()
  })
})

describe('the town', () => {
  it('offers the claim by link to whom cannot be pushed to, and tells why the desk declined', async () => {
    const carol = await createPerson(web, 'Carol')
    carol.prompt.script = 'approve'
    const applicant = town()
    await logIn(applicant, carol)
    const file = async () => {
      await applicant.post('/api/applications', { street: '1 Pier' })
      const { body } = await applicant.get<TownVisit>('/api/session')
      return body.application?.number
    }
    const first = await file()
    await applicant.post(`/api/desk/${first}`, { decision: 'declined', reason: 'No papers' })
    expect((await applicant.get<TownVisit>('/api/session')).body).toMatchObject({
      person: { canPush: false },
      application: { state: 'declined', reason: 'No papers' },
    })
    const second = await file()
    expect((await applicant.post(`/api/desk/${first}`, { decision: 'approved' })).status).toBe(404)
    expect((await applicant.post(`/api/desk/${second}`, { decision: 'maybe' })).status).toBe(400)
    await applicant.post(`/api/desk/${second}`, { decision: 'approved' })
    expect((await applicant.post(`/api/desk/${second}`, { decision: 'declined' })).status).toBe(409)
    const { request, isPushed } = await applicant.ask('/api/applications/offer')
    expect(isPushed).toBe(false)
    await carol.answer(request.uri)
    expect((await applicant.outcome(request.id)).status.state).toBe('done')
    expect(await carol.wallet.credentials.list()).toHaveLength(1)
    await carol.close()
  })
})

describe('a donation', () => {
  it('is asked for by the server, which believes the chain alone', async () => {
    const donor = library()
    await logIn(donor)
    const { request } = await donor.ask('/api/donations')
    expect(await ada.answer(request.uri)).toMatchObject({ decision: 'approved' })
    const { status } = await donor.outcome(request.id)
    if (status.state !== 'done' || !('hash' in status.result)) throw new Error(JSON.stringify(status))
    const path = `/api/donations/${status.result.hash}`
    await expect.poll(async () => (await donor.get<Donation>(path)).body.state, PATIENT).toBe('confirmed')
    expect((await library().get(path)).status).toBe(401)
  })

  it('is given once by each transaction', async () => {
    const donor = library()
    await logIn(donor)
    const first = await donor.ask('/api/donations')
    const second = await donor.ask('/api/donations')
    await ada.answer(first.request.uri)
    const { status } = await donor.outcome(first.request.id)
    if (status.state !== 'done' || !('hash' in status.result)) throw new Error(JSON.stringify(status))
    const { callback, boxPub } = decodeJwt(second.request.jwt).payload
    const reply = JSON.stringify({ tx: status.result.hash })
    const encrypted = sealBox(reply, Buffer.from(String(boxPub), 'base64'))
    await fetch(String(callback), { method: 'POST', body: JSON.stringify({ encrypted }) })
    expect((await donor.outcome(second.request.id)).status).toMatchObject({
      state: 'failed',
      reason: 'GIVEN_BEFORE',
    })
  })
})
