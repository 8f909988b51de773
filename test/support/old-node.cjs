// Preloaded: makes this Node say that it is an older one.
Object.defineProperty(process.versions, 'node', { value: '20.1.0' })
