import { expect, it } from 'vitest'
import { routeRequestUri } from './request-endpoint.ts'

const ADDRESS = '0x60b3774c4161a59b35cda8043670aadf71cc2aed'
const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'

it.each([
  ['me.uport:me', 'me', ''],
  ['me.uport:me/', 'me', ''],
  ['me.uport:req/a.b.c', 'req', 'a.b.c'],
  ['me.uport:deploy/0x60/01', 'deploy', '0x60/01'],
  ['https://id.uport.me/add?attestations=x', 'add', ''],
  ['https://id.uport.me/req/a.b.c', 'req', 'a.b.c'],
  ['http://login.example/go/req/req/a.b.c', 'req', 'a.b.c'],
  [`me.uport:${ADDRESS}`, 'address', ADDRESS],
  [`me.uport:${MNID}`, 'address', MNID],
  [`https://id.uport.me/${MNID}`, 'address', MNID],
  [`ethereum:${ADDRESS}`, 'payment', ADDRESS],
  [`ethereum:${MNID}`, 'payment', MNID],
])('%s leads to %s with %j', (uri, kind, rest) => {
  expect(routeRequestUri(new URL(uri))).toEqual({ kind, rest })
})

it.each([
  ['an unknown name', 'me.uport:them/x'],
  ['a name behind a slash', 'me.uport:/req/a.b.c'],
  ['a short address', `me.uport:${ADDRESS.slice(0, -2)}`],
  ['a long address', `ethereum:${ADDRESS}00`],
  ['an address without its prefix', `me.uport:${ADDRESS.slice(2)}`],
  ['an MNID with a wrong checksum', `me.uport:${MNID.slice(0, -1)}Y`],
  ['no address to pay to', 'ethereum:me'],
  ['another scheme', 'ftp://id.uport.me/req/a.b.c'],
  ['a scheme of one’s own', 'myapp:/req/a.b.c'],
  ['a page without a request', 'https://app.example/about'],
  ['a deprecated endpoint elsewhere', 'https://app.example/me'],
  ['nothing', 'https://id.uport.me/'],
])('%s leads nowhere that is known: %s', (_, uri) => {
  expect(routeRequestUri(new URL(uri))).toEqual({ kind: 'other', rest: '' })
})
