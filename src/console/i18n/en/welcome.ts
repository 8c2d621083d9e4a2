/** Words for residents who open a conversation. */
export const welcome = {
  title: 'Welcome words',
  of: 'Welcome words of “{name}”',
  intro:
    'Shown once by WeChat when a resident opens the conversation for the first time and has said nothing yet. It is no answer: what they write next waits for one as always.',
  edit: 'Welcome',
  enabled: 'Show welcome words',
  on: 'Welcome words on',
  off: 'Welcome words off',
  savedAt: 'saved {at}',
  neverSaved: 'never saved; below is a suggestion',
  overtaken: 'Somebody has just saved other words. Yours are still here; saving them now replaces theirs.',
  takeTheirs: 'Take the newest',
  unsaved: 'changed, not saved yet',
  when: { onShift: 'While somebody is on shift', offShift: 'While nobody is on shift' },
  whenHint: {
    onShift: 'Left empty, nothing is shown then',
    offShift: 'What residents see at night and between shifts: say that emergencies call 110',
  },
  bytes: '{bytes} / {most} bytes',
  bytesOver: '{over} bytes too long: take out about {characters} Chinese characters',
  nothing: 'Both texts are empty: there is nothing to show',
  preview: 'As the resident sees it',
  silent: 'Nothing is shown then',
  saved: 'Welcome words of “{name}” saved and on',
  savedOff: 'Welcome words of “{name}” saved, off',
  tooLate:
    'WeChat waits 20 seconds only. This account has no relay now, and news of it may come {late} late, so the words will mostly miss; a relay makes them reliable.',
  suggested: {
    onShift:
      'Hello, this is {station}. An officer is on duty: please say what it is about and which village you are in, and we will answer soon. In an emergency call 110 at once.',
    offShift:
      'Hello, this is {station}. No officer is on duty now; your message will be dealt with during working hours. In an emergency call 110 at once.',
  },
  card: {
    title: 'Welcome words',
    state: {
      leaving: '{at}: being sent',
      sent: '{at}: sent',
      failed: '{at}: not delivered',
      unclear: '{at}: may have been sent, WeChat did not say',
    },
    erased: 'Erased by law',
  },
  why: {
    noWords: 'none are set for that time',
    accountOff: 'the account is disabled',
    late: 'it came more than 20 seconds late, and WeChat lets no more through',
    elsewhere: 'a colleague is answering in WeCom',
    codeSeen: 'they had been shown already',
    spent: 'WeChat’s time for it was over, or it was used already',
    unreachable: 'WeCom could not be reached',
    busy: 'WeCom was busy',
    tooFrequent: 'WeCom limits sending for a while, and answers come first',
    connection: 'the account is not connected',
    refused: 'WeCom refused',
    neverTold: 'what came of it was never told',
  },
}
