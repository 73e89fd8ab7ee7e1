import '../design.css'
import '../shared/site.css'
import './app.css'
import { openLibrary } from './open-library.ts'

const pages = {
  '/': () => import('./home.ts').then(({ homePage }) => homePage),
  '/reading-room': () => import('./reading-room.ts').then(({ readingRoomPage }) => readingRoomPage),
  '/guest-book': () => import('./guest-book.ts').then(({ guestBookPage }) => guestBookPage),
} as const

const path = location.pathname in pages ? (location.pathname as keyof typeof pages) : '/'
await openLibrary(await pages[path]())
