import type { WecomApi } from '../api.ts'
import { broadcastCalls } from './broadcast-calls.ts'
import type { ContactsApi } from './contacts.ts'
import { friendCalls } from './friend-calls.ts'

/** 客户联系 over a connection whose token and limits are looked after already. */
export function openContacts(api: WecomApi): ContactsApi {
  return { ...friendCalls(api), ...broadcastCalls(api), upload: (file) => api.uploadMedia(file) }
}
