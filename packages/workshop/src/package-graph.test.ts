import { describe, expect, test } from 'vitest';
import { graphText, parseGraph } from './package-graph.ts';

const text = `scalar      -> nothing
gradcheck   -> nothing            structural: it knows neither
data-mnist  -> nothing of ours    the bytes come from elsewhere
tensor      -> nothing
nn          -> tensor  (peer)
optim       -> tensor  (peer)     never nn
apps/mnist  -> tensor nn optim data-mnist
apps/docs   -> everything
dev only    -> scalar, tensor, nn, optim test themselves with gradcheck; nn's README trains with optim`;

describe('parseGraph', () => {
  const graph = parseGraph(text, ['apps/mnist', 'snippets']);
  const published = ['scalar', 'gradcheck', 'data-mnist', 'tensor', 'nn', 'optim'];

  test('reads each line', () => {
    expect([...graph.keys()]).toEqual([...published, 'apps/mnist', 'apps/docs', 'snippets']);
    expect(graph.get('data-mnist')).toEqual({
      arrows: new Set(),
      peers: new Set(),
      tests: new Set(),
      readme: new Set(),
      support: new Set(['snippets']),
      isPrivate: false,
      dependsOnEverything: false,
    });
    expect(graph.get('nn')).toEqual({
      arrows: new Set(['tensor']),
      peers: new Set(['tensor']),
      tests: new Set(['gradcheck']),
      readme: new Set(['optim']),
      support: new Set(['snippets']),
      isPrivate: false,
      dependsOnEverything: false,
    });
    expect(graph.get('optim')?.peers).toEqual(new Set(['tensor']));
    expect(graph.get('apps/mnist')?.arrows).toEqual(new Set(['tensor', 'nn', 'optim', 'data-mnist']));
    expect(graph.get('apps/docs')?.arrows).toEqual(new Set(published));
    expect(graph.get('apps/docs')?.dependsOnEverything).toBe(true);
  });

  test('knows what is private', () => {
    const isPrivate = [...graph].filter(([, node]) => node.isPrivate).map(([name]) => name);
    expect(isPrivate).toEqual(['apps/mnist', 'apps/docs', 'snippets']);
  });

  test('adds the support packages', () => {
    expect(graph.get('snippets')).toMatchObject({ arrows: new Set(), support: new Set(['snippets']) });
  });

  test.each([
    ['nn -> tensr', 'names "tensr"'],
    ['nn -> nothing\ndev only -> nn test themselves with gradchek', 'names "gradchek"'],
    ['nn -> nothing\ndev only -> nn likes itself', 'cannot be read: dev only -> nn likes itself'],
    ['nn imports tensor', 'cannot be read: nn imports tensor'],
    ['nn ->  ', 'cannot be read'],
  ])('refuses %j', (bad, message) => {
    expect(() => parseGraph(bad)).toThrow(message);
  });
});

describe('graphText', () => {
  test('is the block of arrows', () => {
    const markdown = `# Title\n\n\`\`\`sh\nnpm test\n\`\`\`\n\n\`\`\`\n${text}\n\`\`\`\n`;
    expect(graphText(markdown)).toBe(text);
  });

  test('is not there, or there twice', () => {
    expect(() => graphText('# Title')).toThrow('0 fenced blocks');
    expect(() => graphText('```\na -> b\n```\n```\na -> c\n```\n')).toThrow('2 fenced blocks');
  });
});
