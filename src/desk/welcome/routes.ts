import type { Welcome } from '../../contract/welcome.ts'
import { administering, everyone, type Routes } from '../route.ts'
import { changeWelcome } from './rules.ts'

type Names = 'welcomes.list' | 'welcome.change'

export const welcomeRoutes: Pick<Routes, Names> = {
  // Whoever answers may know what was said before.
  'welcomes.list': {
    allow: everyone,
    run: ({ views }) =>
      views.accounts
        .accounts()
        .filter(({ kind }) => kind === 'wecom-kf')
        .map(({ id }) => views.welcome.words(id) ?? unsaved(id)),
  },
  'welcome.change': {
    allow: administering,
    run: ({ views }, asked) => ({
      decision: changeWelcome(
        views.accounts.account(asked.account),
        views.welcome.words(asked.account),
        asked,
      ),
    }),
  },
}

const unsaved = (account: string): Welcome => ({
  account,
  enabled: false,
  onShift: null,
  offShift: null,
  savedAt: null,
})
