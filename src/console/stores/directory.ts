import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Account } from '../../contract/accounts.ts'
import { Refused } from '../../contract/errors.ts'
import type { EscalationDesk, EscalationLevel } from '../../contract/escalations.ts'
import type { CallName, Output } from '../../contract/index.ts'
import type { Person } from '../../contract/people.ts'
import type { Change } from '../../contract/session.ts'
import type { Checklist, QuickReply, StationSettings, StationTexts } from '../../contract/station.ts'
import { useConnection } from '../connection/connection.ts'
import { useChanges } from './changes.ts'
import { useSession } from './session.ts'

/** The small lists every screen needs: read after login and again when the ledger says they changed. */
export const useDirectory = defineStore('directory', () => {
  const connection = useConnection()
  const session = useSession()
  const changes = useChanges()

  const accounts = shallowRef<Account[]>([])
  const people = shallowRef<Person[]>([])
  const settings = shallowRef<StationSettings | null>(null)
  const quickReplies = shallowRef<QuickReply[]>([])
  const checklists = shallowRef<Checklist[]>([])
  const desks = shallowRef<EscalationDesk[]>([])
  /** Most severe first. */
  const levels = shallowRef<EscalationLevel[]>([])
  const texts = shallowRef<StationTexts | null>(null)
  const loaded = ref(false)

  const accountNames = computed(() => new Map(accounts.value.map((account) => [account.id, account.name])))
  const personNames = computed(() => new Map(people.value.map((person) => [person.user, person.name])))

  /** Keeps the former list when it may not be read or the link is down. */
  async function read<N extends CallName>(name: N, keep: (output: Output<N>) => void) {
    try {
      keep(await connection.call(name, {} as never))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }

  const readAccounts = () => read('accounts.list', (list) => (accounts.value = list))
  const readPeople = () => read('people.list', (list) => (people.value = list))
  const readSettings = () => read('settings.get', (found) => (settings.value = found))
  const readReplies = () => read('quickReplies.list', (list) => (quickReplies.value = list))
  const readChecklists = () => read('checklists.list', (list) => (checklists.value = list))

  const readTexts = () => read('texts.get', (found) => (texts.value = found))
  const readDesks = () =>
    read('desks.list', (found) => {
      desks.value = found.desks
      levels.value = found.levels
    })

  async function refresh() {
    await Promise.all([
      readAccounts(),
      readPeople(),
      readSettings(),
      readReplies(),
      readChecklists(),
      readTexts(),
      readDesks(),
    ])
    loaded.value = true
  }

  changes.onChange((change: Change) => {
    if (!session.session || session.session.locked) return
    if (change.everything) return void refresh()
    const touched = new Set(change.subjects)
    if (touched.has('accounts') || accounts.value.some((account) => touched.has(account.id)))
      void readAccounts()
    if (touched.has('people')) void readPeople()
    if (touched.has('settings')) void readSettings()
    if (touched.has('quickReplies')) void readReplies()
    if (touched.has('checklists')) void readChecklists()
    if (touched.has('texts')) void readTexts()
    if (touched.has('desks')) void readDesks()
  })

  watch(
    () => session.session && !session.session.locked && session.session.user,
    (user) => {
      if (user) void refresh()
      else loaded.value = false
    },
    { immediate: true },
  )

  return {
    accounts,
    people,
    settings,
    quickReplies,
    checklists,
    desks,
    levels,
    texts,
    loaded,
    refresh,
    accountName: (id: string) => accountNames.value.get(id) ?? id,
    deskName: (id: string) => desks.value.find((desk) => desk.id === id)?.name ?? id,
    level: (id: string) => levels.value.find((level) => level.id === id) ?? null,
    personName: (user: string) => personNames.value.get(user) ?? user,
  }
})
