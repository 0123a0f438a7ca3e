// Preloaded with node --import: the app's clock advances by 100 ms each time it is read, so that checkpoints, which are written
// at most once a second, come after the same steps on every machine.
let now = 0;
performance.now = () => (now += 100);
