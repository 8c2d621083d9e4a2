/**
 * What is known of Tencent's WeCom API for 微信客服 and 客户联系, as constants and nothing else: connector and emulator
 * share this and no other code. Where the official text is silent, the assumption is one named constant in `assumed`,
 * marked `U:`; the desk logs what the live service does. Durations are milliseconds unless the name says otherwise.
 */
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const KiB = 1024
const MiB = 1024 * KiB

export const apiBase = 'https://qyapi.weixin.qq.com'

/** Form of the ids; treat them as opaque, the prefixes serve to tell a slip of the hand from a real id. */
export const idPrefixes = {
  corp: 'ww',
  openKfid: 'wk',
  wechatCustomer: 'wm',
  wecomCustomer: 'wo',
  tag: 'et',
  groupChat: 'wr',
  broadcast: 'msg',
  callbackToken: 'ENC',
} as const

export const tokens = {
  lifeSeconds: 7200,
  maxBytes: 512,
} as const

export const rates = {
  perCorpPerMinute: 10_000,
  perCorpPerHour: 150_000,
  perIpPerMinute: 20_000,
  perIpPerHour: 600_000,
  /** A block lasts as long as the window that was hit. */
  minute,
  hour,
  /** The tenth sync_msg in a minute without a good callback token is refused, and so is all that follows for a minute. */
  tokenlessSyncPerMinute: 10,
  tokenlessSyncBlock: minute,
  wrongSecretsPerHour: 2000,
  wrongSecretBlock: hour,
  systemBusyRetries: 3,
} as const

/** How the clock of this machine is compared with WeCom's, by the `Date` of its answers. */
export const clock = {
  /** The header is in whole seconds, and a server may write the one it began with: WeCom's time is within so much after. */
  dateWithin: 2 * second,
  /** A machine that is more than this off is said to be wrong: what officers do is then on record at another time. */
  wrongFrom: 2 * minute,
  toldIn: minute,
} as const

export const accounts = {
  nameChars: 16,
  listMax: 100,
  listDefault: 100,
  openKfidBytes: 64,
  servicersPerAccount: 2000,
  departmentsPerAccount: 20,
  servicersPerCall: 100,
  departmentsPerCall: 20,
  sceneBytes: 32,
  sceneParamBytes: 128,
  scenePattern: /^[0-9a-zA-Z_-]*$/,
} as const

export const callbacks = {
  tokenPattern: /^[0-9A-Za-z]{1,32}$/,
  aesKeyPattern: /^[0-9A-Za-z]{43}$/,
  paddingBlock: 32,
  randomPrefixBytes: 16,
  /** URL check: answered with the bare plaintext. */
  verifyWithin: second,
  answerWithin: 5 * second,
  tries: 3,
  /** How long the Token of a notification opens sync_msg without the strict limit. */
  syncTokenLife: 10 * minute,
  syncTokenBytes: 128,
  kfEvent: 'kf_msg_or_event',
  authChangeEvent: 'kf_account_auth_change',
  contactEvent: 'change_external_contact',
  tagEvent: 'change_external_tag',
} as const

export const sync = {
  limitMax: 1000,
  limitDefault: 1000,
  cursorBytes: 64,
  retention: 3 * day,
  voiceFormats: { amr: 0, silk: 1 },
} as const

export const sending = {
  window: 48 * hour,
  messagesPerWindow: 5,
  msgidBytes: 32,
  msgidPattern: /^[0-9a-zA-Z_-]+$/,
  /** Longer text is cut by the server. */
  textBytes: 2048,
  link: { titleBytes: 128, descBytes: 512, urlBytes: 2048 },
  miniprogram: { titleBytes: 64, pagepathEnd: '.html' },
  menu: {
    headBytes: 1024,
    tailBytes: 1024,
    items: 50,
    /** of click, view and miniprogram together */
    actionItems: 10,
    itemsOnEvent: 10,
    clickIdBytes: 128,
    clickContentBytes: 128,
    viewUrlBytes: 2048,
    viewContentBytes: 1024,
    appidBytes: 32,
    pagepathBytes: 1024,
    miniprogramContentBytes: 1024,
    textBytes: 256,
  },
  latitude: 90,
  longitude: 180,
  recallWithin: 2 * minute,
  welcomeCodeLife: 20 * second,
  closingCodeLife: 20 * second,
  replyCodeLife: 48 * hour,
} as const

