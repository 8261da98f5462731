import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { memoryWorkspace, ROOT } from './support/workspace.js';
import { withChange } from './support/check.js';
import { lintFile } from '../server/src/lint/lint.js';
import { brokenComments, brokenLocks, brokenSchema } from './fixes/support/laws.js';
const [root='', every='25'] = process.argv.slice(2);
const files: {path:string,text:string}[] = [];
const walk = (dir: string) => { for (const n of readdirSync(dir)) { if (/^(node_modules|\.git|deps|assets|test)$/.test(n)) continue; const p = join(dir,n); const st = statSync(p, {throwIfNoEntry:false}); if (!st) continue; if (st.isDirectory()) walk(p); else if (/\.sql$/.test(n) || (/\.exs$/.test(n) && /migrations/.test(p))) files.push({path:p.slice(root.length+1),text:readFileSync(p,'utf8')}); } };
walk(root);
const ws = memoryWorkspace(files);
let count=0, tried=0, bad=0; const by = new Map<string,number>(); const seen=new Map<string,number>();
const t=Date.now();
for (const path of ws.files.keys()) for (const f of lintFile(ws,path)) for (const x of f.fixes) {
  const title = f.rule;
  const k = (seen.get(title) ?? 0); seen.set(title,k+1);
  if (k % Number(every) > 0 || Date.now()-t > 60000) continue;
  tried++;
  let c; try { c = x.change(); } catch(e) { console.log('THROWS',f.rule,path,String(e)); continue; }
  if (!c) { by.set(f.rule+' null',(by.get(f.rule+' null')??0)+1); continue; }
  count++; by.set(f.rule,(by.get(f.rule)??0)+1);
  let after; try { after = withChange(ws,c); } catch(e) { console.log('BAD EDITS',f.rule,path,x.title,String(e).slice(0,200)); bad++; continue; }
  const touched=[...new Set([f.path,...[...c.edits,...c.creates].map(e=>e.path)])];
  const syn=(w:any)=>touched.filter(p=>w.files.has(p)).flatMap(p=>lintFile(w,p)).filter(g=>g.rule==='syntax-error').length;
  const cnt=(w:any)=>touched.filter(p=>w.files.has(p)).flatMap(p=>lintFile(w,p)).filter(g=>g.rule===f.rule).length;
  const m:any={before:ws,after,finding:f,fix:x,change:c,found:new Map()};
  const problems=[...(syn(after)>syn(ws)?['SYNTAX']:[]),...(cnt(after)>=cnt(ws)?['STILL FOUND']:[]),...brokenComments(m), ...brokenLocks(m)];
  if (problems.length) { bad++; console.log(f.rule,'|',path.slice(ROOT.length+1),'|',x.title,'|',problems.slice(0,4).join(' ;; ').slice(0,400)); }
}
console.log(root, files.length,'files', 'tried',tried,'made',count,'bad',bad, JSON.stringify([...by]));
