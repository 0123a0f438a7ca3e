// apps/docs/.vitepress/config.ts
import path5 from 'node:path';
import 'file:///work/main/node_modules/.pnpm/vitepress@1.6.4_@algolia+client-search@5.64.0_@types+node@20.19.43_@typescript+typescri_9c17976c95607ad4e600e0452dbe5d3f/node_modules/vitepress/dist/node/index.js';

// apps/docs/src/api-reference.ts
import { rmSync } from 'node:fs';
import path2 from 'node:path';
import {
  Application,
  DeclarationReflection as DeclarationReflection2,
  ParameterReflection,
  ReferenceType as ReferenceType2,
} from 'file:///work/main/node_modules/.pnpm/typedoc@0.28.20_@typescript+typescript6@6.0.2/node_modules/typedoc/dist/index.js';

// apps/docs/src/plain-signatures.ts
import {
  ArrayType,
  DeclarationReflection,
  IntersectionType,
  ReferenceType,
  TypeOperatorType,
  UnionType,
} from 'file:///work/main/node_modules/.pnpm/typedoc@0.28.20_@typescript+typescript6@6.0.2/node_modules/typedoc/dist/index.js';
function showPlainSignatures(project) {
  for (const each of Object.values(project.reflections)) {
    if (!(each instanceof DeclarationReflection)) continue;
    const [first, ...others] = each.signatures ?? [];
    for (const signature of others.filter(checksShapes)) project.removeReflection(signature);
    for (const signature of [first, each.getSignature, each.setSignature]) {
      if (signature !== void 0) makePlain(signature);
    }
  }
}
function checksShapes({ type, typeParameters = [] }) {
  return typeParameters.length > 0 && ((isTensor(type) && (type.typeArguments ?? []).length > 0) || isPieces(type));
}
function isPieces(type) {
  return type instanceof ReferenceType && (type.name === 'Parts' || type.name === 'Chunks');
}
function isTensor(type) {
  return type instanceof ReferenceType && type.name === 'Tensor';
}
function makePlain(signature) {
  const bounds = new Map(
    checksShapes(signature)
      ? signature.typeParameters?.flatMap(({ name, type }) => (type === void 0 ? [] : [[name, type]]))
      : [],
  );
  if (bounds.size > 0) delete signature.typeParameters;
  for (const parameter of signature.parameters ?? []) {
    if (parameter.type !== void 0) parameter.type = plain(parameter.type, bounds);
  }
  if (isPieces(signature.type)) signature.type = new ArrayType(tensorOf(signature));
  else if (signature.type !== void 0) signature.type = plain(signature.type, bounds);
}
function tensorOf({ project, parent }) {
  return ReferenceType.createResolvedReference('Tensor', parent.parent ?? parent, project);
}
function plain(type, bounds) {
  if (type instanceof UnionType) return new UnionType(type.types.map((each) => plain(each, bounds)));
  if (type instanceof ArrayType) return new ArrayType(plain(type.elementType, bounds));
  if (type instanceof TypeOperatorType) return new TypeOperatorType(plain(type.target, bounds), type.operator);
  if (type instanceof IntersectionType) {
    const [only, ...others] = type.types.filter((each) => !(each instanceof ReferenceType && each.name === 'Keepdims'));
    return only !== void 0 && others.length === 0 ? only : type;
  }
  if (!(type instanceof ReferenceType)) return type;
  const [given] = type.typeArguments ?? [];
  if (type.name === 'Checked' && given !== void 0) return plain(given, bounds);
  if (type.name === 'Plain' && type.reflection instanceof DeclarationReflection) {
    const { type: both } = type.reflection;
    return both instanceof IntersectionType ? (both.types.find(isTensor) ?? type) : type;
  }
  const bound = type.refersToTypeParameter ? bounds.get(type.name) : void 0;
  if (bound !== void 0) return plain(bound, bounds);
  const isOfThisShape = given instanceof ReferenceType && given.refersToTypeParameter && !bounds.has(given.name);
  if (isTensor(type) && !isOfThisShape) delete type.typeArguments;
  return type;
}

// apps/docs/src/workspace.ts
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
var readingOrder = ['scalar', 'tensor', 'nn', 'optim', 'gradcheck', 'data', 'data-mnist'];
function publishedPackages(root2) {
  const place = ({ folder: folder2 }) => (readingOrder.includes(folder2) ? readingOrder.indexOf(folder2) : Infinity);
  return readdirSync(path.join(root2, 'packages'))
    .sort()
    .flatMap((folder2) => readPackage(root2, folder2))
    .sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}
function readPackage(root2, folder2) {
  const home = path.join(root2, 'packages', folder2);
  if (!existsSync(path.join(home, 'package.json'))) return [];
  const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  if (manifest.private) return [];
  const entries = Object.entries(manifest.exports).map(([entry, target]) => ({
    name: path.posix.join(manifest.name, entry),
    file: path.join(home, target['@mg/source']),
  }));
  return [{ folder: folder2, name: manifest.name, entries }];
}

// apps/docs/src/api-reference.ts
async function writeApiReference(site2, packages2) {
  const entries = packages2.flatMap((each) => each.entries);
  const app = await Application.bootstrapWithPlugins({
    ...titles,
    options: path2.join(site2, 'typedoc.json'),
    entryPoints: entries.map(({ file }) => file),
  });
  const sources = app.getEntryPoints() ?? [];
  const project = app.converter.convert(
    entries.map(({ name, file }) => {
      const source = sources.find((each) => path2.resolve(each.sourceFile.fileName) === file);
      if (source === void 0) throw new Error(`${name}: its manifest exports ${file}, which does not exist`);
      return { ...source, displayName: name };
    }),
  );
  const all = Object.values(project.reflections);
  for (const each of all.filter(isElsewhere)) project.removeReflection(each);
  for (const each of all) tidy(each);
  showPlainSignatures(project);
  rmSync(path2.join(site2, 'api'), { recursive: true, force: true });
  await app.generateOutputs(project);
}
var titles = {
  pageTitleTemplates: { member: ({ rawName }) => rawName.replace(/<.*/s, '') },
};
function isElsewhere(reflection) {
  if (reflection instanceof ParameterReflection) return reflection.name === 'this';
  if (!(reflection instanceof DeclarationReflection2) || !reflection.inheritedFrom) return false;
  return !isHidden(reflection.inheritedFrom);
}
function tidy(reflection) {
  if (reflection.name === '__namedParameters') reflection.name = 'options';
  if (!(reflection instanceof DeclarationReflection2)) return;
  for (const group of reflection.groups ?? []) {
    group.children = group.children.filter((child) => reflection.children?.includes(child));
  }
  reflection.groups = reflection.groups?.filter(({ children }) => children.length > 0) ?? [];
  reflection.extendedTypes = reflection.extendedTypes?.filter((type) => !isHidden(type)) ?? [];
  reflection.implementedTypes = reflection.implementedTypes?.filter((type) => !isHidden(type)) ?? [];
  if (reflection.extendedTypes.length === 0) delete reflection.extendedTypes;
  if (reflection.implementedTypes.length === 0) delete reflection.implementedTypes;
  if (!reflection.extendedTypes && !reflection.extendedBy) delete reflection.typeHierarchy;
}
function isHidden(type) {
  return type instanceof ReferenceType2 && type.reflection === void 0 && type.package?.startsWith('@mg/') === true;
}