export const media = {
  life: 3 * day,
  moreThanBytes: 5,
  /** What an app may upload to send. */
  uploadBytes: { image: 10 * MiB, voice: 2 * MiB, video: 10 * MiB, file: 20 * MiB },
  voiceSeconds: 60,
  uploadTypes: {
    image: ['image/jpeg', 'image/png'],
    voice: ['audio/amr'],
    video: ['video/mp4'],
  },
  /** What a customer may send; above it a notice arrives as text. */
  inboundBytes: { image: 2 * MiB, voice: 2 * MiB, video: 10 * MiB, file: 20 * MiB },
  /** A download above this needs Range, and no piece may be larger. */
  rangeBytes: 20 * MiB,
  /** Every piece but the last is a multiple of this. */
  rangeMultiple: 16,
} as const
export type MediaType = keyof typeof media.uploadBytes

export const customers = {
  batch: 100,
  /** Later than this after the last entering or message, a profile is no longer given. */
  profileWindow: 48 * hour,
} as const

export const contacts = {
  batchMembers: 100,
  batchMax: 100,
  batchDefault: 50,
  followersPerPage: 500,
  remarkChars: 20,
  descriptionChars: 150,
  companyChars: 20,
  tagNameChars: 30,
  corpTags: 10_000,
  tagOrderBelow: 2 ** 32,
} as const

/** 企业群发: the call makes a task, each officer confirms it in WeCom. */
export const broadcasts = {
  customers: 10_000,
  groupChats: 2000,
  tagsPerGroup: 100,
  textBytes: 4000,
  attachments: 9,
  link: { titleBytes: 128, descBytes: 512, urlBytes: 2048 },
  miniprogramTitleBytes: 64,
  listMax: 100,
  listDefault: 50,
  resultMax: 1000,
  resultDefault: 500,
  listSpan: 31 * day,
} as const

export const origins = { customer: 3, system: 4, servicer: 5 } as const

export const sessionStates = { fresh: 0, assistant: 1, pool: 2, servicer: 3, ended: 4 } as const
export type SessionState = (typeof sessionStates)[keyof typeof sessionStates]

/** Made only by servicers in the WeCom client, never by calls of the API. */
export const sessionChanges = { picked: 1, transferred: 2, ended: 3, rejoined: 4 } as const

export const sendFailures = {
  unknown: 0,
  accountDeleted: 1,
  appClosed: 2,
  sessionExpired: 4,
  sessionClosed: 5,
  overFiveMessages: 6,
  /** 7 and 9 only in older copies, 3 nowhere. */
  noChannelsBound: 7,
  notVerified: 8,
  noChannelsNorVerified: 9,
  rejectedByCustomer: 10,
  nobodyLoggedIn: 11,
  typeForbidden: 12,
  securityRestriction: 13,
} as const

/** The same thing is numbered differently in the list and in the event. */
export const servicerStatusInList = { receiving: 0, stopped: 1 } as const
export const servicerStatusInEvent = { receiving: 1, stopped: 2 } as const
export const stopTypes = { stopped: 0, suspended: 1 } as const

export const rejectSwitch = { restored: 0, rejected: 1 } as const

export const messageTypes = [
  'text',
  'image',
  'voice',
  'video',
  'file',
  'location',
  'link',
  'business_card',
  'miniprogram',
  'msgmenu',
  'channels_shop_product',
  'channels_shop_order',
  'merged_msg',
  'channels',
  'meeting',
  'calendar',
  'note',
  'event',
] as const
export type MessageType = (typeof messageTypes)[number]

export const eventTypes = {
  enterSession: 'enter_session',
  sendFail: 'msg_send_fail',
  servicerStatus: 'servicer_status_change',
  sessionStatus: 'session_status_change',
  customerRecall: 'user_recall_msg',
  servicerRecall: 'servicer_recall_msg',
  rejectSwitch: 'reject_customer_msg_switch_change',
} as const

export const sendableTypes = [
  'text',
  'image',
  'voice',
  'video',
  'file',
  'link',
  'miniprogram',
  'msgmenu',
  'location',
  'ca_link',
] as const

export const channelsSubTypes = { post: 1, live: 2, card: 3 } as const
export const genders = { unknown: 0, male: 1, female: 2 } as const
export const contactTypes = { wechat: 1, wecom: 2 } as const
export const tagTypes = { corp: 1, personal: 2, strategyGroup: 3 } as const
export const upgradeTypes = { member: 1, group: 2 } as const
export const broadcastTaskStatus = { unsent: 0, sent: 2 } as const
export const broadcastResults = { unsent: 0, sent: 1, notFriend: 2, alreadyGotOne: 3 } as const
export const broadcastFilters = { corp: 0, personal: 1, all: 2 } as const

