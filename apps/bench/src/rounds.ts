import { type Recording } from './recordings.ts';
import { run } from './run.ts';
import { type Topic, type Turn } from './topics.ts';

/**
 * Makes the measurements of a topic, `rounds` times, all who take part in turn. Each recording goes to `onRecording` at once. One
 * that fails is not tried again.
 */
export function runRounds(
  { name: topic, turns }: Topic,
  { rounds, pin, onRecording }: { rounds: number; pin: readonly string[]; onRecording: (recording: Recording) => void },
): void {
  const failed = new Set<Turn>();
  for (let round = 1; round <= rounds; round++) {
    for (const turn of turns) {
      if (failed.has(turn) || round > (turn.rounds ?? rounds)) continue;
      const about = { topic, participant: turn.participant, round };
      try {
        onRecording({ ...about, ...run(turn.command, pin) });
      } catch (error) {
        failed.add(turn);
        onRecording({ ...about, error: error instanceof Error ? error.message : String(error) });
      }
    }
  }
}
