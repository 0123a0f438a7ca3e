export { fromFolder, type FolderOptions, type FolderSample, ImageFolder } from './from-folder.ts';