/** What the official text leaves open, and what this project takes for true until the live service says otherwise. */
export const assumed = {
  /** U: errors of the API come with HTTP 200. */
  httpStatusOfErrors: 200,
  /** U: gettoken gives the same token again while more than this is left of it. */
  tokenReusedWhileSecondsLeft: 300,
  /** U: a token fetched anew does not end the older one before its time. */
  olderTokenStaysValid: true,
  /** U: the limit of sync_msg without a callback token counts per app, not per account. */
  tokenlessLimitScope: 'app',
  /** U: at most so many sync_msg at the same time, then 45033 (quoted by a user only). */
  syncAtOnce: 5,
  /** U: a callback is taken as delivered by any 2xx. */
  callbackAcknowledgedBy: '2xx',
  /** U: open_kfid absent or empty. */
  openKfidMissing: 40058,
  /** U: a cursor that is unknown or belongs to another account. */
  foreignCursor: 40058,
  /** U: one callback token serves all pages and calls of its ten minutes. */
  syncTokenReusable: true,
  /** U: it serves the account it came with. */
  syncTokenBoundToAccount: true,
  /** U: what send_msg_on_event sent is not returned by sync_msg (that of send_msg is not, for certain). */
  eventRepliesReturned: false,
  /** U: msg_list comes in the order of arrival; the desk sorts by (send_time, arrival) all the same. */
  pageOrder: 'arrival',
  /** U: one msgid is one message inside one account; the same is dropped when it comes again. */
  messageIdentity: 'open_kfid+msgid',
  /** U: events carry a msgid too. */
  eventsHaveMsgid: true,
  /** U: a msgid sent twice inside an account. */
  duplicateMsgid: 40058,
  /** U: each message of the customer restores all five and starts the 48 hours anew. */
  inboundRestoresAll: true,
  /** U: a click on a menu does so too, entering the session does not. */
  menuClickRestores: true,
  enteringRestores: false,
  /** U: nor does a message of the system itself. */
  systemMessageRestores: false,
  /** U: what colleagues type in the WeCom client does not count toward the five. */
  colleagueMessagesCount: false,
  /** U: what a refused send answers; the live service may accept and report msg_send_fail later. */
  sendInPoolOrServicerState: 95018,
  sendInEndedState: 95013,
  sendAfter48Hours: 95002,
  sendSixth: 95001,
  /** U: a session goes from 0 to 1 with the first accepted send_msg. */
  assistantFromFirstSend: true,
  /** U: 48 h without a word end a session silently, without an event. */
  idleSessionEndsSilently: true,
  /** U: ended by the API straight from 0, 1, 2; back to 1 from 2, or 3 to anything but 3 and 4, is 95016. */
  transitions: { 0: [1, 2, 3, 4], 1: [2, 3, 4], 2: [3, 4], 3: [3, 4], 4: [] },
  /** U: any change asked of an ended session. */
  transitionFromEnded: 95013,
  /** U: a reply code that was used or ran out of time. */
  spentCode: 41050,
  /** U: replies on an event do not count toward the five. */
  eventRepliesCount: false,
  /** U: recall_msg belongs to the standalone product; in WeCom mode it may be missing. */
  recallAvailable: false,
  /** U: a media file a customer sent lives as long as one that was uploaded. */
  inboundMediaLife: 3 * day,
  /** U: a 企业群发 shows in get_groupmsg_list_v2 so soon after it was made. */
  broadcastListedWithin: minute,
  /** U: so long a task waits for the member's confirmation; after that the desk asks no more. */
  broadcastConfirmedWithin: 7 * day,
  /** U: so long after the confirmation WeCom may still learn what became of it. */
  broadcastResultsWithin: day,
  /** U: remark_mobiles is cleared by [""] and by "". */
  clearingMobiles: [[''], ''],
  /** U: the `Date` of an answer is told by the same clock as `send_time`. */
  dateIsItsClock: true,
  /** U: kf and 客户联系 give one customer the same external_userid. */
  sameExternalUserid: true,
  /** U: gender in a kf profile is numbered as in 客户联系. */
  kfGenderAsInContacts: true,
} as const
