import { isUportError } from '@uport-kit/core'
import type { CameraScan } from '@uport-kit/transport-qr/scan'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import { errorText } from '../text/error-text.ts'
import { backLink, viewHeading } from './common.ts'
import type { AppContext, View } from './view.ts'

const CAMERA_TROUBLE: ReadonlyMap<string, string> = new Map([
  [
    'denied',
    'The browser does not let this page use the camera. Allow it in the settings of this site, or use a picture of the code.',
  ],
  ['absent', 'This device has no camera. Use a picture of the code, or paste its link.'],
  ['busy', 'Another program uses the camera. Close it and try again.'],
  ['unsupported', 'This browser has no camera for pages. Use a picture of the code, or paste its link.'],
])

/** Reads codes by camera, from a picture, or as pasted text. */
export function scanView({ session }: AppContext): View {
  const stop = new AbortController()
  const video = h('video', {
    class: 'viewfinder-video',
    playsinline: true,
    'aria-label': 'What the camera sees',
  })
  const status = h('p', { class: 'scan-status', role: 'status' }, 'Starting the camera…')
  const progress = h('progress', {
    class: 'scan-progress',
    max: '1',
    value: '0',
    'aria-label': 'Parts of the moving code',
    hidden: true,
  })
  const retry = h(
    'button',
    { type: 'button', class: 'button quiet', hidden: true, on: { click: () => void openCamera() } },
    'Try the camera again',
  )
  const frame = h(
    'div',
    { class: 'viewfinder' },
    video,
    h('span', { class: 'viewfinder-corners', 'aria-hidden': 'true' }),
  )

  const say = (text: string, tone: 'plain' | 'bad' = 'plain'): void => {
    status.textContent = text
    status.classList.toggle('is-bad', tone === 'bad')
  }
  const openCamera = async (): Promise<void> => {
    retry.hidden = true
    say('Starting the camera…')
    try {
      const camera = await session.scan.openCamera({
        video,
        signal: stop.signal,
        onProgress: ({ received, count }) => {
          progress.hidden = false
          progress.max = count
          progress.value = Math.min(received, count)
          say(`A moving code: ${received} of ${count} parts. Hold still.`)
        },
      })
      frame.classList.add('is-on')
      say('Hold the code into the frame.')
      await watch(camera)
    } catch (error) {
      if (stop.signal.aborted) return
      const reason = isUportError(error, 'CAMERA_UNAVAILABLE') ? error.data.reason : undefined
      fail((reason === undefined ? undefined : CAMERA_TROUBLE.get(reason)) ?? errorText(error))
    }
  }
  const watch = async (camera: CameraScan): Promise<void> => {
    const end = await camera.ended
    if (end === 'found') session.desk.expect()
    else if (end === 'lost' && !stop.signal.aborted)
      fail('The camera is gone. Plug it in again, or use a picture of the code.')
  }
  const fail = (text: string): void => {
    frame.classList.remove('is-on')
    say(text, 'bad')
    retry.hidden = false
  }
  const readPicture = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    say('Reading the picture…')
    try {
      if (await session.scan.readImage(file, { signal: stop.signal })) session.desk.expect()
      else say('There is no readable code in this picture. Crop it to the code, or take it again.', 'bad')
    } catch (error) {
      if (!stop.signal.aborted) say(errorText(error), 'bad')
    }
  }

  const picture = h('input', {
    type: 'file',
    accept: 'image/png,image/jpeg,image/gif,image/webp',
    id: 'picture',
    class: 'visually-hidden',
  })
  picture.addEventListener('change', () => void readPicture(picture.files?.[0]))
  const element = h(
    'div',
    { class: 'stack view scan' },
    backLink('/', 'Home'),
    viewHeading('Scan a code'),
    frame,
    status,
    progress,
    h(
      'div',
      { class: 'row' },
      retry,
      picture,
      h('label', { class: 'button quiet', for: 'picture' }, icon('image'), 'Read a picture'),
      h('a', { class: 'button quiet', href: '/paste' }, icon('link'), 'Paste a link'),
    ),
  )
  void openCamera()
  return { title: 'Scan a code', element, dispose: () => stop.abort() }
}
