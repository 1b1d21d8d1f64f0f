/**
 * Loaded into a controller by `--import`: makes its clock wrong. Each SIGUSR2 moves it by the next number of milliseconds of
 * `CLOCK_JUMPS`, a list with commas. Timers go on as they are, as they do when somebody sets the clock of a machine.
 */
const trueNow = Date.now;
const jumps = (process.env['CLOCK_JUMPS'] ?? '').split(',').map(Number);
let offsetMs = 0;

Date.now = () => trueNow() + offsetMs;
process.on('SIGUSR2', () => {
  offsetMs += jumps.shift() ?? 0;
  process.stderr.write(`${JSON.stringify({ msg: 'the clock jumped', offsetMs })}\n`);
});
