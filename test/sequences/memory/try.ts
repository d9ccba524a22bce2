import type { Shape } from "../actions";
import { generate } from "./generate";
import { Random, seedOf } from "./random";
import { run } from "./sequence";
import { shrink } from "./shrink";
const [seed=1, n=1000, shape="star", faults="all"] = process.argv.slice(2).map((x,i)=> i<2?Number(x):x) as [number,number,Shape,string];
const kinds = new Map<string, {c:number,i:number}>(); const began = performance.now();
const gen=(i:number)=>({trace: generate(new Random(seedOf(seed,i)), shape, faults==="none"?[]:faults==="all"?undefined:faults.split(",") as never), schedule: seedOf(seed,i)});
const fail=(c:{trace:never,schedule:number}|ReturnType<typeof gen>)=>{ try { run(c.trace,c.schedule); return undefined;} catch(e){ return (e as Error).message.split("\n")[0]!.replace(/w\d+( w\d+)*/g,"W").replace(/\b[a-g]\b/g,"X").replace(/(X,)+X/g,"X").slice(0,150);} };
for (let i=0;i<n;i++){ const k=fail(gen(i)); if(k){ const c=kinds.get(k); if(c) c.c++; else kinds.set(k,{c:1,i}); } }
const cpu=process.cpuUsage(); console.log(((cpu.user+cpu.system)/1000/n).toFixed(3),"ms CPU/seq", ((performance.now()-began)/n).toFixed(3),"ms/seq");
const sorted=[...kinds].sort((a,b)=>b[1].c-a[1].c);
for (const [k,v] of sorted.slice(0,25)) console.log(v.c,v.i,k);
const show=process.env.SHOW?.split(",")??[];
for (const s of show){ const [k,v]=sorted[Number(s)]??[]; if(!v) continue; const small=shrink(gen(v.i), fail); console.log("\n####",k,"\n",JSON.stringify(small)); try{ run(small.trace,small.schedule);}catch(e){ console.log((e as Error).message);} }
