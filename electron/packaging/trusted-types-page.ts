import type { Plugin } from 'vite'

/**
 * The page's policy demands trusted types. One library writes two constants as HTML (naive-ui's growing text box
 * measures itself with a blank); this policy lets exactly those through, and workers that came with the console. It must
 * be there before any other script, so it is a file of its own, first in the head.
 */
const file = 'trusted-types.js'
const source = `if (window.trustedTypes) {
  trustedTypes.createPolicy('default', {
    createHTML: (html) => (html === '' || html === '&nbsp;' ? html : null),
    createScriptURL: (url) => {
      const { origin, pathname } = new URL(url, document.baseURI)
      return origin === location.origin && /^\\/assets\\/[\\w.-]+\\.js$/.test(pathname) ? url : null
    },
  })
}
`

export function trustedTypesPage(): Plugin {
  return {
    name: 'duty-desk:trusted-types',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: file, source })
    },
    transformIndexHtml: () => [{ tag: 'script', attrs: { src: `./${file}` }, injectTo: 'head-prepend' }],
  }
}
