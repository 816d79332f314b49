// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "explain/changes.hpp"
#include "explain/decision_words.hpp"
#include "explain/findings.hpp"
#include "explain/handles.hpp"

namespace ovlsim::explaining {

namespace {

/// Why a copy-up stored no handle, where it did not.
std::string no_handle_because(const recording& run, const copy_up& c) {
  for (const event& e : run.steps[c.step].events) {
    const auto* d = std::get_if<decided>(&e);
    const auto* store = d == nullptr ? nullptr : std::get_if<asked<store_origin_question, store_origin_answer>>(&d->what);
    if (store != nullptr && store->answer != store_origin_answer::handle) return words_of(d->what).why + " [" + d->rule + "]";
  }
  return "none is there";
}

std::vector<std::string> overlay_evidence(const recording& run, const history& past, const overlay::mounted& o, const path& p,
                                          std::size_t step) {
  const world& w = run.after(step);
  const std::optional<std::uint32_t> d = cached_dentry(w, o, p.rest);
  const std::string name = p.fs + ":" + p.rest;
  if (!d) return {name + " is in no cache after that"};
  if (o.dentries[*d].inode == overlay::none) return {name + " is a name without a file" + (o.dentries[*d].opaque ? ": a whiteout" : "")};
  const overlay::inode& i = o.inodes[o.dentries[*d].inode];
  std::string words = name + ":";
  if (i.upper != 0) words += " upper " + lower_in_words(w, {o.layers[0].fs, i.upper});
  for (const overlay::lower_path& l : i.lower) {
    if (l.ino != 0) words += (words.ends_with(':') ? " lower " : ", lower ") + lower_in_words(w, real_of(o, l));
  }
  std::vector<std::string> all = {words + "; " + key_in_words(w, i.hashed_by)};
  const copy_up* c = i.upper == 0 ? nullptr : past.of(w, {o.layers[0].fs, i.upper});
  if (c != nullptr) all.push_back(copy_up_in_words(run, past, *c, step));
  return all;
}

}  // namespace

std::string copy_up_in_words(const recording& run, const history& past, const copy_up& c, std::size_t step) {
  const world& then = run.after(c.step);
  const world& now = run.after(step);
  const backing::filesystem* lower = filesystem_at(now, c.lower.fs);  // none where it lies on another overlay
  const bool replaced = lower != nullptr && lower->dev != c.lower.dev;
  const std::string number = lower == nullptr ? "" : fmt::format(", {}inode {},", replaced ? "then " : "", c.lower.ino);
  std::string words = fmt::format("Line {} copied up {}{} to {}: its origin ", run.steps[c.step].line, c.lower_path, number, c.upper_path);
  std::optional<std::string_view> stored;
  for (const std::string_view name : {"trusted.overlay.origin", "user.overlay.origin"}) {
    if (!stored) stored = xattr_of(then, *filesystem_at(then, c.upper.fs), c.upper.ino, name);
  }
  words += stored && decode_handle(*stored) ? "says " + in_short(*decode_handle(*stored)) : "holds no handle: " + no_handle_because(run, c);
  const real_place upper{c.upper.fs, c.upper.ino};
  const std::string called = path_of(now, upper.fs, upper.ino);
  if (called == c.upper_path) return words;
  return words + fmt::format(". Since line {} it is {}", run.steps[past.named_at(upper, step)].line, called);
}

std::vector<std::string> evidence(const recording& run, const history& past, const path& p, std::size_t step) {
  const world& w = run.after(step);
  if (const overlay::mounted* o = overlay_named(w, p.fs)) return overlay_evidence(run, past, *o, p, step);
  for (std::uint32_t fs = 0; fs < w.filesystems.size(); ++fs) {
    if (name_of(w, *w.filesystems[fs]) != p.fs) continue;
    const ino_t64 ino = inode_at(w, *w.filesystems[fs], p.rest);
    if (ino == 0) return {p.fs + ":" + p.rest + " is not there"};
    const std::size_t named = past.named_at({fs, ino}, step);
    return {fmt::format("{}:{} is inode {} of {}, since line {}", p.fs, p.rest, ino, p.fs, run.steps[named].line)};
  }
  return {p.fs + " is neither mounted nor a filesystem"};
}

}  // namespace ovlsim::explaining
