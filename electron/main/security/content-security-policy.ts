/**
 * The page's policy. Styles may be inline because naive-ui writes its `<style>` elements at run time and knows
 * no nonce; without network, frames and forms a style has nowhere to send what it sees.
 * Trusted types: Vue's own policy, and `default`, which lets through two constants (see `trusted-types-page.ts`).
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  // Files of messages are shown from what the page has read itself.
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types vue default',
].join('; ')
