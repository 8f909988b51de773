/** Style sheets are imported for their effect alone; vite gathers them into one file. */
declare module '*.css'
