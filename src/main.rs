
use mtmlog::*; use std::io; use serde_json::json;
struct R;
impl report::Report for R {
 fn transaction(&mut self, _f:&str, _i:u64, d:&str, t:&session::Transaction)->io::Result<()> {
  let s=|b:&source::Sensitive| String::from_utf8_lossy(b.expose()).into_owned();
  println!("{}", json!({"record":"transaction","dialect":d,"line":t.line_first,"outcome":t.outcome.name(),"stage":t.stage.name(),"reply_code":t.reply.as_ref().map(|r|r.code.0),"cause":t.cause.map_or("none",|c|c.code()),"mail_from":t.mail_from.as_ref().map(s),
   "recipients":t.recipients.iter().map(|r|json!({"address":s(&r.address),"accepted":r.accepted})).collect::<Vec<_>>(),"err":t.error.as_ref().map(|e|s(&e.text)),"text":t.reply.as_ref().map(|r|s(&r.text)),"trace":format!("{:?}",t.trace),"end":format!("{:?}",t.end), "session":t.session,"index":t.index,"start":format!("{:?}",t.started_at)}));
  Ok(()) }
 fn file(&mut self, f:&scan::FileFacts)->io::Result<()> { println!("{}", json!({"record":"file","dialect":f.dialect,"lines":f.tally.lines,"lines_understood":f.tally.understood,"score":f.dialect_score})); Ok(()) }
 fn finish(&mut self, _:&[rule::Finding], t:&report::Totals)->io::Result<()> {eprintln!("{:?}",t.tally); Ok(())}
}
fn main() {
 let paths=std::env::args_os().skip(1).filter(|a| !a.to_string_lossy().starts_with("--") && !["analyze","ndjson","secrets"].contains(&&*a.to_string_lossy())).collect();
 let q=Request{paths,dialect:None,since:None,until:None,causes:vec![],all:std::env::var_os("FAILS").is_none(),utc_offset:None,mmap:true,block:None,knowledge:None};
 let s=analyze(&q,&mut R).unwrap(); for p in &s.problems {eprintln!("{p}");} std::process::exit(if s.problems.is_empty(){0}else{2});
}
