import { ensureBinaries } from './binaries.ts';

/** Prints the folder with the programs of the control plane, built first where need be; for scripts. */
const { folder } = await ensureBinaries((line) => console.error(line));
console.log(`${folder}/bin`);
