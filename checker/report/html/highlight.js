// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C in colours. Works on pieces of a file, so it may begin inside a comment.

const cKeywords = new Set(("auto break case const continue default do else enum extern for goto if " +
  "inline register restrict return sizeof static struct switch typedef typeof union volatile while " +
  "__always_inline __init __exit __must_check __user __rcu __iomem noinline").split(" "));
const cTypes = new Set(("bool char double float int long short signed unsigned void gfp_t size_t ssize_t " +
  "loff_t pgoff_t sector_t dev_t u8 u16 u32 u64 s8 s16 s32 s64 __u8 __u16 __u32 __u64 __le32 __be32 " +
  "irqreturn_t netdev_tx_t atomic_t spinlock_t vm_fault_t").split(" "));
const cToken = /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|^[ \t]*#[ \t]*\w+|\b\d[\w.]*|[A-Za-z_]\w*/gm;

// The classes of a word, by what it is and what follows.
function wordClass(word, rest) {
  if (cKeywords.has(word)) return "k";
  if (cTypes.has(word)) return "t";
  if (/^_*(GFP_|GFP$)/.test(word)) return "g";
  if (/^(memalloc_|PF_MEMALLOC|WQ_MEM_RECLAIM)/.test(word)) return "g";
  if (/^[A-Z][A-Z0-9_]+$/.test(word)) return "m";
  if (/^\s*\(/.test(rest)) return "f";
  return "";
}

// The lines of a piece of C, each a list of nodes.
function highlight(text) {
  const lines = [[]];
  const put = (piece, kind) => {
    piece.split("\n").forEach((part, i) => {
      if (i) lines.push([]);
      if (!part) return;
      if (!kind) {
        lines[lines.length - 1].push(document.createTextNode(part));
        return;
      }
      const span = document.createElement("span");
      span.className = kind;
      span.textContent = part;
      lines[lines.length - 1].push(span);
    });
  };
  let at = 0;
  const end = text.indexOf("*/"), begin = text.indexOf("/*");
  if (end >= 0 && (begin < 0 || begin > end)) {
    put(text.slice(0, end + 2), "c");
    at = end + 2;
  }
  cToken.lastIndex = at;
  for (let match; (match = cToken.exec(text)); at = cToken.lastIndex) {
    put(text.slice(at, match.index), "");
    const token = match[0], first = token[0];
    put(token, first === "/" ? "c" : first === '"' || first === "'" ? "s" : /\d/.test(first) ? "n" :
      /^[ \t]*#/.test(token) ? "p" : wordClass(token, text.slice(cToken.lastIndex, cToken.lastIndex + 8)));
  }
  put(text.slice(at), "");
  return lines;
}
