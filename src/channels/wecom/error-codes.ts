/**
 * The error codes of the WeCom API that a desk can meet (微信客服, 客户联系, media, tokens), by the name the code and the
 * screens use. Decide by code only: the text (`errmsg`) may change.
 */
export const errorCodes = {
  ok: 0,
  /** retry, at most three times */
  systemBusy: -1,

  // token, application, who may call
  invalidSecret: 40001,
  invalidUserid: 40003,
  invalidCorpid: 40013,
  invalidAccessToken: 40014,
  invalidSecretOfOtherCorp: 40091,
  accessTokenMissing: 41001,
  accessTokenExpired: 42001,
  corpNotVerified: 43009,
  /** 45009 for as long as the window that was hit lasts */
  tooFrequent: 45009,
  tooManyAtOnce: 45033,
  apiForbidden: 48002,
  accountNotAuthorized: 48007,
  memberOutsideScope: 50002,
  appDisabled: 50003,
  noPermission: 60011,
  ipNotAllowed: 60020,
  useridNotVisible: 60021,
  outsideVisibleRange: 60030,
  useridNotFound: 60111,

  // parameters
  invalidParameter: 40058,
  emptyParameter: 40063,
  spamBlocked: 40201,
  emptyText: 44004,
  contentTooLong: 45002,
  invalidMessageType: 40008,
  invalidExternalUserid: 40096,
  invalidMiniprogramAppid: 90207,

  // media
  invalidFileType: 40004,
  invalidMediaTypeParameter: 40005,
  invalidMediaSize: 40006,
  invalidMediaId: 40007,
  invalidImageSize: 40009,
  invalidVideoSize: 40011,
  invalidImageFormat: 40123,
  mediaIdMissing: 41006,
  emptyFile: 44001,
  mediaTooBig: 45001,
  voiceTooLong: 45007,
  voiceFormatUnsupported: 301016,
  voiceFormatInvalid: 301017,
  rangeNeeded: 830002,

  // 微信客服
  malformedOpenKfid: 95000,
  overFiveMessages: 95001,
  over48Hours: 95002,
  customerCapReached: 95003,
  openKfidNotFound: 95004,
  accountCountLimit: 95005,
  badAccountName: 95006,
  invalidSyncToken: 95007,
  tooManyMenuItems: 95008,
  badMenuItemType: 95009,
  standaloneSecretInWecomMode: 95011,
  wecomSecretInStandaloneMode: 95012,
  sessionEnded: 95013,
  notServicer: 95014,
  dedicatedServiceConfigured: 95015,
  transitionNotAllowed: 95016,
  apiSwitchOff: 95017,
  sessionStateForbidsSend: 95018,
  servicerStopped: 95019,
  upgradeTargetNotConfigured: 95021,
  badLocationType: 95022,
  grantedToProvider: 95023,
  noMessageIn48Hours: 95024,
  oneCardPer48Hours: 95025,
  lowUtilisation: 95026,
  unverifiedAccountCap: 95027,
  recallNotFound: 95028,
  recallTooLate: 95029,
  componentOnly: 95030,
  notConsultedIn48Hours: 95031,
  componentOnlyOther: 95032,

  // 客户联系
  tagCountLimit: 40126,
  invalidTagId: 40068,
  tagNameExists: 40071,
  tagNameLength: 40072,
  noPermissionForTag: 81011,
  notExternalContact: 84061,

  // 企业群发, welcome codes
  broadcastIdMissing: 41046,
  broadcastIdInvalid: 41047,
  nobodyToSendTo: 41048,
  /** welcome or event code used or out of time */
  codeExpired: 41050,
  alreadyChatting: 41051,
  broadcastDispatching: 41063,
  attachmentCount: 41064,
  attachmentType: 41065,
  broadcastCancelled: 41093,
  remindTooOften: 41094,
  codeInProgress: 41096,
} as const

export type ErrorName = keyof typeof errorCodes
export type ErrorCode = (typeof errorCodes)[ErrorName]

/** After these: drop the cached token, fetch once, replay once. (gettoken itself answering 40001 is a wrong setting.) */
export const tokenErrors: readonly number[] = [
  errorCodes.invalidSecret,
  errorCodes.invalidAccessToken,
  errorCodes.accessTokenExpired,
]
