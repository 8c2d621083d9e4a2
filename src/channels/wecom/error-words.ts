import { type ErrorName, errorCodes } from './error-codes.ts'

export type ErrorKind =
  /** Something an admin sets right, in the settings here or in the WeCom console. */
  | 'config'
  /** Of the access token; mended without anybody. */
  | 'token'
  | 'limit'
  /** The 48 hours or the five messages are used up. */
  | 'window'
  /** Who serves the resident now. */
  | 'session'
  /** What was said or asked for is not taken in this form. */
  | 'content'
  /** It is no more, or never was. */
  | 'gone'
  | 'busy'
  /** The app or the corp is not entitled to it. */
  | 'capability'
  | 'other'

export interface ErrorBehaviour {
  kind: ErrorKind
  /** Whether the same call may succeed later without being changed. */
  retry: 'later' | 'never'
  /** Under `connections.errors`. */
  word: string
}

type Known = Record<Exclude<ErrorName, 'ok'>, readonly [ErrorKind, ErrorBehaviour['retry']]>

const behaviours: Known = {
  systemBusy: ['busy', 'later'],

  invalidSecret: ['config', 'later'],
  invalidUserid: ['content', 'never'],
  invalidCorpid: ['config', 'later'],
  invalidAccessToken: ['token', 'later'],
  invalidSecretOfOtherCorp: ['config', 'later'],
  accessTokenMissing: ['token', 'later'],
  accessTokenExpired: ['token', 'later'],
  corpNotVerified: ['capability', 'never'],
  tooFrequent: ['limit', 'later'],
  tooManyAtOnce: ['limit', 'later'],
  apiForbidden: ['capability', 'never'],
  accountNotAuthorized: ['config', 'later'],
  memberOutsideScope: ['config', 'later'],
  appDisabled: ['config', 'later'],
  noPermission: ['capability', 'never'],
  ipNotAllowed: ['config', 'later'],
  useridNotVisible: ['config', 'later'],
  outsideVisibleRange: ['config', 'later'],
  useridNotFound: ['gone', 'never'],

  invalidParameter: ['content', 'never'],
  emptyParameter: ['content', 'never'],
  spamBlocked: ['content', 'never'],
  emptyText: ['content', 'never'],
  contentTooLong: ['content', 'never'],
  invalidMessageType: ['content', 'never'],
  invalidExternalUserid: ['gone', 'never'],
  invalidMiniprogramAppid: ['content', 'never'],

  invalidFileType: ['content', 'never'],
  invalidMediaTypeParameter: ['content', 'never'],
  invalidMediaSize: ['content', 'never'],
  invalidMediaId: ['gone', 'never'],
  invalidImageSize: ['content', 'never'],
  invalidVideoSize: ['content', 'never'],
  invalidImageFormat: ['content', 'never'],
  mediaIdMissing: ['content', 'never'],
  emptyFile: ['content', 'never'],
  mediaTooBig: ['content', 'never'],
  voiceTooLong: ['content', 'never'],
  voiceFormatUnsupported: ['content', 'never'],
  voiceFormatInvalid: ['content', 'never'],
  rangeNeeded: ['other', 'later'],

  malformedOpenKfid: ['gone', 'never'],
  overFiveMessages: ['window', 'never'],
  over48Hours: ['window', 'never'],
  customerCapReached: ['capability', 'never'],
  openKfidNotFound: ['gone', 'never'],
  accountCountLimit: ['capability', 'never'],
  badAccountName: ['content', 'never'],
  invalidSyncToken: ['other', 'later'],
  tooManyMenuItems: ['content', 'never'],
  badMenuItemType: ['content', 'never'],
  standaloneSecretInWecomMode: ['config', 'later'],
  wecomSecretInStandaloneMode: ['config', 'later'],
  sessionEnded: ['session', 'never'],
  notServicer: ['session', 'never'],
  dedicatedServiceConfigured: ['config', 'later'],
  transitionNotAllowed: ['session', 'never'],
  apiSwitchOff: ['config', 'later'],
  sessionStateForbidsSend: ['session', 'never'],
  servicerStopped: ['session', 'never'],
  upgradeTargetNotConfigured: ['capability', 'never'],
  badLocationType: ['content', 'never'],
  grantedToProvider: ['config', 'later'],
  noMessageIn48Hours: ['window', 'never'],
  oneCardPer48Hours: ['limit', 'never'],
  lowUtilisation: ['capability', 'never'],
  unverifiedAccountCap: ['capability', 'never'],
  recallNotFound: ['gone', 'never'],
  recallTooLate: ['gone', 'never'],
  componentOnly: ['capability', 'never'],
  notConsultedIn48Hours: ['window', 'never'],
  componentOnlyOther: ['capability', 'never'],

  tagCountLimit: ['limit', 'never'],
  invalidTagId: ['gone', 'never'],
  tagNameExists: ['content', 'never'],
  tagNameLength: ['content', 'never'],
  noPermissionForTag: ['capability', 'never'],
  notExternalContact: ['capability', 'never'],

  broadcastIdMissing: ['content', 'never'],
  broadcastIdInvalid: ['gone', 'never'],
  nobodyToSendTo: ['content', 'never'],
  codeExpired: ['gone', 'never'],
  alreadyChatting: ['session', 'never'],
  broadcastDispatching: ['busy', 'later'],
  attachmentCount: ['content', 'never'],
  attachmentType: ['content', 'never'],
  broadcastCancelled: ['gone', 'never'],
  remindTooOften: ['limit', 'later'],
  codeInProgress: ['busy', 'later'],
}

const byCode = new Map<number, ErrorBehaviour>(
  Object.entries(behaviours).map(([name, [kind, retry]]) => {
    const code = errorCodes[name as ErrorName]
    return [code, { kind, retry, word: String(code) }]
  }),
)

/** A code nobody knows is shown with its number, and not tried again by itself. */
export function behaviourOf(errcode: number): ErrorBehaviour {
  return byCode.get(errcode) ?? { kind: 'other', retry: 'never', word: 'other' }
}
