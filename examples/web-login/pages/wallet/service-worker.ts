import { answerFromShell, storeShell } from './worker/offline-shell.ts'
import { onPush } from './worker/on-push.ts'
import { openRequest } from './worker/open-request.ts'
import { registerAgain } from './worker/register-again.ts'
import type { RequestNotice } from './worker/request-notice.ts'
import type { WorkerScope } from './worker/worker-scope.ts'
import { openWorkerWallet } from './worker/worker-wallet.ts'

declare const self: WorkerScope

self.addEventListener('install', (event) => event.waitUntil(storeShell().then(() => self.skipWaiting())))
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const answer = answerFromShell(event.request)
  if (answer !== undefined) event.respondWith(answer)
})

self.addEventListener('push', (event) => {
  event.waitUntil(onPush(event.data?.text(), openWorkerWallet, show))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openRequest(event.notification.data, self.clients))
})

self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(registerAgain(event.newSubscription ?? undefined, self.registration, openWorkerWallet))
})

function show({ title, body, tag, path }: RequestNotice): Promise<void> {
  return self.registration.showNotification(title, { body, tag, icon: '/icon-192.png', data: { path } })
}
