// A page with the client module only.
import { servePage } from './page.ts';

servePage();
