/** The title of the page: how many are unread, which screen, which endpoint. It is all that a tab in the background shows. */
import { effect } from '@preact/signals'
import type { Endpoint } from '../shared/endpoint.ts'
import type { Inbox } from './inbox/inbox.ts'
import { nameOf } from './names.ts'
import type { Router, Screen } from './route.ts'

const WHERE: Record<Screen['name'], string> = {
  home: '',
  inbox: '',
  settings: 'Settings · ',
  endpoints: 'Endpoints · ',
  rejections: 'Rejected · ',
  unknown: '',
}

/** @param currentEndpoint reads the signals it depends on */
export function keepTitle(router: Router, inbox: Inbox, currentEndpoint: () => Endpoint | undefined): void {
  effect(() => {
    const endpoint = currentEndpoint()
    const unread = inbox.unreadCount.value
    const name = endpoint === undefined ? 'Hookwell' : `${nameOf(endpoint)} · Hookwell`
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${WHERE[router.screen.value.name]}${name}`
  })
}
