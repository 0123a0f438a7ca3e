// JavaScript, because tsc knows no imports of style sheets.
import DefaultTheme from 'vitepress/theme';
import './style.css';

export default DefaultTheme;
