import { Hono } from 'hono'
import { Refusal } from './request-desk.ts'
import { sameOrigin } from './same-origin.ts'

/** An API for the pages of one site: from its own origin, and errors as `{ code, message }`. */
export function createApi(url: string): Hono {
  const api = new Hono()
  api.use(sameOrigin(url))
  api.onError((error, context) => {
    if (error instanceof Refusal) return context.json({ code: error.code, message: error.message }, 429)
    // What went wrong inside is for the operator, never for a page.
    console.error(error)
    return context.json({ code: 'SERVER_FAILED', message: 'That did not work here. Try again later.' }, 500)
  })
  return api
}
