/** Holds a deleted Canary until what it changed was given back (name: Flagger compatibility). */
export const FINALIZER = 'finalizer.flagger.app';
