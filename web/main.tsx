/** Mounts the page. */
import './styles/tokens.css'
import './styles/reset.css'
import './styles/base.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { createWorld } from './world.ts'

const mount = document.getElementById('page')
if (mount === null) throw new Error('The page has no #page to mount in.')
const world = createWorld()
render(<App world={world} />, mount)
void world.start()