// apps/docs/src/mirror.ts
import { existsSync as existsSync2, mkdirSync, readFileSync as readFileSync2, writeFileSync } from 'node:fs';
import path3 from 'node:path';
import 'file:///work/main/node_modules/.pnpm/vitepress@1.6.4_@algolia+client-search@5.64.0_@types+node@20.19.43_@typescript+typescri_9c17976c95607ad4e600e0452dbe5d3f/node_modules/vitepress/dist/node/index.js';
function mirrorsOf(packages2) {
  return [
    ...packages2.map(({ folder: folder2 }) => ({
      page: `packages/${folder2}.md`,
      source: `packages/${folder2}/README.md`,
    })),
    { page: 'mnist.md', source: 'apps/mnist/README.md' },
    { page: 'results/operations.md', source: 'packages/tensor/OPERATIONS.md' },
    { page: 'results/speed.md', source: 'apps/bench/RESULTS.md' },
    { page: 'results/gradients.md', source: 'apps/gradients/GRADIENTS.md' },
    { page: 'results/engines.md', source: 'packages/workshop/ENGINES.md' },
    { page: 'contributing.md', source: 'CONTRIBUTING.md' },
  ];
}
function writeMirrors(site2, root2, mirrors2) {
  for (const { page, source } of mirrors2) {
    const file = path3.join(site2, page);
    const text = `<!--@include: ${path3.relative(path3.dirname(file), path3.join(root2, source))}-->
`;
    if (!existsSync2(path3.join(root2, source)))
      throw new Error(`${source} is missing: write it, it is a page of the site`);
    if (existsSync2(file) && readFileSync2(file, 'utf8') === text) continue;
    mkdirSync(path3.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
function siteLink(href, source, mirrors2, root2) {
  if (/^(?:[a-z]+:|#)/.test(href)) return href;
  const [name = '', fragment] = href.split('#');
  const target = path3.posix.join(path3.posix.dirname(source), decodeURI(name)).replace(/\/$/, '');
  if (!existsSync2(path3.join(root2, target))) throw new Error(`${source} links to ${href}, which does not exist`);
  const mirror = mirrors2.find((each) => each.source === target || each.source === `${target}/README.md`);
  return mirror === void 0 ? null : `/${mirror.page}${fragment === void 0 ? '' : `#${fragment}`}`;
}
function linkMirrors(markdown, mirrors2, root2) {
  markdown.core.ruler.push('mirror-links', ({ tokens, env }) => {
    const { relativePath } = env;
    const mirror = mirrors2.find(({ page }) => page === relativePath);
    if (mirror === void 0) return;
    for (const block of tokens) {
      if (block.children === null) continue;
      let unlinked = false;
      block.children = block.children.filter((token) => {
        if (token.type === 'link_close') return !unlinked;
        if (token.type !== 'link_open') return true;
        const href = siteLink(token.attrGet('href') ?? '', mirror.source, mirrors2, root2);
        unlinked = href === null;
        if (href !== null) token.attrSet('href', href);
        return !unlinked;
      });
    }
  });
}

// apps/docs/src/sidebar.ts
import { existsSync as existsSync3, readdirSync as readdirSync2, readFileSync as readFileSync3 } from 'node:fs';
import path4 from 'node:path';
import 'file:///work/main/node_modules/.pnpm/vitepress@1.6.4_@algolia+client-search@5.64.0_@types+node@20.19.43_@typescript+typescri_9c17976c95607ad4e600e0452dbe5d3f/node_modules/vitepress/dist/node/index.js';
function sidebar(site2, packages2) {
  const reference = readFileSync3(path4.join(site2, 'api/typedoc-sidebar.json'), 'utf8');
  return [
    {
      text: 'Start',
      items: [
        { text: 'Getting started', link: '/getting-started' },
        { text: 'Training on MNIST', link: '/mnist' },
        { text: 'Architecture', link: '/architecture' },
        { text: 'Troubleshooting', link: '/troubleshooting' },
        { text: 'Contributing', link: '/contributing' },
      ],
    },
    ...folder(site2, 'guides', 'Guides'),
    { text: 'Packages', items: packages2.map((each) => ({ text: each.name, link: `/packages/${each.folder}` })) },
    {
      text: 'Results',
      items: [
        { text: 'Every operation beside PyTorch', link: '/results/operations' },
        { text: 'Speed beside other libraries', link: '/results/speed' },
        { text: 'Whose gradients are right', link: '/results/gradients' },
        { text: 'The same bits in every engine', link: '/results/engines' },
      ],
    },
    {
      text: 'API reference',
      link: '/api/',
      items: JSON.parse(reference),
    },
  ];
}
function folder(site2, name, text) {
  const home = path4.join(site2, name);
  const files = existsSync3(home) ? readdirSync2(home).filter((file) => file.endsWith('.md')) : [];
  const items = files.sort().map((file) => ({
    text: /^# (.+)$/m.exec(readFileSync3(path4.join(home, file), 'utf8'))?.[1] ?? file,
    link: `/${name}/${path4.basename(file, '.md')}`,
  }));
  return items.length === 0 ? [] : [{ text, items }];
}

// apps/docs/.vitepress/config.ts
var __vite_injected_original_dirname = '/work/main/apps/docs/.vitepress';
var site = path5.join(__vite_injected_original_dirname, '..');
var root = path5.join(site, '../..');
var packages = publishedPackages(root);
var mirrors = mirrorsOf(packages);
writeMirrors(site, root, mirrors);
await writeApiReference(site, packages);
var config = {
  title: 'MicroGrad+',
  description: 'Automatic differentiation and small neural networks in TypeScript',
  lang: 'en',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/logo.svg' }]],
  markdown: {
    config: (markdown) => {
      linkMirrors(markdown, mirrors, root);
    },
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Getting started', link: '/getting-started' },
      {
        text: 'Packages',
        items: packages.map(({ name, folder: folder2 }) => ({ text: name, link: `/packages/${folder2}` })),
      },
      { text: 'API', link: '/api/' },
    ],
    sidebar: sidebar(site, packages),
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        // VitePress's own rendering for its index of words colours all code first, which takes most of the time. Only what
        // would be a tag is escaped, as there.
        _render: (source, env, markdown) => {
          const highlight = (code) => code.replaceAll('&', '&#x26;').replaceAll('<', '&#x3C;');
          return markdown.renderer.render(markdown.parse(source, env), { ...markdown.options, highlight }, env);
        },
      },
    },
    footer: { message: 'MIT licence' },
  },
};
var config_default = config;
export { config_default as default };
//# sourceMappingURL=data:application/json;base64,ewogICJ2ZXJzaW9uIjogMywKICAic291cmNlcyI6IFsiYXBwcy9kb2NzLy52aXRlcHJlc3MvY29uZmlnLnRzIiwgImFwcHMvZG9jcy9zcmMvYXBpLXJlZmVyZW5jZS50cyIsICJhcHBzL2RvY3Mvc3JjL3BsYWluLXNpZ25hdHVyZXMudHMiLCAiYXBwcy9kb2NzL3NyYy93b3Jrc3BhY2UudHMiLCAiYXBwcy9kb2NzL3NyYy9taXJyb3IudHMiLCAiYXBwcy9kb2NzL3NyYy9zaWRlYmFyLnRzIl0sCiAgInNvdXJjZXNDb250ZW50IjogWyJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3dvcmsvbWFpbi9hcHBzL2RvY3MvLnZpdGVwcmVzc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvbWFpbi9hcHBzL2RvY3MvLnZpdGVwcmVzcy9jb25maWcudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3dvcmsvbWFpbi9hcHBzL2RvY3MvLnZpdGVwcmVzcy9jb25maWcudHNcIjtpbXBvcnQgcGF0aCBmcm9tICdub2RlOnBhdGgnO1xuaW1wb3J0IHsgdHlwZSBEZWZhdWx0VGhlbWUsIHR5cGUgVXNlckNvbmZpZyB9IGZyb20gJ3ZpdGVwcmVzcyc7XG5pbXBvcnQgeyB3cml0ZUFwaVJlZmVyZW5jZSB9IGZyb20gJy4uL3NyYy9hcGktcmVmZXJlbmNlLnRzJztcbmltcG9ydCB7IGxpbmtNaXJyb3JzLCBtaXJyb3JzT2YsIHdyaXRlTWlycm9ycyB9IGZyb20gJy4uL3NyYy9taXJyb3IudHMnO1xuaW1wb3J0IHsgc2lkZWJhciB9IGZyb20gJy4uL3NyYy9zaWRlYmFyLnRzJztcbmltcG9ydCB7IHB1Ymxpc2hlZFBhY2thZ2VzIH0gZnJvbSAnLi4vc3JjL3dvcmtzcGFjZS50cyc7XG5cbmNvbnN0IHNpdGUgPSBwYXRoLmpvaW4oaW1wb3J0Lm1ldGEuZGlybmFtZSwgJy4uJyk7XG5jb25zdCByb290ID0gcGF0aC5qb2luKHNpdGUsICcuLi8uLicpO1xuY29uc3QgcGFja2FnZXMgPSBwdWJsaXNoZWRQYWNrYWdlcyhyb290KTtcbmNvbnN0IG1pcnJvcnMgPSBtaXJyb3JzT2YocGFja2FnZXMpO1xuXG4vLyBUaGUgcGFnZXMgdGhhdCBhcmUgbWFkZSBmcm9tIHRoZSBwYWNrYWdlcyBhcmUgd3JpdHRlbiBiZWZvcmUgVml0ZVByZXNzIGxvb2tzIGZvciBwYWdlcy4gQW4gZWRpdCB0byBhIFJFQURNRSBzaG93cyBhdFxuLy8gb25jZSB3aGlsZSBvbmUgd29ya3M7IGFuIGVkaXQgdG8gYSBkb2MgY29tbWVudCBzaG93cyBhZnRlciBhIHJlc3RhcnQuXG53cml0ZU1pcnJvcnMoc2l0ZSwgcm9vdCwgbWlycm9ycyk7XG5hd2FpdCB3cml0ZUFwaVJlZmVyZW5jZShzaXRlLCBwYWNrYWdlcyk7XG5cbmNvbnN0IGNvbmZpZzogVXNlckNvbmZpZzxEZWZhdWx0VGhlbWUuQ29uZmlnPiA9IHtcbiAgdGl0bGU6ICdNaWNyb0dyYWQrJyxcbiAgZGVzY3JpcHRpb246ICdBdXRvbWF0aWMgZGlmZmVyZW50aWF0aW9uIGFuZCBzbWFsbCBuZXVyYWwgbmV0d29ya3MgaW4gVHlwZVNjcmlwdCcsXG4gIGxhbmc6ICdlbicsXG4gIGhlYWQ6IFtbJ2xpbmsnLCB7IHJlbDogJ2ljb24nLCB0eXBlOiAnaW1hZ2Uvc3ZnK3htbCcsIGhyZWY6ICcvbG9nby5zdmcnIH1dXSxcbiAgbWFya2Rvd246IHtcbiAgICBjb25maWc6IChtYXJrZG93bikgPT4ge1xuICAgICAgbGlua01pcnJvcnMobWFya2Rvd24sIG1pcnJvcnMsIHJvb3QpO1xuICAgIH0sXG4gIH0sXG4gIHRoZW1lQ29uZmlnOiB7XG4gICAgbG9nbzogJy9sb2dvLnN2ZycsXG4gICAgbmF2OiBbXG4gICAgICB7IHRleHQ6ICdHZXR0aW5nIHN0YXJ0ZWQnLCBsaW5rOiAnL2dldHRpbmctc3RhcnRlZCcgfSxcbiAgICAgIHsgdGV4dDogJ1BhY2thZ2VzJywgaXRlbXM6IHBhY2thZ2VzLm1hcCgoeyBuYW1lLCBmb2xkZXIgfSkgPT4gKHsgdGV4dDogbmFtZSwgbGluazogYC9wYWNrYWdlcy8ke2ZvbGRlcn1gIH0pKSB9LFxuICAgICAgeyB0ZXh0OiAnQVBJJywgbGluazogJy9hcGkvJyB9LFxuICAgIF0sXG4gICAgc2lkZWJhcjogc2lkZWJhcihzaXRlLCBwYWNrYWdlcyksXG4gICAgb3V0bGluZTogWzIsIDNdLFxuICAgIHNlYXJjaDoge1xuICAgICAgcHJvdmlkZXI6ICdsb2NhbCcsXG4gICAgICBvcHRpb25zOiB7XG4gICAgICAgIC8vIFZpdGVQcmVzcydzIG93biByZW5kZXJpbmcgZm9yIGl0cyBpbmRleCBvZiB3b3JkcyBjb2xvdXJzIGFsbCBjb2RlIGZpcnN0LCB3aGljaCB0YWtlcyBtb3N0IG9mIHRoZSB0aW1lLiBPbmx5IHdoYXRcbiAgICAgICAgLy8gd291bGQgYmUgYSB0YWcgaXMgZXNjYXBlZCwgYXMgdGhlcmUuXG4gICAgICAgIF9yZW5kZXI6IChzb3VyY2UsIGVudiwgbWFya2Rvd24pID0+IHtcbiAgICAgICAgICBjb25zdCBoaWdobGlnaHQgPSAoY29kZTogc3RyaW5nKTogc3RyaW5nID0+IGNvZGUucmVwbGFjZUFsbCgnJicsICcmI3gyNjsnKS5yZXBsYWNlQWxsKCc8JywgJyYjeDNDOycpO1xuICAgICAgICAgIHJldHVybiBtYXJrZG93bi5yZW5kZXJlci5yZW5kZXIobWFya2Rvd24ucGFyc2Uoc291cmNlLCBlbnYpLCB7IC4uLm1hcmtkb3duLm9wdGlvbnMsIGhpZ2hsaWdodCB9LCBlbnYpO1xuICAgICAgICB9LFxuICAgICAgfSxcbiAgICB9LFxuICAgIGZvb3RlcjogeyBtZXNzYWdlOiAnTUlUIGxpY2VuY2UnIH0sXG4gIH0sXG59O1xuXG5leHBvcnQgZGVmYXVsdCBjb25maWc7XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL21haW4vYXBwcy9kb2NzL3NyY1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvbWFpbi9hcHBzL2RvY3Mvc3JjL2FwaS1yZWZlcmVuY2UudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3dvcmsvbWFpbi9hcHBzL2RvY3Mvc3JjL2FwaS1yZWZlcmVuY2UudHNcIjtpbXBvcnQgeyBybVN5bmMgfSBmcm9tICdub2RlOmZzJztcbmltcG9ydCBwYXRoIGZyb20gJ25vZGU6cGF0aCc7XG5pbXBvcnQge1xuICBBcHBsaWNhdGlvbixcbiAgRGVjbGFyYXRpb25SZWZsZWN0aW9uLFxuICBQYXJhbWV0ZXJSZWZsZWN0aW9uLFxuICBSZWZlcmVuY2VUeXBlLFxuICB0eXBlIFJlZmxlY3Rpb24sXG4gIHR5cGUgU29tZVR5cGUsXG59IGZyb20gJ3R5cGVkb2MnO1xuaW1wb3J0IHsgc2hvd1BsYWluU2lnbmF0dXJlcyB9IGZyb20gJy4vcGxhaW4tc2lnbmF0dXJlcy50cyc7XG5pbXBvcnQgeyB0eXBlIFBhY2thZ2UgfSBmcm9tICcuL3dvcmtzcGFjZS50cyc7XG5cbi8qKlxuICogV3JpdGVzIHRoZSBBUEkgcmVmZXJlbmNlIG9mIHRoZSBwYWNrYWdlcyB0byBgYXBpYCBpbiB0aGUgc2l0ZSdzIGZvbGRlciwgYXMgTWFya2Rvd24gbWFkZSBmcm9tIHRoZSBkb2MgY29tbWVudHM6IGEgcGFnZVxuICogZm9yIGVhY2ggZW50cnksIGFuZCBvbmUgZm9yIGVhY2ggY2xhc3MuIGB0eXBlZG9jLXNpZGViYXIuanNvbmAgYmVzaWRlIHRoZW0gbGlzdHMgdGhlIHBhZ2VzLiBUaHJvd3MgaWYgYW4gZW50cnkgaXMgbWlzc2luZy5cbiAqL1xuZXhwb3J0IGFzeW5jIGZ1bmN0aW9uIHdyaXRlQXBpUmVmZXJlbmNlKHNpdGU6IHN0cmluZywgcGFja2FnZXM6IHJlYWRvbmx5IFBhY2thZ2VbXSk6IFByb21pc2U8dm9pZD4ge1xuICBjb25zdCBlbnRyaWVzID0gcGFja2FnZXMuZmxhdE1hcCgoZWFjaCkgPT4gZWFjaC5lbnRyaWVzKTtcbiAgY29uc3QgYXBwID0gYXdhaXQgQXBwbGljYXRpb24uYm9vdHN0cmFwV2l0aFBsdWdpbnMoe1xuICAgIC4uLnRpdGxlcyxcbiAgICBvcHRpb25zOiBwYXRoLmpvaW4oc2l0ZSwgJ3R5cGVkb2MuanNvbicpLFxuICAgIGVudHJ5UG9pbnRzOiBlbnRyaWVzLm1hcCgoeyBmaWxlIH0pID0+IGZpbGUpLFxuICB9KTtcbiAgY29uc3Qgc291cmNlcyA9IGFwcC5nZXRFbnRyeVBvaW50cygpID8/IFtdO1xuICBjb25zdCBwcm9qZWN0ID0gYXBwLmNvbnZlcnRlci5jb252ZXJ0KFxuICAgIGVudHJpZXMubWFwKCh7IG5hbWUsIGZpbGUgfSkgPT4ge1xuICAgICAgY29uc3Qgc291cmNlID0gc291cmNlcy5maW5kKChlYWNoKSA9PiBwYXRoLnJlc29sdmUoZWFjaC5zb3VyY2VGaWxlLmZpbGVOYW1lKSA9PT0gZmlsZSk7XG4gICAgICBpZiAoc291cmNlID09PSB1bmRlZmluZWQpIHRocm93IG5ldyBFcnJvcihgJHtuYW1lfTogaXRzIG1hbmlmZXN0IGV4cG9ydHMgJHtmaWxlfSwgd2hpY2ggZG9lcyBub3QgZXhpc3RgKTtcbiAgICAgIHJldHVybiB7IC4uLnNvdXJjZSwgZGlzcGxheU5hbWU6IG5hbWUgfTtcbiAgICB9KSxcbiAgKTtcbiAgY29uc3QgYWxsID0gT2JqZWN0LnZhbHVlcyhwcm9qZWN0LnJlZmxlY3Rpb25zKTtcbiAgZm9yIChjb25zdCBlYWNoIG9mIGFsbC5maWx0ZXIoaXNFbHNld2hlcmUpKSBwcm9qZWN0LnJlbW92ZVJlZmxlY3Rpb24oZWFjaCk7XG4gIGZvciAoY29uc3QgZWFjaCBvZiBhbGwpIHRpZHkoZWFjaCk7XG4gIHNob3dQbGFpblNpZ25hdHVyZXMocHJvamVjdCk7XG4gIHJtU3luYyhwYXRoLmpvaW4oc2l0ZSwgJ2FwaScpLCB7IHJlY3Vyc2l2ZTogdHJ1ZSwgZm9yY2U6IHRydWUgfSk7XG4gIGF3YWl0IGFwcC5nZW5lcmF0ZU91dHB1dHMocHJvamVjdCk7XG59XG5cbi8qKiBBIGNsYXNzJ3MgcGFnZSBpcyBjYWxsZWQgYnkgaXRzIG5hbWUgYWxvbmU6IGBUZW5zb3JgLCB3aXRob3V0IGl0cyB0eXBlIHBhcmFtZXRlcnMuIEEgZnVuY3Rpb24sIHNvIG5vdCBpbiB0eXBlZG9jLmpzb24uICovXG5jb25zdCB0aXRsZXMgPSB7XG4gIHBhZ2VUaXRsZVRlbXBsYXRlczogeyBtZW1iZXI6ICh7IHJhd05hbWUgfTogeyByYXdOYW1lOiBzdHJpbmcgfSk6IHN0cmluZyA9PiByYXdOYW1lLnJlcGxhY2UoLzwuKi9zLCAnJykgfSxcbn07XG5cbi8qKiBXaGV0aGVyIHNvbWV0aGluZyBpcyBkZXNjcmliZWQgZWxzZXdoZXJlLCBvciBuZWVkIG5vdCBiZTogd2hhdCBhIGNsYXNzIGluaGVyaXRzLCBhbmQgdGhlIGB0aGlzYCBvZiBhIG1ldGhvZC4gKi9cbmZ1bmN0aW9uIGlzRWxzZXdoZXJlKHJlZmxlY3Rpb246IFJlZmxlY3Rpb24pOiBib29sZWFuIHtcbiAgaWYgKHJlZmxlY3Rpb24gaW5zdGFuY2VvZiBQYXJhbWV0ZXJSZWZsZWN0aW9uKSByZXR1cm4gcmVmbGVjdGlvbi5uYW1lID09PSAndGhpcyc7XG4gIGlmICghKHJlZmxlY3Rpb24gaW5zdGFuY2VvZiBEZWNsYXJhdGlvblJlZmxlY3Rpb24pIHx8ICFyZWZsZWN0aW9uLmluaGVyaXRlZEZyb20pIHJldHVybiBmYWxzZTtcbiAgcmV0dXJuICFpc0hpZGRlbihyZWZsZWN0aW9uLmluaGVyaXRlZEZyb20pO1xufVxuXG4vKiogTGVhdmVzIG91dCBuYW1lcyBvZiBvdXIgc291cmNlcyB0aGF0IG5vIGVudHJ5IGV4cG9ydHMsIGFuZCBzdWNoIGFzIFR5cGVEb2MgbWFrZXMgdXAuICovXG5mdW5jdGlvbiB0aWR5KHJlZmxlY3Rpb246IFJlZmxlY3Rpb24pOiB2b2lkIHtcbiAgLy8gU3RhbmRzIGZvciBgeyBiaWFzID0gdHJ1ZSwgZHR5cGUgfTogTGluZWFyT3B0aW9uc2AuXG4gIGlmIChyZWZsZWN0aW9uLm5hbWUgPT09ICdfX25hbWVkUGFyYW1ldGVycycpIHJlZmxlY3Rpb24ubmFtZSA9ICdvcHRpb25zJztcbiAgaWYgKCEocmVmbGVjdGlvbiBpbnN0YW5jZW9mIERlY2xhcmF0aW9uUmVmbGVjdGlvbikpIHJldHVybjtcbiAgZm9yIChjb25zdCBncm91cCBvZiByZWZsZWN0aW9uLmdyb3VwcyA/PyBbXSkge1xuICAgIGdyb3VwLmNoaWxkcmVuID0gZ3JvdXAuY2hpbGRyZW4uZmlsdGVyKChjaGlsZCkgPT4gcmVmbGVjdGlvbi5jaGlsZHJlbj8uaW5jbHVkZXMoY2hpbGQgYXMgRGVjbGFyYXRpb25SZWZsZWN0aW9uKSk7XG4gIH1cbiAgcmVmbGVjdGlvbi5ncm91cHMgPSByZWZsZWN0aW9uLmdyb3Vwcz8uZmlsdGVyKCh7IGNoaWxkcmVuIH0pID0+IGNoaWxkcmVuLmxlbmd0aCA+IDApID8/IFtdO1xuICByZWZsZWN0aW9uLmV4dGVuZGVkVHlwZXMgPSByZWZsZWN0aW9uLmV4dGVuZGVkVHlwZXM/LmZpbHRlcigodHlwZSkgPT4gIWlzSGlkZGVuKHR5cGUpKSA/PyBbXTtcbiAgcmVmbGVjdGlvbi5pbXBsZW1lbnRlZFR5cGVzID0gcmVmbGVjdGlvbi5pbXBsZW1lbnRlZFR5cGVzPy5maWx0ZXIoKHR5cGUpID0+ICFpc0hpZGRlbih0eXBlKSkgPz8gW107XG4gIGlmIChyZWZsZWN0aW9uLmV4dGVuZGVkVHlwZXMubGVuZ3RoID09PSAwKSBkZWxldGUgcmVmbGVjdGlvbi5leHRlbmRlZFR5cGVzO1xuICBpZiAocmVmbGVjdGlvbi5pbXBsZW1lbnRlZFR5cGVzLmxlbmd0aCA9PT0gMCkgZGVsZXRlIHJlZmxlY3Rpb24uaW1wbGVtZW50ZWRUeXBlcztcbiAgaWYgKCFyZWZsZWN0aW9uLmV4dGVuZGVkVHlwZXMgJiYgIXJlZmxlY3Rpb24uZXh0ZW5kZWRCeSkgZGVsZXRlIHJlZmxlY3Rpb24udHlwZUhpZXJhcmNoeTtcbn1cblxuLyoqIFdoZXRoZXIgYSB0eXBlIGlzIGEgbmFtZSBvZiBvdXIgc291cmNlcyB3aGljaCBubyBlbnRyeSBleHBvcnRzLiAqL1xuZnVuY3Rpb24gaXNIaWRkZW4odHlwZTogU29tZVR5cGUpOiBib29sZWFuIHtcbiAgcmV0dXJuIHR5cGUgaW5zdGFuY2VvZiBSZWZlcmVuY2VUeXBlICYmIHR5cGUucmVmbGVjdGlvbiA9PT0gdW5kZWZpbmVkICYmIHR5cGUucGFja2FnZT8uc3RhcnRzV2l0aCgnQG1nLycpID09PSB0cnVlO1xufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay9tYWluL2FwcHMvZG9jcy9zcmNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL21haW4vYXBwcy9kb2NzL3NyYy9wbGFpbi1zaWduYXR1cmVzLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy93b3JrL21haW4vYXBwcy9kb2NzL3NyYy9wbGFpbi1zaWduYXR1cmVzLnRzXCI7aW1wb3J0IHtcbiAgQXJyYXlUeXBlLFxuICBEZWNsYXJhdGlvblJlZmxlY3Rpb24sXG4gIEludGVyc2VjdGlvblR5cGUsXG4gIHR5cGUgUHJvamVjdFJlZmxlY3Rpb24sXG4gIFJlZmVyZW5jZVR5cGUsXG4gIHR5cGUgU2lnbmF0dXJlUmVmbGVjdGlvbixcbiAgdHlwZSBTb21lVHlwZSxcbiAgVHlwZU9wZXJhdG9yVHlwZSxcbiAgVW5pb25UeXBlLFxufSBmcm9tICd0eXBlZG9jJztcblxuLyoqIFdoYXQgYSBzaWduYXR1cmUncyBvd24gdHlwZSBwYXJhbWV0ZXJzIGV4dGVuZCwgYnkgdGhlaXIgbmFtZXMuICovXG50eXBlIEJvdW5kcyA9IFJlYWRvbmx5TWFwPHN0cmluZywgU29tZVR5cGU+O1xuXG4vKipcbiAqIFNob3dzIGVhY2ggZnVuY3Rpb24gYW5kIG1ldGhvZCBieSB0aGUgc2lnbmF0dXJlIG9mIHBsYWluIHRlbnNvcnMuIFRob3NlIHRoYXQgY2hlY2sgc2hhcGVzIGRpZmZlciBmcm9tIGl0IGluIHR5cGVzIG9ubHksIHdoaWNoIHNheVxuICogbGl0dGxlIHRvIGEgcmVhZGVyOiBgYWRkKG90aGVyOiBPcGVyYW5kKTogVGVuc29yYCwgaW4gcGxhY2Ugb2YgdGhlIGNvbmRpdGlvbnMgdW5kZXIgd2hpY2ggdHdvIHNoYXBlcyBicm9hZGNhc3QuXG4gKi9cbmV4cG9ydCBmdW5jdGlvbiBzaG93UGxhaW5TaWduYXR1cmVzKHByb2plY3Q6IFByb2plY3RSZWZsZWN0aW9uKTogdm9pZCB7XG4gIGZvciAoY29uc3QgZWFjaCBvZiBPYmplY3QudmFsdWVzKHByb2plY3QucmVmbGVjdGlvbnMpKSB7XG4gICAgaWYgKCEoZWFjaCBpbnN0YW5jZW9mIERlY2xhcmF0aW9uUmVmbGVjdGlvbikpIGNvbnRpbnVlO1xuICAgIGNvbnN0IFtmaXJzdCwgLi4ub3RoZXJzXSA9IGVhY2guc2lnbmF0dXJlcyA/PyBbXTtcbiAgICBmb3IgKGNvbnN0IHNpZ25hdHVyZSBvZiBvdGhlcnMuZmlsdGVyKGNoZWNrc1NoYXBlcykpIHByb2plY3QucmVtb3ZlUmVmbGVjdGlvbihzaWduYXR1cmUpO1xuICAgIGZvciAoY29uc3Qgc2lnbmF0dXJlIG9mIFtmaXJzdCwgZWFjaC5nZXRTaWduYXR1cmUsIGVhY2guc2V0U2lnbmF0dXJlXSkge1xuICAgICAgaWYgKHNpZ25hdHVyZSAhPT0gdW5kZWZpbmVkKSBtYWtlUGxhaW4oc2lnbmF0dXJlKTtcbiAgICB9XG4gIH1cbn1cblxuLyoqIFdoZXRoZXIgYSBzaWduYXR1cmUgaXMgYWJvdXQgc2hhcGVzOiB3aGF0IGl0IHJldHVybnMgZGVwZW5kcyBvbiBpdHMgdHlwZSBwYXJhbWV0ZXJzLCBhbmQgaXMgYSB0ZW5zb3Igb3IgYXMgbWFueSBhcyBhcmUgYXNrZWQgZm9yLiAqL1xuZnVuY3Rpb24gY2hlY2tzU2hhcGVzKHsgdHlwZSwgdHlwZVBhcmFtZXRlcnMgPSBbXSB9OiBTaWduYXR1cmVSZWZsZWN0aW9uKTogYm9vbGVhbiB7XG4gIHJldHVybiB0eXBlUGFyYW1ldGVycy5sZW5ndGggPiAwICYmICgoaXNUZW5zb3IodHlwZSkgJiYgKHR5cGUudHlwZUFyZ3VtZW50cyA/PyBbXSkubGVuZ3RoID4gMCkgfHwgaXNQaWVjZXModHlwZSkpO1xufVxuXG4vKiogV2hldGhlciBhIHR5cGUgaXMgd2hhdCBgc3BsaXRgIG9yIGBjaHVua2AgZ2l2ZXM6IGEgdHVwbGUgd2hlcmUgdGhlaXIgbnVtYmVyIGlzIGtub3duLiAqL1xuZnVuY3Rpb24gaXNQaWVjZXModHlwZTogU29tZVR5cGUgfCB1bmRlZmluZWQpOiBib29sZWFuIHtcbiAgcmV0dXJuIHR5cGUgaW5zdGFuY2VvZiBSZWZlcmVuY2VUeXBlICYmICh0eXBlLm5hbWUgPT09ICdQYXJ0cycgfHwgdHlwZS5uYW1lID09PSAnQ2h1bmtzJyk7XG59XG5cbmZ1bmN0aW9uIGlzVGVuc29yKHR5cGU6IFNvbWVUeXBlIHwgdW5kZWZpbmVkKTogdHlwZSBpcyBSZWZlcmVuY2VUeXBlIHtcbiAgcmV0dXJuIHR5cGUgaW5zdGFuY2VvZiBSZWZlcmVuY2VUeXBlICYmIHR5cGUubmFtZSA9PT0gJ1RlbnNvcic7XG59XG5cbmZ1bmN0aW9uIG1ha2VQbGFpbihzaWduYXR1cmU6IFNpZ25hdHVyZVJlZmxlY3Rpb24pOiB2b2lkIHtcbiAgY29uc3QgYm91bmRzOiBCb3VuZHMgPSBuZXcgTWFwKFxuICAgIGNoZWNrc1NoYXBlcyhzaWduYXR1cmUpXG4gICAgICA/IHNpZ25hdHVyZS50eXBlUGFyYW1ldGVycz8uZmxhdE1hcCgoeyBuYW1lLCB0eXBlIH0pID0+ICh0eXBlID09PSB1bmRlZmluZWQgPyBbXSA6IFtbbmFtZSwgdHlwZV1dKSlcbiAgICAgIDogW10sXG4gICk7XG4gIGlmIChib3VuZHMuc2l6ZSA+IDApIGRlbGV0ZSBzaWduYXR1cmUudHlwZVBhcmFtZXRlcnM7XG4gIGZvciAoY29uc3QgcGFyYW1ldGVyIG9mIHNpZ25hdHVyZS5wYXJhbWV0ZXJzID8/IFtdKSB7XG4gICAgaWYgKHBhcmFtZXRlci50eXBlICE9PSB1bmRlZmluZWQpIHBhcmFtZXRlci50eXBlID0gcGxhaW4ocGFyYW1ldGVyLnR5cGUsIGJvdW5kcyk7XG4gIH1cbiAgaWYgKGlzUGllY2VzKHNpZ25hdHVyZS50eXBlKSkgc2lnbmF0dXJlLnR5cGUgPSBuZXcgQXJyYXlUeXBlKHRlbnNvck9mKHNpZ25hdHVyZSkpO1xuICBlbHNlIGlmIChzaWduYXR1cmUudHlwZSAhPT0gdW5kZWZpbmVkKSBzaWduYXR1cmUudHlwZSA9IHBsYWluKHNpZ25hdHVyZS50eXBlLCBib3VuZHMpO1xufVxuXG4vKiogVGhlIGNsYXNzIG9mIGEgbWV0aG9kOiBvZiBgc3BsaXRgIGFuZCBgY2h1bmtgIHRoYXQgaXMgVGVuc29yLiAqL1xuZnVuY3Rpb24gdGVuc29yT2YoeyBwcm9qZWN0LCBwYXJlbnQgfTogU2lnbmF0dXJlUmVmbGVjdGlvbik6IFJlZmVyZW5jZVR5cGUge1xuICByZXR1cm4gUmVmZXJlbmNlVHlwZS5jcmVhdGVSZXNvbHZlZFJlZmVyZW5jZSgnVGVuc29yJywgcGFyZW50LnBhcmVudCA/PyBwYXJlbnQsIHByb2plY3QpO1xufVxuXG4vKiogQSB0eXBlIGluIHdoaWNoIGVhY2ggdHlwZSBwYXJhbWV0ZXIgaXMgd2hhdCBpdCBleHRlbmRzLCB3aXRob3V0IGNoZWNrcyBhbmQgd2l0aG91dCBzaGFwZXMuICovXG5mdW5jdGlvbiBwbGFpbih0eXBlOiBTb21lVHlwZSwgYm91bmRzOiBCb3VuZHMpOiBTb21lVHlwZSB7XG4gIGlmICh0eXBlIGluc3RhbmNlb2YgVW5pb25UeXBlKSByZXR1cm4gbmV3IFVuaW9uVHlwZSh0eXBlLnR5cGVzLm1hcCgoZWFjaCkgPT4gcGxhaW4oZWFjaCwgYm91bmRzKSkpO1xuICBpZiAodHlwZSBpbnN0YW5jZW9mIEFycmF5VHlwZSkgcmV0dXJuIG5ldyBBcnJheVR5cGUocGxhaW4odHlwZS5lbGVtZW50VHlwZSwgYm91bmRzKSk7XG4gIGlmICh0eXBlIGluc3RhbmNlb2YgVHlwZU9wZXJhdG9yVHlwZSkgcmV0dXJuIG5ldyBUeXBlT3BlcmF0b3JUeXBlKHBsYWluKHR5cGUudGFyZ2V0LCBib3VuZHMpLCB0eXBlLm9wZXJhdG9yKTtcbiAgaWYgKHR5cGUgaW5zdGFuY2VvZiBJbnRlcnNlY3Rpb25UeXBlKSB7XG4gICAgY29uc3QgW29ubHksIC4uLm90aGVyc10gPSB0eXBlLnR5cGVzLmZpbHRlcigoZWFjaCkgPT4gIShlYWNoIGluc3RhbmNlb2YgUmVmZXJlbmNlVHlwZSAmJiBlYWNoLm5hbWUgPT09ICdLZWVwZGltcycpKTtcbiAgICByZXR1cm4gb25seSAhPT0gdW5kZWZpbmVkICYmIG90aGVycy5sZW5ndGggPT09IDAgPyBvbmx5IDogdHlwZTtcbiAgfVxuICBpZiAoISh0eXBlIGluc3RhbmNlb2YgUmVmZXJlbmNlVHlwZSkpIHJldHVybiB0eXBlO1xuICBjb25zdCBbZ2l2ZW5dID0gdHlwZS50eXBlQXJndW1lbnRzID8/IFtdO1xuICBpZiAodHlwZS5uYW1lID09PSAnQ2hlY2tlZCcgJiYgZ2l2ZW4gIT09IHVuZGVmaW5lZCkgcmV0dXJuIHBsYWluKGdpdmVuLCBib3VuZHMpO1xuICBpZiAodHlwZS5uYW1lID09PSAnUGxhaW4nICYmIHR5cGUucmVmbGVjdGlvbiBpbnN0YW5jZW9mIERlY2xhcmF0aW9uUmVmbGVjdGlvbikge1xuICAgIGNvbnN0IHsgdHlwZTogYm90aCB9ID0gdHlwZS5yZWZsZWN0aW9uO1xuICAgIHJldHVybiBib3RoIGluc3RhbmNlb2YgSW50ZXJzZWN0aW9uVHlwZSA/IChib3RoLnR5cGVzLmZpbmQoaXNUZW5zb3IpID8/IHR5cGUpIDogdHlwZTtcbiAgfVxuICBjb25zdCBib3VuZCA9IHR5cGUucmVmZXJzVG9UeXBlUGFyYW1ldGVyID8gYm91bmRzLmdldCh0eXBlLm5hbWUpIDogdW5kZWZpbmVkO1xuICBpZiAoYm91bmQgIT09IHVuZGVmaW5lZCkgcmV0dXJuIHBsYWluKGJvdW5kLCBib3VuZHMpO1xuICAvLyBBIHRlbnNvciBvZiB0aGUgc2hhcGUgb2YgdGhpcyBvbmUga2VlcHMgaXRzIGBTYC5cbiAgY29uc3QgaXNPZlRoaXNTaGFwZSA9IGdpdmVuIGluc3RhbmNlb2YgUmVmZXJlbmNlVHlwZSAmJiBnaXZlbi5yZWZlcnNUb1R5cGVQYXJhbWV0ZXIgJiYgIWJvdW5kcy5oYXMoZ2l2ZW4ubmFtZSk7XG4gIGlmIChpc1RlbnNvcih0eXBlKSAmJiAhaXNPZlRoaXNTaGFwZSkgZGVsZXRlIHR5cGUudHlwZUFyZ3VtZW50cztcbiAgcmV0dXJuIHR5cGU7XG59XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL21haW4vYXBwcy9kb2NzL3NyY1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvbWFpbi9hcHBzL2RvY3Mvc3JjL3dvcmtzcGFjZS50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay9tYWluL2FwcHMvZG9jcy9zcmMvd29ya3NwYWNlLnRzXCI7aW1wb3J0IHsgZXhpc3RzU3luYywgcmVhZGRpclN5bmMsIHJlYWRGaWxlU3luYyB9IGZyb20gJ25vZGU6ZnMnO1xuaW1wb3J0IHBhdGggZnJvbSAnbm9kZTpwYXRoJztcblxuLyoqIEEgcHVibGlzaGVkIHBhY2thZ2UsIGFzIGZhciBhcyB0aGUgc2l0ZSBuZWVkcyBpdC4gKi9cbmV4cG9ydCBpbnRlcmZhY2UgUGFja2FnZSB7XG4gIC8qKiBUaGUgZm9sZGVyJ3MgbmFtZSwgd2hpY2ggdGhlIGFkZHJlc3NlcyBvZiB0aGUgc2l0ZSBhcmUgbWFkZSBvZjogYGRhdGEtbW5pc3RgLiAqL1xuICByZWFkb25seSBmb2xkZXI6IHN0cmluZztcbiAgLyoqIFRoZSBuYW1lIHRvIGltcG9ydCBpdCBieTogYEBtZy9kYXRhLW1uaXN0YC4gKi9cbiAgcmVhZG9ubHkgbmFtZTogc3RyaW5nO1xuICAvKiogV2hhdCBjYW4gYmUgaW1wb3J0ZWQ6IHRoZSBuYW1lLCBhbmQgdGhlIGZpbGUgdGhhdCBpdCBzdGFuZHMgZm9yLiAqL1xuICByZWFkb25seSBlbnRyaWVzOiByZWFkb25seSB7IHJlYWRvbmx5IG5hbWU6IHN0cmluZzsgcmVhZG9ubHkgZmlsZTogc3RyaW5nIH1bXTtcbn1cblxuaW50ZXJmYWNlIE1hbmlmZXN0IHtcbiAgcmVhZG9ubHkgbmFtZTogc3RyaW5nO1xuICByZWFkb25seSBwcml2YXRlPzogYm9vbGVhbjtcbiAgcmVhZG9ubHkgZXhwb3J0czogUmVhZG9ubHk8UmVjb3JkPHN0cmluZywgeyByZWFkb25seSAnQG1nL3NvdXJjZSc6IHN0cmluZyB9Pj47XG59XG5cbi8qKiBUaGUgb3JkZXIgaW4gd2hpY2ggdG8gcmVhZCB0aGVtOyBhIHBhY2thZ2UgdGhhdCBpcyBub3QgbGlzdGVkIGNvbWVzIGxhc3QuICovXG5jb25zdCByZWFkaW5nT3JkZXIgPSBbJ3NjYWxhcicsICd0ZW5zb3InLCAnbm4nLCAnb3B0aW0nLCAnZ3JhZGNoZWNrJywgJ2RhdGEnLCAnZGF0YS1tbmlzdCddO1xuXG4vKiogVGhlIHB1Ymxpc2hlZCBwYWNrYWdlcyBvZiB0aGUgd29ya3NwYWNlIGF0IGByb290YCwgaW4gcmVhZGluZyBvcmRlci4gKi9cbmV4cG9ydCBmdW5jdGlvbiBwdWJsaXNoZWRQYWNrYWdlcyhyb290OiBzdHJpbmcpOiBQYWNrYWdlW10ge1xuICBjb25zdCBwbGFjZSA9ICh7IGZvbGRlciB9OiBQYWNrYWdlKSA9PiAocmVhZGluZ09yZGVyLmluY2x1ZGVzKGZvbGRlcikgPyByZWFkaW5nT3JkZXIuaW5kZXhPZihmb2xkZXIpIDogSW5maW5pdHkpO1xuICByZXR1cm4gcmVhZGRpclN5bmMocGF0aC5qb2luKHJvb3QsICdwYWNrYWdlcycpKVxuICAgIC5zb3J0KClcbiAgICAuZmxhdE1hcCgoZm9sZGVyKSA9PiByZWFkUGFja2FnZShyb290LCBmb2xkZXIpKVxuICAgIC5zb3J0KChhLCBiKSA9PiAocGxhY2UoYSkgPCBwbGFjZShiKSA/IC0xIDogcGxhY2UoYSkgPiBwbGFjZShiKSA/IDEgOiAwKSk7XG59XG5cbmZ1bmN0aW9uIHJlYWRQYWNrYWdlKHJvb3Q6IHN0cmluZywgZm9sZGVyOiBzdHJpbmcpOiBQYWNrYWdlW10ge1xuICBjb25zdCBob21lID0gcGF0aC5qb2luKHJvb3QsICdwYWNrYWdlcycsIGZvbGRlcik7XG4gIGlmICghZXhpc3RzU3luYyhwYXRoLmpvaW4oaG9tZSwgJ3BhY2thZ2UuanNvbicpKSkgcmV0dXJuIFtdO1xuICBjb25zdCBtYW5pZmVzdCA9IEpTT04ucGFyc2UocmVhZEZpbGVTeW5jKHBhdGguam9pbihob21lLCAncGFja2FnZS5qc29uJyksICd1dGY4JykpIGFzIE1hbmlmZXN0O1xuICBpZiAobWFuaWZlc3QucHJpdmF0ZSkgcmV0dXJuIFtdO1xuICBjb25zdCBlbnRyaWVzID0gT2JqZWN0LmVudHJpZXMobWFuaWZlc3QuZXhwb3J0cykubWFwKChbZW50cnksIHRhcmdldF0pID0+ICh7XG4gICAgbmFtZTogcGF0aC5wb3NpeC5qb2luKG1hbmlmZXN0Lm5hbWUsIGVudHJ5KSxcbiAgICBmaWxlOiBwYXRoLmpvaW4oaG9tZSwgdGFyZ2V0WydAbWcvc291cmNlJ10pLFxuICB9KSk7XG4gIHJldHVybiBbeyBmb2xkZXIsIG5hbWU6IG1hbmlmZXN0Lm5hbWUsIGVudHJpZXMgfV07XG59XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL21haW4vYXBwcy9kb2NzL3NyY1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvbWFpbi9hcHBzL2RvY3Mvc3JjL21pcnJvci50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay9tYWluL2FwcHMvZG9jcy9zcmMvbWlycm9yLnRzXCI7aW1wb3J0IHsgZXhpc3RzU3luYywgbWtkaXJTeW5jLCByZWFkRmlsZVN5bmMsIHdyaXRlRmlsZVN5bmMgfSBmcm9tICdub2RlOmZzJztcbmltcG9ydCBwYXRoIGZyb20gJ25vZGU6cGF0aCc7XG5pbXBvcnQgeyB0eXBlIE1hcmtkb3duUmVuZGVyZXIgfSBmcm9tICd2aXRlcHJlc3MnO1xuaW1wb3J0IHsgdHlwZSBQYWNrYWdlIH0gZnJvbSAnLi93b3Jrc3BhY2UudHMnO1xuXG4vKiogQSBwYWdlIG9mIHRoZSBzaXRlIHRoYXQgaXMgYSBNYXJrZG93biBmaWxlIG9mIHRoZSByZXBvc2l0b3J5LCBzbyB0aGF0IGJvdGggc2F5IHRoZSBzYW1lLiAqL1xuZXhwb3J0IGludGVyZmFjZSBNaXJyb3Ige1xuICAvKiogVGhlIHBhZ2UsIGluIHRoZSBzaXRlJ3MgZm9sZGVyOiBgcGFja2FnZXMvc2NhbGFyLm1kYC4gKi9cbiAgcmVhZG9ubHkgcGFnZTogc3RyaW5nO1xuICAvKiogVGhlIGZpbGUsIGZyb20gdGhlIHJvb3Qgb2YgdGhlIHJlcG9zaXRvcnk6IGBwYWNrYWdlcy9zY2FsYXIvUkVBRE1FLm1kYC4gKi9cbiAgcmVhZG9ubHkgc291cmNlOiBzdHJpbmc7XG59XG5cbi8qKiBFYWNoIHBhY2thZ2UncyBSRUFETUUsIHRoZSBNTklTVCBhcHAncywgd2hhdCBvcGVyYXRpb25zLCBncmFkaWVudHMsIGVuZ2luZXMgYW5kIHNwZWVkIHdlcmUgY29tcGFyZWQgd2l0aCwgYW5kIGhvdyB0byBjb250cmlidXRlLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIG1pcnJvcnNPZihwYWNrYWdlczogcmVhZG9ubHkgUGFja2FnZVtdKTogTWlycm9yW10ge1xuICByZXR1cm4gW1xuICAgIC4uLnBhY2thZ2VzLm1hcCgoeyBmb2xkZXIgfSkgPT4gKHsgcGFnZTogYHBhY2thZ2VzLyR7Zm9sZGVyfS5tZGAsIHNvdXJjZTogYHBhY2thZ2VzLyR7Zm9sZGVyfS9SRUFETUUubWRgIH0pKSxcbiAgICB7IHBhZ2U6ICdtbmlzdC5tZCcsIHNvdXJjZTogJ2FwcHMvbW5pc3QvUkVBRE1FLm1kJyB9LFxuICAgIHsgcGFnZTogJ3Jlc3VsdHMvb3BlcmF0aW9ucy5tZCcsIHNvdXJjZTogJ3BhY2thZ2VzL3RlbnNvci9PUEVSQVRJT05TLm1kJyB9LFxuICAgIHsgcGFnZTogJ3Jlc3VsdHMvc3BlZWQubWQnLCBzb3VyY2U6ICdhcHBzL2JlbmNoL1JFU1VMVFMubWQnIH0sXG4gICAgeyBwYWdlOiAncmVzdWx0cy9ncmFkaWVudHMubWQnLCBzb3VyY2U6ICdhcHBzL2dyYWRpZW50cy9HUkFESUVOVFMubWQnIH0sXG4gICAgeyBwYWdlOiAncmVzdWx0cy9lbmdpbmVzLm1kJywgc291cmNlOiAncGFja2FnZXMvd29ya3Nob3AvRU5HSU5FUy5tZCcgfSxcbiAgICB7IHBhZ2U6ICdjb250cmlidXRpbmcubWQnLCBzb3VyY2U6ICdDT05UUklCVVRJTkcubWQnIH0sXG4gIF07XG59XG5cbi8qKiBXcml0ZXMgdGhlIHBhZ2VzLCBlYWNoIG9mIHdoaWNoIGluY2x1ZGVzIGl0cyBmaWxlLiBUaHJvd3MgZm9yIGEgZmlsZSB0aGF0IGlzIG1pc3NpbmcuICovXG5leHBvcnQgZnVuY3Rpb24gd3JpdGVNaXJyb3JzKHNpdGU6IHN0cmluZywgcm9vdDogc3RyaW5nLCBtaXJyb3JzOiByZWFkb25seSBNaXJyb3JbXSk6IHZvaWQge1xuICBmb3IgKGNvbnN0IHsgcGFnZSwgc291cmNlIH0gb2YgbWlycm9ycykge1xuICAgIGNvbnN0IGZpbGUgPSBwYXRoLmpvaW4oc2l0ZSwgcGFnZSk7XG4gICAgY29uc3QgdGV4dCA9IGA8IS0tQGluY2x1ZGU6ICR7cGF0aC5yZWxhdGl2ZShwYXRoLmRpcm5hbWUoZmlsZSksIHBhdGguam9pbihyb290LCBzb3VyY2UpKX0tLT5cXG5gO1xuICAgIGlmICghZXhpc3RzU3luYyhwYXRoLmpvaW4ocm9vdCwgc291cmNlKSkpXG4gICAgICB0aHJvdyBuZXcgRXJyb3IoYCR7c291cmNlfSBpcyBtaXNzaW5nOiB3cml0ZSBpdCwgaXQgaXMgYSBwYWdlIG9mIHRoZSBzaXRlYCk7XG4gICAgaWYgKGV4aXN0c1N5bmMoZmlsZSkgJiYgcmVhZEZpbGVTeW5jKGZpbGUsICd1dGY4JykgPT09IHRleHQpIGNvbnRpbnVlO1xuICAgIG1rZGlyU3luYyhwYXRoLmRpcm5hbWUoZmlsZSksIHsgcmVjdXJzaXZlOiB0cnVlIH0pO1xuICAgIHdyaXRlRmlsZVN5bmMoZmlsZSwgdGV4dCk7XG4gIH1cbn1cblxuLyoqXG4gKiBXaGVyZSBhIGxpbmsgdGhhdCBhIG1pcnJvcmVkIGZpbGUgd3JpdGVzIGZvciB0aGUgcmVwb3NpdG9yeSBsZWFkcyBvbiB0aGUgc2l0ZTogdG8gdGhlIHBhZ2Ugb2YgdGhlIGZpbGUgb3IgZm9sZGVyIHRoYXRcbiAqIGl0IG5hbWVzLCBhbmQgbnVsbCB3aGVyZSB0aGF0IGhhcyBub25lLCBhcyBhIHNvdXJjZSBmaWxlLiBMaW5rcyB0byBvdGhlciBwbGFjZXMsIGFuZCB3aXRoaW4gdGhlIHBhZ2UsIHN0YXkgYXMgdGhleSBhcmUuXG4gKiBUaHJvd3Mgd2hlcmUgbm90aGluZyBoYXMgdGhhdCBuYW1lLlxuICovXG5leHBvcnQgZnVuY3Rpb24gc2l0ZUxpbmsoaHJlZjogc3RyaW5nLCBzb3VyY2U6IHN0cmluZywgbWlycm9yczogcmVhZG9ubHkgTWlycm9yW10sIHJvb3Q6IHN0cmluZyk6IHN0cmluZyB8IG51bGwge1xuICBpZiAoL14oPzpbYS16XSs6fCMpLy50ZXN0KGhyZWYpKSByZXR1cm4gaHJlZjtcbiAgY29uc3QgW25hbWUgPSAnJywgZnJhZ21lbnRdID0gaHJlZi5zcGxpdCgnIycpO1xuICBjb25zdCB0YXJnZXQgPSBwYXRoLnBvc2l4LmpvaW4ocGF0aC5wb3NpeC5kaXJuYW1lKHNvdXJjZSksIGRlY29kZVVSSShuYW1lKSkucmVwbGFjZSgvXFwvJC8sICcnKTtcbiAgaWYgKCFleGlzdHNTeW5jKHBhdGguam9pbihyb290LCB0YXJnZXQpKSkgdGhyb3cgbmV3IEVycm9yKGAke3NvdXJjZX0gbGlua3MgdG8gJHtocmVmfSwgd2hpY2ggZG9lcyBub3QgZXhpc3RgKTtcbiAgY29uc3QgbWlycm9yID0gbWlycm9ycy5maW5kKChlYWNoKSA9PiBlYWNoLnNvdXJjZSA9PT0gdGFyZ2V0IHx8IGVhY2guc291cmNlID09PSBgJHt0YXJnZXR9L1JFQURNRS5tZGApO1xuICByZXR1cm4gbWlycm9yID09PSB1bmRlZmluZWQgPyBudWxsIDogYC8ke21pcnJvci5wYWdlfSR7ZnJhZ21lbnQgPT09IHVuZGVmaW5lZCA/ICcnIDogYCMke2ZyYWdtZW50fWB9YDtcbn1cblxuLyoqIExldHMgdGhlIGxpbmtzIG9mIG1pcnJvcmVkIGZpbGVzIGxlYWQgdG8gd2hlcmUgdGhleSBiZWxvbmcgb24gdGhlIHNpdGUuICovXG5leHBvcnQgZnVuY3Rpb24gbGlua01pcnJvcnMobWFya2Rvd246IE1hcmtkb3duUmVuZGVyZXIsIG1pcnJvcnM6IHJlYWRvbmx5IE1pcnJvcltdLCByb290OiBzdHJpbmcpOiB2b2lkIHtcbiAgbWFya2Rvd24uY29yZS5ydWxlci5wdXNoKCdtaXJyb3ItbGlua3MnLCAoeyB0b2tlbnMsIGVudiB9KSA9PiB7XG4gICAgY29uc3QgeyByZWxhdGl2ZVBhdGggfSA9IGVudiBhcyB7IHJlbGF0aXZlUGF0aDogc3RyaW5nIH07XG4gICAgY29uc3QgbWlycm9yID0gbWlycm9ycy5maW5kKCh7IHBhZ2UgfSkgPT4gcGFnZSA9PT0gcmVsYXRpdmVQYXRoKTtcbiAgICBpZiAobWlycm9yID09PSB1bmRlZmluZWQpIHJldHVybjtcbiAgICBmb3IgKGNvbnN0IGJsb2NrIG9mIHRva2Vucykge1xuICAgICAgaWYgKGJsb2NrLmNoaWxkcmVuID09PSBudWxsKSBjb250aW51ZTtcbiAgICAgIGxldCB1bmxpbmtlZCA9IGZhbHNlO1xuICAgICAgYmxvY2suY2hpbGRyZW4gPSBibG9jay5jaGlsZHJlbi5maWx0ZXIoKHRva2VuKSA9PiB7XG4gICAgICAgIGlmICh0b2tlbi50eXBlID09PSAnbGlua19jbG9zZScpIHJldHVybiAhdW5saW5rZWQ7XG4gICAgICAgIGlmICh0b2tlbi50eXBlICE9PSAnbGlua19vcGVuJykgcmV0dXJuIHRydWU7XG4gICAgICAgIGNvbnN0IGhyZWYgPSBzaXRlTGluayh0b2tlbi5hdHRyR2V0KCdocmVmJykgPz8gJycsIG1pcnJvci5zb3VyY2UsIG1pcnJvcnMsIHJvb3QpO1xuICAgICAgICB1bmxpbmtlZCA9IGhyZWYgPT09IG51bGw7XG4gICAgICAgIGlmIChocmVmICE9PSBudWxsKSB0b2tlbi5hdHRyU2V0KCdocmVmJywgaHJlZik7XG4gICAgICAgIHJldHVybiAhdW5saW5rZWQ7XG4gICAgICB9KTtcbiAgICB9XG4gIH0pO1xufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay9tYWluL2FwcHMvZG9jcy9zcmNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL21haW4vYXBwcy9kb2NzL3NyYy9zaWRlYmFyLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy93b3JrL21haW4vYXBwcy9kb2NzL3NyYy9zaWRlYmFyLnRzXCI7aW1wb3J0IHsgZXhpc3RzU3luYywgcmVhZGRpclN5bmMsIHJlYWRGaWxlU3luYyB9IGZyb20gJ25vZGU6ZnMnO1xuaW1wb3J0IHBhdGggZnJvbSAnbm9kZTpwYXRoJztcbmltcG9ydCB7IHR5cGUgRGVmYXVsdFRoZW1lIH0gZnJvbSAndml0ZXByZXNzJztcbmltcG9ydCB7IHR5cGUgUGFja2FnZSB9IGZyb20gJy4vd29ya3NwYWNlLnRzJztcblxuLyoqIFRoZSBsaXN0IG9mIHBhZ2VzLCB3aGljaCBldmVyeSBwYWdlIHNob3dzLiBgYXBpL3R5cGVkb2Mtc2lkZWJhci5qc29uYCBoYXMgdG8gYmUgdGhlcmUuICovXG5leHBvcnQgZnVuY3Rpb24gc2lkZWJhcihzaXRlOiBzdHJpbmcsIHBhY2thZ2VzOiByZWFkb25seSBQYWNrYWdlW10pOiBEZWZhdWx0VGhlbWUuU2lkZWJhckl0ZW1bXSB7XG4gIGNvbnN0IHJlZmVyZW5jZSA9IHJlYWRGaWxlU3luYyhwYXRoLmpvaW4oc2l0ZSwgJ2FwaS90eXBlZG9jLXNpZGViYXIuanNvbicpLCAndXRmOCcpO1xuICByZXR1cm4gW1xuICAgIHtcbiAgICAgIHRleHQ6ICdTdGFydCcsXG4gICAgICBpdGVtczogW1xuICAgICAgICB7IHRleHQ6ICdHZXR0aW5nIHN0YXJ0ZWQnLCBsaW5rOiAnL2dldHRpbmctc3RhcnRlZCcgfSxcbiAgICAgICAgeyB0ZXh0OiAnVHJhaW5pbmcgb24gTU5JU1QnLCBsaW5rOiAnL21uaXN0JyB9LFxuICAgICAgICB7IHRleHQ6ICdBcmNoaXRlY3R1cmUnLCBsaW5rOiAnL2FyY2hpdGVjdHVyZScgfSxcbiAgICAgICAgeyB0ZXh0OiAnVHJvdWJsZXNob290aW5nJywgbGluazogJy90cm91Ymxlc2hvb3RpbmcnIH0sXG4gICAgICAgIHsgdGV4dDogJ0NvbnRyaWJ1dGluZycsIGxpbms6ICcvY29udHJpYnV0aW5nJyB9LFxuICAgICAgXSxcbiAgICB9LFxuICAgIC4uLmZvbGRlcihzaXRlLCAnZ3VpZGVzJywgJ0d1aWRlcycpLFxuICAgIHsgdGV4dDogJ1BhY2thZ2VzJywgaXRlbXM6IHBhY2thZ2VzLm1hcCgoZWFjaCkgPT4gKHsgdGV4dDogZWFjaC5uYW1lLCBsaW5rOiBgL3BhY2thZ2VzLyR7ZWFjaC5mb2xkZXJ9YCB9KSkgfSxcbiAgICB7XG4gICAgICB0ZXh0OiAnUmVzdWx0cycsXG4gICAgICBpdGVtczogW1xuICAgICAgICB7IHRleHQ6ICdFdmVyeSBvcGVyYXRpb24gYmVzaWRlIFB5VG9yY2gnLCBsaW5rOiAnL3Jlc3VsdHMvb3BlcmF0aW9ucycgfSxcbiAgICAgICAgeyB0ZXh0OiAnU3BlZWQgYmVzaWRlIG90aGVyIGxpYnJhcmllcycsIGxpbms6ICcvcmVzdWx0cy9zcGVlZCcgfSxcbiAgICAgICAgeyB0ZXh0OiAnV2hvc2UgZ3JhZGllbnRzIGFyZSByaWdodCcsIGxpbms6ICcvcmVzdWx0cy9ncmFkaWVudHMnIH0sXG4gICAgICAgIHsgdGV4dDogJ1RoZSBzYW1lIGJpdHMgaW4gZXZlcnkgZW5naW5lJywgbGluazogJy9yZXN1bHRzL2VuZ2luZXMnIH0sXG4gICAgICBdLFxuICAgIH0sXG4gICAge1xuICAgICAgdGV4dDogJ0FQSSByZWZlcmVuY2UnLFxuICAgICAgbGluazogJy9hcGkvJyxcbiAgICAgIGl0ZW1zOiBKU09OLnBhcnNlKHJlZmVyZW5jZSkgYXMgRGVmYXVsdFRoZW1lLlNpZGViYXJJdGVtW10sXG4gICAgfSxcbiAgXTtcbn1cblxuLyoqIFRoZSBwYWdlcyBvZiBhIGZvbGRlciB1bmRlciB0aGVpciBmaXJzdCBoZWFkaW5ncywgb3Igbm90aGluZyBpZiB0aGVyZSBhcmUgbm9uZTogYSBwYWdlIGhhcyBvbmx5IHRvIGJlIHB1dCB0aGVyZS4gKi9cbmZ1bmN0aW9uIGZvbGRlcihzaXRlOiBzdHJpbmcsIG5hbWU6IHN0cmluZywgdGV4dDogc3RyaW5nKTogRGVmYXVsdFRoZW1lLlNpZGViYXJJdGVtW10ge1xuICBjb25zdCBob21lID0gcGF0aC5qb2luKHNpdGUsIG5hbWUpO1xuICBjb25zdCBmaWxlcyA9IGV4aXN0c1N5bmMoaG9tZSkgPyByZWFkZGlyU3luYyhob21lKS5maWx0ZXIoKGZpbGUpID0+IGZpbGUuZW5kc1dpdGgoJy5tZCcpKSA6IFtdO1xuICBjb25zdCBpdGVtcyA9IGZpbGVzLnNvcnQoKS5tYXAoKGZpbGUpID0+ICh7XG4gICAgdGV4dDogL14jICguKykkL20uZXhlYyhyZWFkRmlsZVN5bmMocGF0aC5qb2luKGhvbWUsIGZpbGUpLCAndXRmOCcpKT8uWzFdID8/IGZpbGUsXG4gICAgbGluazogYC8ke25hbWV9LyR7cGF0aC5iYXNlbmFtZShmaWxlLCAnLm1kJyl9YCxcbiAgfSkpO1xuICByZXR1cm4gaXRlbXMubGVuZ3RoID09PSAwID8gW10gOiBbeyB0ZXh0LCBpdGVtcyB9XTtcbn1cbiJdLAogICJtYXBwaW5ncyI6ICI7QUFBcVEsT0FBT0EsV0FBVTtBQUN0UixPQUFtRDs7O0FDRDJNLFNBQVMsY0FBYztBQUNyUixPQUFPQyxXQUFVO0FBQ2pCO0FBQUEsRUFDRTtBQUFBLEVBQ0EseUJBQUFDO0FBQUEsRUFDQTtBQUFBLEVBQ0EsaUJBQUFDO0FBQUEsT0FHSzs7O0FDVDZQO0FBQUEsRUFDbFE7QUFBQSxFQUNBO0FBQUEsRUFDQTtBQUFBLEVBRUE7QUFBQSxFQUdBO0FBQUEsRUFDQTtBQUFBLE9BQ0s7QUFTQSxTQUFTLG9CQUFvQixTQUFrQztBQUNwRSxhQUFXLFFBQVEsT0FBTyxPQUFPLFFBQVEsV0FBVyxHQUFHO0FBQ3JELFFBQUksRUFBRSxnQkFBZ0IsdUJBQXdCO0FBQzlDLFVBQU0sQ0FBQyxPQUFPLEdBQUcsTUFBTSxJQUFJLEtBQUssY0FBYyxDQUFDO0FBQy9DLGVBQVcsYUFBYSxPQUFPLE9BQU8sWUFBWSxFQUFHLFNBQVEsaUJBQWlCLFNBQVM7QUFDdkYsZUFBVyxhQUFhLENBQUMsT0FBTyxLQUFLLGNBQWMsS0FBSyxZQUFZLEdBQUc7QUFDckUsVUFBSSxjQUFjLE9BQVcsV0FBVSxTQUFTO0FBQUEsSUFDbEQ7QUFBQSxFQUNGO0FBQ0Y7QUFHQSxTQUFTLGFBQWEsRUFBRSxNQUFNLGlCQUFpQixDQUFDLEVBQUUsR0FBaUM7QUFDakYsU0FBTyxlQUFlLFNBQVMsTUFBTyxTQUFTLElBQUksTUFBTSxLQUFLLGlCQUFpQixDQUFDLEdBQUcsU0FBUyxLQUFNLFNBQVMsSUFBSTtBQUNqSDtBQUdBLFNBQVMsU0FBUyxNQUFxQztBQUNyRCxTQUFPLGdCQUFnQixrQkFBa0IsS0FBSyxTQUFTLFdBQVcsS0FBSyxTQUFTO0FBQ2xGO0FBRUEsU0FBUyxTQUFTLE1BQW1EO0FBQ25FLFNBQU8sZ0JBQWdCLGlCQUFpQixLQUFLLFNBQVM7QUFDeEQ7QUFFQSxTQUFTLFVBQVUsV0FBc0M7QUFDdkQsUUFBTSxTQUFpQixJQUFJO0FBQUEsSUFDekIsYUFBYSxTQUFTLElBQ2xCLFVBQVUsZ0JBQWdCLFFBQVEsQ0FBQyxFQUFFLE1BQU0sS0FBSyxNQUFPLFNBQVMsU0FBWSxDQUFDLElBQUksQ0FBQyxDQUFDLE1BQU0sSUFBSSxDQUFDLENBQUUsSUFDaEcsQ0FBQztBQUFBLEVBQ1A7QUFDQSxNQUFJLE9BQU8sT0FBTyxFQUFHLFFBQU8sVUFBVTtBQUN0QyxhQUFXLGFBQWEsVUFBVSxjQUFjLENBQUMsR0FBRztBQUNsRCxRQUFJLFVBQVUsU0FBUyxPQUFXLFdBQVUsT0FBTyxNQUFNLFVBQVUsTUFBTSxNQUFNO0FBQUEsRUFDakY7QUFDQSxNQUFJLFNBQVMsVUFBVSxJQUFJLEVBQUcsV0FBVSxPQUFPLElBQUksVUFBVSxTQUFTLFNBQVMsQ0FBQztBQUFBLFdBQ3ZFLFVBQVUsU0FBUyxPQUFXLFdBQVUsT0FBTyxNQUFNLFVBQVUsTUFBTSxNQUFNO0FBQ3RGO0FBR0EsU0FBUyxTQUFTLEVBQUUsU0FBUyxPQUFPLEdBQXVDO0FBQ3pFLFNBQU8sY0FBYyx3QkFBd0IsVUFBVSxPQUFPLFVBQVUsUUFBUSxPQUFPO0FBQ3pGO0FBR0EsU0FBUyxNQUFNLE1BQWdCLFFBQTBCO0FBQ3ZELE1BQUksZ0JBQWdCLFVBQVcsUUFBTyxJQUFJLFVBQVUsS0FBSyxNQUFNLElBQUksQ0FBQyxTQUFTLE1BQU0sTUFBTSxNQUFNLENBQUMsQ0FBQztBQUNqRyxNQUFJLGdCQUFnQixVQUFXLFFBQU8sSUFBSSxVQUFVLE1BQU0sS0FBSyxhQUFhLE1BQU0sQ0FBQztBQUNuRixNQUFJLGdCQUFnQixpQkFBa0IsUUFBTyxJQUFJLGlCQUFpQixNQUFNLEtBQUssUUFBUSxNQUFNLEdBQUcsS0FBSyxRQUFRO0FBQzNHLE1BQUksZ0JBQWdCLGtCQUFrQjtBQUNwQyxVQUFNLENBQUMsTUFBTSxHQUFHLE1BQU0sSUFBSSxLQUFLLE1BQU0sT0FBTyxDQUFDLFNBQVMsRUFBRSxnQkFBZ0IsaUJBQWlCLEtBQUssU0FBUyxXQUFXO0FBQ2xILFdBQU8sU0FBUyxVQUFhLE9BQU8sV0FBVyxJQUFJLE9BQU87QUFBQSxFQUM1RDtBQUNBLE1BQUksRUFBRSxnQkFBZ0IsZUFBZ0IsUUFBTztBQUM3QyxRQUFNLENBQUMsS0FBSyxJQUFJLEtBQUssaUJBQWlCLENBQUM7QUFDdkMsTUFBSSxLQUFLLFNBQVMsYUFBYSxVQUFVLE9BQVcsUUFBTyxNQUFNLE9BQU8sTUFBTTtBQUM5RSxNQUFJLEtBQUssU0FBUyxXQUFXLEtBQUssc0JBQXNCLHVCQUF1QjtBQUM3RSxVQUFNLEVBQUUsTUFBTSxLQUFLLElBQUksS0FBSztBQUM1QixXQUFPLGdCQUFnQixtQkFBb0IsS0FBSyxNQUFNLEtBQUssUUFBUSxLQUFLLE9BQVE7QUFBQSxFQUNsRjtBQUNBLFFBQU0sUUFBUSxLQUFLLHdCQUF3QixPQUFPLElBQUksS0FBSyxJQUFJLElBQUk7QUFDbkUsTUFBSSxVQUFVLE9BQVcsUUFBTyxNQUFNLE9BQU8sTUFBTTtBQUVuRCxRQUFNLGdCQUFnQixpQkFBaUIsaUJBQWlCLE1BQU0seUJBQXlCLENBQUMsT0FBTyxJQUFJLE1BQU0sSUFBSTtBQUM3RyxNQUFJLFNBQVMsSUFBSSxLQUFLLENBQUMsY0FBZSxRQUFPLEtBQUs7QUFDbEQsU0FBTztBQUNUOzs7QUNyRnNQLFNBQVMsWUFBWSxhQUFhLG9CQUFvQjtBQUM1UyxPQUFPLFVBQVU7QUFtQmpCLElBQU0sZUFBZSxDQUFDLFVBQVUsVUFBVSxNQUFNLFNBQVMsYUFBYSxRQUFRLFlBQVk7QUFHbkYsU0FBUyxrQkFBa0JDLE9BQXlCO0FBQ3pELFFBQU0sUUFBUSxDQUFDLEVBQUUsUUFBQUMsUUFBTyxNQUFnQixhQUFhLFNBQVNBLE9BQU0sSUFBSSxhQUFhLFFBQVFBLE9BQU0sSUFBSTtBQUN2RyxTQUFPLFlBQVksS0FBSyxLQUFLRCxPQUFNLFVBQVUsQ0FBQyxFQUMzQyxLQUFLLEVBQ0wsUUFBUSxDQUFDQyxZQUFXLFlBQVlELE9BQU1DLE9BQU0sQ0FBQyxFQUM3QyxLQUFLLENBQUMsR0FBRyxNQUFPLE1BQU0sQ0FBQyxJQUFJLE1BQU0sQ0FBQyxJQUFJLEtBQUssTUFBTSxDQUFDLElBQUksTUFBTSxDQUFDLElBQUksSUFBSSxDQUFFO0FBQzVFO0FBRUEsU0FBUyxZQUFZRCxPQUFjQyxTQUEyQjtBQUM1RCxRQUFNLE9BQU8sS0FBSyxLQUFLRCxPQUFNLFlBQVlDLE9BQU07QUFDL0MsTUFBSSxDQUFDLFdBQVcsS0FBSyxLQUFLLE1BQU0sY0FBYyxDQUFDLEVBQUcsUUFBTyxDQUFDO0FBQzFELFFBQU0sV0FBVyxLQUFLLE1BQU0sYUFBYSxLQUFLLEtBQUssTUFBTSxjQUFjLEdBQUcsTUFBTSxDQUFDO0FBQ2pGLE1BQUksU0FBUyxRQUFTLFFBQU8sQ0FBQztBQUM5QixRQUFNLFVBQVUsT0FBTyxRQUFRLFNBQVMsT0FBTyxFQUFFLElBQUksQ0FBQyxDQUFDLE9BQU8sTUFBTSxPQUFPO0FBQUEsSUFDekUsTUFBTSxLQUFLLE1BQU0sS0FBSyxTQUFTLE1BQU0sS0FBSztBQUFBLElBQzFDLE1BQU0sS0FBSyxLQUFLLE1BQU0sT0FBTyxZQUFZLENBQUM7QUFBQSxFQUM1QyxFQUFFO0FBQ0YsU0FBTyxDQUFDLEVBQUUsUUFBQUEsU0FBUSxNQUFNLFNBQVMsTUFBTSxRQUFRLENBQUM7QUFDbEQ7OztBRnhCQSxlQUFzQixrQkFBa0JDLE9BQWNDLFdBQTZDO0FBQ2pHLFFBQU0sVUFBVUEsVUFBUyxRQUFRLENBQUMsU0FBUyxLQUFLLE9BQU87QUFDdkQsUUFBTSxNQUFNLE1BQU0sWUFBWSxxQkFBcUI7QUFBQSxJQUNqRCxHQUFHO0FBQUEsSUFDSCxTQUFTQyxNQUFLLEtBQUtGLE9BQU0sY0FBYztBQUFBLElBQ3ZDLGFBQWEsUUFBUSxJQUFJLENBQUMsRUFBRSxLQUFLLE1BQU0sSUFBSTtBQUFBLEVBQzdDLENBQUM7QUFDRCxRQUFNLFVBQVUsSUFBSSxlQUFlLEtBQUssQ0FBQztBQUN6QyxRQUFNLFVBQVUsSUFBSSxVQUFVO0FBQUEsSUFDNUIsUUFBUSxJQUFJLENBQUMsRUFBRSxNQUFNLEtBQUssTUFBTTtBQUM5QixZQUFNLFNBQVMsUUFBUSxLQUFLLENBQUMsU0FBU0UsTUFBSyxRQUFRLEtBQUssV0FBVyxRQUFRLE1BQU0sSUFBSTtBQUNyRixVQUFJLFdBQVcsT0FBVyxPQUFNLElBQUksTUFBTSxHQUFHLElBQUksMEJBQTBCLElBQUksd0JBQXdCO0FBQ3ZHLGFBQU8sRUFBRSxHQUFHLFFBQVEsYUFBYSxLQUFLO0FBQUEsSUFDeEMsQ0FBQztBQUFBLEVBQ0g7QUFDQSxRQUFNLE1BQU0sT0FBTyxPQUFPLFFBQVEsV0FBVztBQUM3QyxhQUFXLFFBQVEsSUFBSSxPQUFPLFdBQVcsRUFBRyxTQUFRLGlCQUFpQixJQUFJO0FBQ3pFLGFBQVcsUUFBUSxJQUFLLE1BQUssSUFBSTtBQUNqQyxzQkFBb0IsT0FBTztBQUMzQixTQUFPQSxNQUFLLEtBQUtGLE9BQU0sS0FBSyxHQUFHLEVBQUUsV0FBVyxNQUFNLE9BQU8sS0FBSyxDQUFDO0FBQy9ELFFBQU0sSUFBSSxnQkFBZ0IsT0FBTztBQUNuQztBQUdBLElBQU0sU0FBUztBQUFBLEVBQ2Isb0JBQW9CLEVBQUUsUUFBUSxDQUFDLEVBQUUsUUFBUSxNQUFtQyxRQUFRLFFBQVEsUUFBUSxFQUFFLEVBQUU7QUFDMUc7QUFHQSxTQUFTLFlBQVksWUFBaUM7QUFDcEQsTUFBSSxzQkFBc0Isb0JBQXFCLFFBQU8sV0FBVyxTQUFTO0FBQzFFLE1BQUksRUFBRSxzQkFBc0JHLDJCQUEwQixDQUFDLFdBQVcsY0FBZSxRQUFPO0FBQ3hGLFNBQU8sQ0FBQyxTQUFTLFdBQVcsYUFBYTtBQUMzQztBQUdBLFNBQVMsS0FBSyxZQUE4QjtBQUUxQyxNQUFJLFdBQVcsU0FBUyxvQkFBcUIsWUFBVyxPQUFPO0FBQy9ELE1BQUksRUFBRSxzQkFBc0JBLHdCQUF3QjtBQUNwRCxhQUFXLFNBQVMsV0FBVyxVQUFVLENBQUMsR0FBRztBQUMzQyxVQUFNLFdBQVcsTUFBTSxTQUFTLE9BQU8sQ0FBQyxVQUFVLFdBQVcsVUFBVSxTQUFTLEtBQThCLENBQUM7QUFBQSxFQUNqSDtBQUNBLGFBQVcsU0FBUyxXQUFXLFFBQVEsT0FBTyxDQUFDLEVBQUUsU0FBUyxNQUFNLFNBQVMsU0FBUyxDQUFDLEtBQUssQ0FBQztBQUN6RixhQUFXLGdCQUFnQixXQUFXLGVBQWUsT0FBTyxDQUFDLFNBQVMsQ0FBQyxTQUFTLElBQUksQ0FBQyxLQUFLLENBQUM7QUFDM0YsYUFBVyxtQkFBbUIsV0FBVyxrQkFBa0IsT0FBTyxDQUFDLFNBQVMsQ0FBQyxTQUFTLElBQUksQ0FBQyxLQUFLLENBQUM7QUFDakcsTUFBSSxXQUFXLGNBQWMsV0FBVyxFQUFHLFFBQU8sV0FBVztBQUM3RCxNQUFJLFdBQVcsaUJBQWlCLFdBQVcsRUFBRyxRQUFPLFdBQVc7QUFDaEUsTUFBSSxDQUFDLFdBQVcsaUJBQWlCLENBQUMsV0FBVyxXQUFZLFFBQU8sV0FBVztBQUM3RTtBQUdBLFNBQVMsU0FBUyxNQUF5QjtBQUN6QyxTQUFPLGdCQUFnQkMsa0JBQWlCLEtBQUssZUFBZSxVQUFhLEtBQUssU0FBUyxXQUFXLE1BQU0sTUFBTTtBQUNoSDs7O0FHdkVnUCxTQUFTLGNBQUFDLGFBQVksV0FBVyxnQkFBQUMsZUFBYyxxQkFBcUI7QUFDblQsT0FBT0MsV0FBVTtBQUNqQixPQUFzQztBQVkvQixTQUFTLFVBQVVDLFdBQXdDO0FBQ2hFLFNBQU87QUFBQSxJQUNMLEdBQUdBLFVBQVMsSUFBSSxDQUFDLEVBQUUsUUFBQUMsUUFBTyxPQUFPLEVBQUUsTUFBTSxZQUFZQSxPQUFNLE9BQU8sUUFBUSxZQUFZQSxPQUFNLGFBQWEsRUFBRTtBQUFBLElBQzNHLEVBQUUsTUFBTSxZQUFZLFFBQVEsdUJBQXVCO0FBQUEsSUFDbkQsRUFBRSxNQUFNLHlCQUF5QixRQUFRLGdDQUFnQztBQUFBLElBQ3pFLEVBQUUsTUFBTSxvQkFBb0IsUUFBUSx3QkFBd0I7QUFBQSxJQUM1RCxFQUFFLE1BQU0sd0JBQXdCLFFBQVEsOEJBQThCO0FBQUEsSUFDdEUsRUFBRSxNQUFNLHNCQUFzQixRQUFRLCtCQUErQjtBQUFBLElBQ3JFLEVBQUUsTUFBTSxtQkFBbUIsUUFBUSxrQkFBa0I7QUFBQSxFQUN2RDtBQUNGO0FBR08sU0FBUyxhQUFhQyxPQUFjQyxPQUFjQyxVQUFrQztBQUN6RixhQUFXLEVBQUUsTUFBTSxPQUFPLEtBQUtBLFVBQVM7QUFDdEMsVUFBTSxPQUFPQyxNQUFLLEtBQUtILE9BQU0sSUFBSTtBQUNqQyxVQUFNLE9BQU8saUJBQWlCRyxNQUFLLFNBQVNBLE1BQUssUUFBUSxJQUFJLEdBQUdBLE1BQUssS0FBS0YsT0FBTSxNQUFNLENBQUMsQ0FBQztBQUFBO0FBQ3hGLFFBQUksQ0FBQ0csWUFBV0QsTUFBSyxLQUFLRixPQUFNLE1BQU0sQ0FBQztBQUNyQyxZQUFNLElBQUksTUFBTSxHQUFHLE1BQU0saURBQWlEO0FBQzVFLFFBQUlHLFlBQVcsSUFBSSxLQUFLQyxjQUFhLE1BQU0sTUFBTSxNQUFNLEtBQU07QUFDN0QsY0FBVUYsTUFBSyxRQUFRLElBQUksR0FBRyxFQUFFLFdBQVcsS0FBSyxDQUFDO0FBQ2pELGtCQUFjLE1BQU0sSUFBSTtBQUFBLEVBQzFCO0FBQ0Y7QUFPTyxTQUFTLFNBQVMsTUFBYyxRQUFnQkQsVUFBNEJELE9BQTZCO0FBQzlHLE1BQUksaUJBQWlCLEtBQUssSUFBSSxFQUFHLFFBQU87QUFDeEMsUUFBTSxDQUFDLE9BQU8sSUFBSSxRQUFRLElBQUksS0FBSyxNQUFNLEdBQUc7QUFDNUMsUUFBTSxTQUFTRSxNQUFLLE1BQU0sS0FBS0EsTUFBSyxNQUFNLFFBQVEsTUFBTSxHQUFHLFVBQVUsSUFBSSxDQUFDLEVBQUUsUUFBUSxPQUFPLEVBQUU7QUFDN0YsTUFBSSxDQUFDQyxZQUFXRCxNQUFLLEtBQUtGLE9BQU0sTUFBTSxDQUFDLEVBQUcsT0FBTSxJQUFJLE1BQU0sR0FBRyxNQUFNLGFBQWEsSUFBSSx3QkFBd0I7QUFDNUcsUUFBTSxTQUFTQyxTQUFRLEtBQUssQ0FBQyxTQUFTLEtBQUssV0FBVyxVQUFVLEtBQUssV0FBVyxHQUFHLE1BQU0sWUFBWTtBQUNyRyxTQUFPLFdBQVcsU0FBWSxPQUFPLElBQUksT0FBTyxJQUFJLEdBQUcsYUFBYSxTQUFZLEtBQUssSUFBSSxRQUFRLEVBQUU7QUFDckc7QUFHTyxTQUFTLFlBQVksVUFBNEJBLFVBQTRCRCxPQUFvQjtBQUN0RyxXQUFTLEtBQUssTUFBTSxLQUFLLGdCQUFnQixDQUFDLEVBQUUsUUFBUSxJQUFJLE1BQU07QUFDNUQsVUFBTSxFQUFFLGFBQWEsSUFBSTtBQUN6QixVQUFNLFNBQVNDLFNBQVEsS0FBSyxDQUFDLEVBQUUsS0FBSyxNQUFNLFNBQVMsWUFBWTtBQUMvRCxRQUFJLFdBQVcsT0FBVztBQUMxQixlQUFXLFNBQVMsUUFBUTtBQUMxQixVQUFJLE1BQU0sYUFBYSxLQUFNO0FBQzdCLFVBQUksV0FBVztBQUNmLFlBQU0sV0FBVyxNQUFNLFNBQVMsT0FBTyxDQUFDLFVBQVU7QUFDaEQsWUFBSSxNQUFNLFNBQVMsYUFBYyxRQUFPLENBQUM7QUFDekMsWUFBSSxNQUFNLFNBQVMsWUFBYSxRQUFPO0FBQ3ZDLGNBQU0sT0FBTyxTQUFTLE1BQU0sUUFBUSxNQUFNLEtBQUssSUFBSSxPQUFPLFFBQVFBLFVBQVNELEtBQUk7QUFDL0UsbUJBQVcsU0FBUztBQUNwQixZQUFJLFNBQVMsS0FBTSxPQUFNLFFBQVEsUUFBUSxJQUFJO0FBQzdDLGVBQU8sQ0FBQztBQUFBLE1BQ1YsQ0FBQztBQUFBLElBQ0g7QUFBQSxFQUNGLENBQUM7QUFDSDs7O0FDeEVrUCxTQUFTLGNBQUFLLGFBQVksZUFBQUMsY0FBYSxnQkFBQUMscUJBQW9CO0FBQ3hTLE9BQU9DLFdBQVU7QUFDakIsT0FBa0M7QUFJM0IsU0FBUyxRQUFRQyxPQUFjQyxXQUEwRDtBQUM5RixRQUFNLFlBQVlDLGNBQWFDLE1BQUssS0FBS0gsT0FBTSwwQkFBMEIsR0FBRyxNQUFNO0FBQ2xGLFNBQU87QUFBQSxJQUNMO0FBQUEsTUFDRSxNQUFNO0FBQUEsTUFDTixPQUFPO0FBQUEsUUFDTCxFQUFFLE1BQU0sbUJBQW1CLE1BQU0sbUJBQW1CO0FBQUEsUUFDcEQsRUFBRSxNQUFNLHFCQUFxQixNQUFNLFNBQVM7QUFBQSxRQUM1QyxFQUFFLE1BQU0sZ0JBQWdCLE1BQU0sZ0JBQWdCO0FBQUEsUUFDOUMsRUFBRSxNQUFNLG1CQUFtQixNQUFNLG1CQUFtQjtBQUFBLFFBQ3BELEVBQUUsTUFBTSxnQkFBZ0IsTUFBTSxnQkFBZ0I7QUFBQSxNQUNoRDtBQUFBLElBQ0Y7QUFBQSxJQUNBLEdBQUcsT0FBT0EsT0FBTSxVQUFVLFFBQVE7QUFBQSxJQUNsQyxFQUFFLE1BQU0sWUFBWSxPQUFPQyxVQUFTLElBQUksQ0FBQyxVQUFVLEVBQUUsTUFBTSxLQUFLLE1BQU0sTUFBTSxhQUFhLEtBQUssTUFBTSxHQUFHLEVBQUUsRUFBRTtBQUFBLElBQzNHO0FBQUEsTUFDRSxNQUFNO0FBQUEsTUFDTixPQUFPO0FBQUEsUUFDTCxFQUFFLE1BQU0sa0NBQWtDLE1BQU0sc0JBQXNCO0FBQUEsUUFDdEUsRUFBRSxNQUFNLGdDQUFnQyxNQUFNLGlCQUFpQjtBQUFBLFFBQy9ELEVBQUUsTUFBTSw2QkFBNkIsTUFBTSxxQkFBcUI7QUFBQSxRQUNoRSxFQUFFLE1BQU0saUNBQWlDLE1BQU0sbUJBQW1CO0FBQUEsTUFDcEU7QUFBQSxJQUNGO0FBQUEsSUFDQTtBQUFBLE1BQ0UsTUFBTTtBQUFBLE1BQ04sTUFBTTtBQUFBLE1BQ04sT0FBTyxLQUFLLE1BQU0sU0FBUztBQUFBLElBQzdCO0FBQUEsRUFDRjtBQUNGO0FBR0EsU0FBUyxPQUFPRCxPQUFjLE1BQWMsTUFBMEM7QUFDcEYsUUFBTSxPQUFPRyxNQUFLLEtBQUtILE9BQU0sSUFBSTtBQUNqQyxRQUFNLFFBQVFJLFlBQVcsSUFBSSxJQUFJQyxhQUFZLElBQUksRUFBRSxPQUFPLENBQUMsU0FBUyxLQUFLLFNBQVMsS0FBSyxDQUFDLElBQUksQ0FBQztBQUM3RixRQUFNLFFBQVEsTUFBTSxLQUFLLEVBQUUsSUFBSSxDQUFDLFVBQVU7QUFBQSxJQUN4QyxNQUFNLFlBQVksS0FBS0gsY0FBYUMsTUFBSyxLQUFLLE1BQU0sSUFBSSxHQUFHLE1BQU0sQ0FBQyxJQUFJLENBQUMsS0FBSztBQUFBLElBQzVFLE1BQU0sSUFBSSxJQUFJLElBQUlBLE1BQUssU0FBUyxNQUFNLEtBQUssQ0FBQztBQUFBLEVBQzlDLEVBQUU7QUFDRixTQUFPLE1BQU0sV0FBVyxJQUFJLENBQUMsSUFBSSxDQUFDLEVBQUUsTUFBTSxNQUFNLENBQUM7QUFDbkQ7OztBTC9DQSxJQUFNLG1DQUFtQztBQU96QyxJQUFNLE9BQU9HLE1BQUssS0FBSyxrQ0FBcUIsSUFBSTtBQUNoRCxJQUFNLE9BQU9BLE1BQUssS0FBSyxNQUFNLE9BQU87QUFDcEMsSUFBTSxXQUFXLGtCQUFrQixJQUFJO0FBQ3ZDLElBQU0sVUFBVSxVQUFVLFFBQVE7QUFJbEMsYUFBYSxNQUFNLE1BQU0sT0FBTztBQUNoQyxNQUFNLGtCQUFrQixNQUFNLFFBQVE7QUFFdEMsSUFBTSxTQUEwQztBQUFBLEVBQzlDLE9BQU87QUFBQSxFQUNQLGFBQWE7QUFBQSxFQUNiLE1BQU07QUFBQSxFQUNOLE1BQU0sQ0FBQyxDQUFDLFFBQVEsRUFBRSxLQUFLLFFBQVEsTUFBTSxpQkFBaUIsTUFBTSxZQUFZLENBQUMsQ0FBQztBQUFBLEVBQzFFLFVBQVU7QUFBQSxJQUNSLFFBQVEsQ0FBQyxhQUFhO0FBQ3BCLGtCQUFZLFVBQVUsU0FBUyxJQUFJO0FBQUEsSUFDckM7QUFBQSxFQUNGO0FBQUEsRUFDQSxhQUFhO0FBQUEsSUFDWCxNQUFNO0FBQUEsSUFDTixLQUFLO0FBQUEsTUFDSCxFQUFFLE1BQU0sbUJBQW1CLE1BQU0sbUJBQW1CO0FBQUEsTUFDcEQsRUFBRSxNQUFNLFlBQVksT0FBTyxTQUFTLElBQUksQ0FBQyxFQUFFLE1BQU0sUUFBQUMsUUFBTyxPQUFPLEVBQUUsTUFBTSxNQUFNLE1BQU0sYUFBYUEsT0FBTSxHQUFHLEVBQUUsRUFBRTtBQUFBLE1BQzdHLEVBQUUsTUFBTSxPQUFPLE1BQU0sUUFBUTtBQUFBLElBQy9CO0FBQUEsSUFDQSxTQUFTLFFBQVEsTUFBTSxRQUFRO0FBQUEsSUFDL0IsU0FBUyxDQUFDLEdBQUcsQ0FBQztBQUFBLElBQ2QsUUFBUTtBQUFBLE1BQ04sVUFBVTtBQUFBLE1BQ1YsU0FBUztBQUFBO0FBQUE7QUFBQSxRQUdQLFNBQVMsQ0FBQyxRQUFRLEtBQUssYUFBYTtBQUNsQyxnQkFBTSxZQUFZLENBQUMsU0FBeUIsS0FBSyxXQUFXLEtBQUssUUFBUSxFQUFFLFdBQVcsS0FBSyxRQUFRO0FBQ25HLGlCQUFPLFNBQVMsU0FBUyxPQUFPLFNBQVMsTUFBTSxRQUFRLEdBQUcsR0FBRyxFQUFFLEdBQUcsU0FBUyxTQUFTLFVBQVUsR0FBRyxHQUFHO0FBQUEsUUFDdEc7QUFBQSxNQUNGO0FBQUEsSUFDRjtBQUFBLElBQ0EsUUFBUSxFQUFFLFNBQVMsY0FBYztBQUFBLEVBQ25DO0FBQ0Y7QUFFQSxJQUFPLGlCQUFROyIsCiAgIm5hbWVzIjogWyJwYXRoIiwgInBhdGgiLCAiRGVjbGFyYXRpb25SZWZsZWN0aW9uIiwgIlJlZmVyZW5jZVR5cGUiLCAicm9vdCIsICJmb2xkZXIiLCAic2l0ZSIsICJwYWNrYWdlcyIsICJwYXRoIiwgIkRlY2xhcmF0aW9uUmVmbGVjdGlvbiIsICJSZWZlcmVuY2VUeXBlIiwgImV4aXN0c1N5bmMiLCAicmVhZEZpbGVTeW5jIiwgInBhdGgiLCAicGFja2FnZXMiLCAiZm9sZGVyIiwgInNpdGUiLCAicm9vdCIsICJtaXJyb3JzIiwgInBhdGgiLCAiZXhpc3RzU3luYyIsICJyZWFkRmlsZVN5bmMiLCAiZXhpc3RzU3luYyIsICJyZWFkZGlyU3luYyIsICJyZWFkRmlsZVN5bmMiLCAicGF0aCIsICJzaXRlIiwgInBhY2thZ2VzIiwgInJlYWRGaWxlU3luYyIsICJwYXRoIiwgImV4aXN0c1N5bmMiLCAicmVhZGRpclN5bmMiLCAicGF0aCIsICJmb2xkZXIiXQp9Cg==
