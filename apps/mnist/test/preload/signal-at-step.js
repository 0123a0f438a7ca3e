// Preloaded with node --import: the app sends itself a signal after it has reported a number of steps, at the same step on every
// machine. SIGNAL_AT_STEP=SIGKILL:100 is kill -9 after the 100th step; the app reports its steps with --json. Other signals are
// sent twice, as npm may do.
const [signal = '', step = ''] = process.env.SIGNAL_AT_STEP?.split(':') ?? [];
const write = process.stdout.write.bind(process.stdout);
let steps = 0;
process.stdout.write = (text, ...rest) => {
  const isFlushed = write(text, ...rest);
  if (text.startsWith('{"type":"step"') && ++steps === Number(step)) {
    process.kill(process.pid, signal);
    process.kill(process.pid, signal);
  }
  return isFlushed;
};
