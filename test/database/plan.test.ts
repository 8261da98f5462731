import { useRealServer } from '../truth/support/real-server.js';
import { RECORDINGS, recordedPlan, recordPlans } from './support/recorded-plans.js';

for (const major of [18, 15] as const) {
  if (process.env.UPDATE) {
    describe(`recording plans of PostgreSQL ${major}`, () => {
      const server = useRealServer(major);
      it('records', () => recordPlans(server()));
    });
  }
}
