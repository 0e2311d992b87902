/** How a report looks: light and dark, narrow and wide, on paper. */
import { Html } from './html.js';

/** Of people, in turn; told apart on light and dark paper. */
const COLOURS = [
  '#4f7fe0',
  '#d9694a',
  '#2f9267',
  '#a66abf',
  '#b8862b',
  '#2f9694',
  '#c4557f',
  '#71843f',
  '#6a6cc4',
  '#b9682c',
  '#438a52',
  '#97605f',
] as const;

const LIGHT =
  '--paper:#fff;--card:#f6f7f9;--ink:#16202c;--faint:#52606f;--line:#d9dee5;--rail:#e9ecf1;--heat:#3f74dd;--mark:#8a5200';
const DARK =
  '--paper:#14171c;--card:#1d2128;--ink:#eef1f5;--faint:#aab4c0;--line:#363d47;--rail:#2a3038;--heat:#5b8def;--mark:#ffc46b';

export const STYLE = new Html(`
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:68rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.75rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .35rem}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem}
h3{font-size:1.05rem;margin:0 0 .5rem}
p{margin:.25rem 0 .75rem}
a{color:inherit}
.lead{color:var(--faint);margin:0}
.faint,figcaption,footer,caption{color:var(--faint);font-size:.875rem}
.mark{color:var(--mark)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.75rem 0 0;padding:0}
nav a{display:inline-block;padding:.25rem 0}
.people{list-style:none;margin:0;padding:0;display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr))}
.people li{display:flex;gap:.75rem;align-items:center;padding:.6rem;background:var(--card);border-radius:.6rem;min-width:0}
.people p{margin:0;font-size:.875rem;color:var(--faint)}
.people strong{display:block;line-height:1.3}
.face{flex:none;width:3.5rem;height:3.5rem;border-radius:50%;object-fit:cover;border:3px solid var(--own);background:var(--rail)}
.small{width:2rem;height:2rem;border-width:2px}
.photos{list-style:none;margin:0;padding:0;display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr))}
.photos figure{margin:0}
.photos img{width:100%;height:9rem;object-fit:cover;border-radius:.4rem;display:block;background:var(--rail)}
.photos strong{color:var(--ink)}
.film{margin:0 0 1.25rem;padding:1rem;background:var(--card);border-radius:.75rem}
.strip{display:flex;gap:2px;border-radius:.4rem;overflow:hidden}
.strip img{flex:1 1 0;min-width:0;height:4.5rem;object-fit:cover;display:block;background:var(--rail)}
.faces img{flex:0 0 3.5rem;height:3.5rem}
.rows{list-style:none;margin:0;padding:0}
.rows li{display:grid;grid-template-columns:11rem 1fr;gap:.25rem .75rem;align-items:center;padding:.3rem 0;border-top:1px solid var(--line)}
.rows li:first-child{border-top:0}
.over,.axis{margin-left:11.75rem}
.who{display:flex;gap:.5rem;align-items:center;min-width:0;font-size:.9rem;line-height:1.25}
.who span{min-width:0}
.who small{display:block;color:var(--faint)}
.bars{position:relative;height:1.15rem;border-radius:.3rem;background:var(--rail);overflow:hidden}
.bars i{position:absolute;top:0;bottom:0;min-width:3px;border-radius:.2rem;background:var(--own)}
.bars .doubt{background:repeating-linear-gradient(-45deg,var(--own) 0 4px,var(--rail) 4px 8px);border:1px solid var(--own)}
.bars .gap{border-radius:0;background:repeating-linear-gradient(45deg,var(--line) 0 2px,transparent 2px 7px)}
.axis{display:flex;justify-content:space-between;color:var(--faint);font-size:.8rem;font-variant-numeric:tabular-nums;padding:.15rem 0 .5rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0 0 1rem;padding:0;list-style:none;font-size:.875rem;color:var(--faint)}
.legend .bars{display:inline-block;width:2rem;height:.8rem;vertical-align:-.05rem;margin-right:.4rem;--own:#4f7fe0}
.legend .bars i{left:0;right:0}
.scroll{overflow-x:auto;max-width:100%}
.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:3px solid var(--heat);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:.25rem 0 .5rem}
th,td{padding:.35rem .6rem;text-align:left;vertical-align:middle;border-bottom:1px solid var(--line);overflow-wrap:normal}
td.n,th.n{text-align:right;white-space:nowrap}
th{font-weight:600}
td:last-child:not(.n){min-width:14rem}
.heat td:last-child:not(.n){min-width:3.6rem}
.heat td{text-align:center;min-width:3.6rem;white-space:nowrap;border:2px solid var(--paper);background:color-mix(in srgb,var(--heat) var(--h),var(--card))}
.heat td.own{background:transparent;color:var(--faint)}
.heat td.none{color:var(--faint)}
.heat th{border:0}
.heat thead th{text-align:center;vertical-align:bottom;padding:.25rem}
.heat thead span{display:inline-block;writing-mode:vertical-rl;transform:rotate(180deg);max-height:9rem;font-weight:400;line-height:1.2}
.heat tbody th{white-space:nowrap;max-width:14rem;overflow:hidden;text-overflow:ellipsis;position:sticky;left:0;background:var(--paper);font-weight:400}
details{margin-top:.6rem}
summary{cursor:pointer;padding:.3rem 0;color:var(--faint);font-size:.9rem}
footer{padding-top:1rem;padding-bottom:2rem;margin-top:2rem;border-top:1px solid var(--line)}
@media (max-width:40rem){
.rows li{grid-template-columns:1fr;padding:.5rem 0}
.over,.axis{margin-left:0}
.strip img{height:3.2rem}
.strip:not(.faces) img:nth-child(even){display:none}
.film{padding:.75rem}
.heat tbody th{max-width:8rem}
h1{font-size:1.35rem}
}
@media print{
:root{color-scheme:light;${LIGHT}}
body{font-size:11pt}
nav{display:none}
.film,.people li,.photos li,tr{break-inside:avoid}
h2,h3{break-after:avoid}
.scroll{overflow:visible}
.heat tbody th{position:static}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
details::details-content{content-visibility:visible;block-size:auto}
}
`);

/** As the value of a style attribute. */
export function ownColour(index: number): string {
  return `--own:${COLOURS[index % COLOURS.length] ?? COLOURS[0]}`;
}
