import {
  addAccount,
  addContactWay,
  changeServicers,
  deleteAccount,
  listAccounts,
  listServicers,
  updateAccount,
} from './accounts.ts'
import { type Answer, refuse } from './answers.ts'
import {
  addTemplate,
  broadcastSendResult,
  broadcastTasks,
  cancelBroadcast,
  listBroadcasts,
  remindBroadcast,
} from './broadcasts.ts'
import type { Call } from './call.ts'
import { batchByUser, followUsers, getContact, listContacts, markTag, remark } from './contacts.ts'
import { batchGet, cancelUpgrade, upgradeConfig, upgradeService } from './customers.ts'
import { download, upload } from './media.ts'
import { recallMsg, sendMsg, sendOnEvent } from './sending.ts'
import { getState, transState } from './sessions.ts'
import { syncMsg } from './sync.ts'
import { addTags, deleteTags, editTag, listTags } from './tags.ts'

export interface Route {
  methods: readonly ('GET' | 'POST')[]
  /** Whose permission it needs. */
  area: 'kf' | 'contacts' | 'base'
  answer: (call: Call) => Answer
}

const get = ['GET'] as const
const post = ['POST'] as const
const either = ['GET', 'POST'] as const

const kf = (methods: Route['methods'], answer: Route['answer']): Route => ({ methods, area: 'kf', answer })
const contacts = (methods: Route['methods'], answer: Route['answer']): Route => ({
  methods,
  area: 'contacts',
  answer,
})
const base = (methods: Route['methods'], answer: Route['answer']): Route => ({
  methods,
  area: 'base',
  answer,
})

export const routes: Record<string, Route> = {
  '/cgi-bin/getcallbackip': base(get, () => ({ ip_list: ['182.254.11.176', '182.254.78.66'] })),
  '/cgi-bin/get_api_domain_ip': base(get, () => ({ ip_list: ['101.226.129.166', '140.207.54.75'] })),
  '/cgi-bin/media/upload': base(post, upload),
  '/cgi-bin/media/get': base(get, download),
  '/cgi-bin/kf/account/list': kf(either, listAccounts),
  '/cgi-bin/kf/account/add': kf(post, addAccount),
  '/cgi-bin/kf/account/update': kf(post, updateAccount),
  '/cgi-bin/kf/account/del': kf(post, deleteAccount),
  '/cgi-bin/kf/add_contact_way': kf(post, addContactWay),
  '/cgi-bin/kf/servicer/add': kf(post, changeServicers),
  '/cgi-bin/kf/servicer/del': kf(post, changeServicers),
  '/cgi-bin/kf/servicer/list': kf(get, listServicers),
  '/cgi-bin/kf/sync_msg': kf(post, syncMsg),
  '/cgi-bin/kf/send_msg': kf(post, sendMsg),
  '/cgi-bin/kf/send_msg_on_event': kf(post, sendOnEvent),
  '/cgi-bin/kf/recall_msg': kf(post, recallMsg),
  '/cgi-bin/kf/service_state/get': kf(post, getState),
  '/cgi-bin/kf/service_state/trans': kf(post, transState),
  '/cgi-bin/kf/customer/batchget': kf(post, batchGet),
  '/cgi-bin/kf/customer/get_upgrade_service_config': kf(get, upgradeConfig),
  '/cgi-bin/kf/customer/upgrade_service': kf(post, upgradeService),
  '/cgi-bin/kf/customer/cancel_upgrade_service': kf(post, cancelUpgrade),
  '/cgi-bin/externalcontact/get_follow_user_list': contacts(get, followUsers),
  '/cgi-bin/externalcontact/list': contacts(get, listContacts),
  '/cgi-bin/externalcontact/get': contacts(get, getContact),
  '/cgi-bin/externalcontact/batch/get_by_user': contacts(post, batchByUser),
  '/cgi-bin/externalcontact/remark': contacts(post, remark),
  '/cgi-bin/externalcontact/mark_tag': contacts(post, markTag),
  '/cgi-bin/externalcontact/get_corp_tag_list': contacts(post, listTags),
  '/cgi-bin/externalcontact/add_corp_tag': contacts(post, addTags),
  '/cgi-bin/externalcontact/edit_corp_tag': contacts(post, editTag),
  '/cgi-bin/externalcontact/del_corp_tag': contacts(post, deleteTags),
  '/cgi-bin/externalcontact/add_msg_template': contacts(post, addTemplate),
  '/cgi-bin/externalcontact/get_groupmsg_list_v2': contacts(post, listBroadcasts),
  '/cgi-bin/externalcontact/get_groupmsg_task': contacts(post, broadcastTasks),
  '/cgi-bin/externalcontact/get_groupmsg_send_result': contacts(post, broadcastSendResult),
  '/cgi-bin/externalcontact/remind_groupmsg_send': contacts(post, remindBroadcast),
  '/cgi-bin/externalcontact/cancel_groupmsg_send': contacts(post, cancelBroadcast),
}

/** Whether this app may call this at all. */
export function permitted(call: Pick<Call, 'app' | 'ip'>, route: Route): void {
  const { app } = call
  if (app.allowedIps && !app.allowedIps.includes(call.ip)) refuse('ipNotAllowed')
  if (!app.enabled) refuse('appDisabled')
  if (route.area === 'contacts' && !app.contactsAllowed) refuse('apiForbidden')
  if (route.area !== 'kf') return
  if (app.standaloneSecret) refuse('standaloneSecretInWecomMode')
  if (!app.kfAllowed) refuse('apiForbidden')
  if (!app.apiSwitch) refuse('apiSwitchOff')
  if (app.grantedToProvider) refuse('grantedToProvider')
}
