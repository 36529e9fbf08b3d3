import { main } from './main.js';
import { cancelOnSignals, endProcess, silenceLibraryWarnings } from './process.js';

silenceLibraryWarnings();
endProcess(await main(process.env, cancelOnSignals()));
