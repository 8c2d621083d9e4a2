import '@fontsource-variable/noto-sans-sc'
import './base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { openConnection } from './connection/connection.ts'
import { i18n } from './i18n/index.ts'
import { applyTheme } from './theme.ts'

applyTheme()
openConnection()
createApp(App).use(createPinia()).use(i18n).mount('#app')
