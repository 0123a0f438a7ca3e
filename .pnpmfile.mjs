// What pnpm publishes of a manifest: not what only this repository needs. The names of private packages stand there.
export const hooks = {
  beforePacking({ devDependencies, scripts, ...published }) {
    return published;
  },
};
