// SPDX-License-Identifier: Apache-2.0
//
// The proof that two files claim one inode: where each came from, what the number means now, why the handle was followed, and what the
// inode cache made of it.
#include <fmt/format.h>

#include <algorithm>

#include "explain/changes.hpp"
#include "explain/decision_words.hpp"
#include "explain/findings.hpp"
#include "explain/handles.hpp"

namespace ovlsim::explaining {

namespace {

class identity_prover {
 public:
  identity_prover(const recording& run, const history& past, std::size_t step, const identity_event& e, explained_finding& out)
      : run_(run), past_(past), step_(step), e_(e), w_(run.after(step)), out_(out) {}

  void prove() {
    const overlay::mounted* o = overlay_of_event();
    if (o == nullptr) return;
    o_ = o;
    if (e_.what == identity_event::kind::trap) return trap();
    copied(e_.cached, e_.by.what.cached_upper);
    if (e_.cached == nullptr) copied(e_.found, e_.by.what.upper);
    other_image();
    if (e_.cached != nullptr && e_.by.what.upper != 0) copied(e_.found, e_.by.what.upper);
    mount_decision();
    cached_inode();
    this_lookup();
    conclude();
  }

 private:
  const overlay::mounted* overlay_of_event() const { return overlay_with_id(w_, e_.by.what.overlay); }
  int line(std::size_t step) const { return run_.steps[step].line; }
  void premise(std::string words) { out_.premises.push_back(std::move(words)); }
  std::string upper_path(ino_t64 upper) const { return path_of(w_, o_->layers[0].fs, upper); }
  /// The file whose overlay inode is in the cache: its upper, else its lower.
  std::string cached_path() const {
    const real_place lower = real_of(*o_, e_.by.what.cached_lower);
    return e_.by.what.cached_upper != 0 ? upper_path(e_.by.what.cached_upper) : path_of(w_, lower.fs, lower.ino);
  }
  std::string name() const {
    const std::string dir = path_of(w_, *o_, e_.by.what.parent);
    return e_.by.name.empty() ? "the handle" : dir + (dir.ends_with('/') ? "" : "/") + e_.by.name;
  }
  /// `inode 1 of low`.
  std::string key() const { return key_alone_in_words(w_, e_.by.what.key); }
  std::optional<std::string_view> origin(ino_t64 upper) const {
    const backing::filesystem* fs = filesystem_at(w_, o_->layers[0].fs);
    return xattr_of(w_, *fs, upper, o_->cfg.userxattr ? "user.overlay.origin" : "trusted.overlay.origin");
  }

  /// Where one of the two uppers came from.
  void copied(const copy_up* c, ino_t64 upper) {
    if (upper == 0) return;
    if (c != nullptr) {
      std::string words = copy_up_in_words(run_, past_, *c, step_);
      const bool second = e_.cached != nullptr && c == e_.found;
      const auto mine = origin(upper);
      if (second && mine && mine == origin(e_.by.what.cached_upper)) {
        const std::string number = c->lower.ino == 0 ? "" : fmt::format(", inode {},", c->lower.ino);
        words = fmt::format("Line {} copied up {}{} to {}: its origin is the same, byte for byte", line(c->step), c->lower_path, number,
                            upper_path(upper));
      }
      return premise(std::move(words));
    }
    const auto stored = origin(upper);
    const auto handle = stored ? decode_handle(*stored) : std::nullopt;
    if (handle) premise(upper_path(upper) + " has an origin that came with it: " + in_words(*handle));
  }

  /// What became of the number since the cached upper was copied up.
  void other_image() {
    const copy_up* c = e_.cached != nullptr ? e_.cached : e_.found;
    if (c == nullptr || c->lower.fs != e_.by.what.key.fs) return;
    const backing::filesystem* fs = filesystem_at(w_, e_.by.what.key.fs);
    if (fs == nullptr || history::same_file(w_, *c, {e_.by.what.key.fs, e_.by.what.key.ino})) return;
    const std::string is = path_of(w_, e_.by.what.key.fs, e_.by.what.key.ino);
    if (fs->dev != c->lower.dev) {
      const std::size_t made = past_.made_at(e_.by.what.key.fs, step_);
      const std::string id = fs->id == uuid{} ? "no UUID either" : "UUID " + uuid_in_words(fs->id);
      premise(fmt::format("Line {} replaced {}: in the new image, {}, inode {} is {}", line(made), name_of(w_, *fs), id,
                          e_.by.what.key.ino, is));
    } else {
      const std::size_t named = past_.named_at({e_.by.what.key.fs, e_.by.what.key.ino}, step_);
      premise(fmt::format("{} is {} now, since line {}", key(), is, line(named)));
    }
  }

  /// Why handles of that filesystem are decoded at all.
  void mount_decision() {
    for (std::size_t n = step_ + 1; n-- > 0;) {
      const auto* m = std::get_if<cmd::mount>(&run_.steps[n].what);
      if (m == nullptr || run_.steps[n].result.status != errc::ok || m->overlay != w_.names.text(o_->name)) continue;
      std::size_t fsid = 0;
      for (const event& e : run_.steps[n].events) {
        const auto* d = std::get_if<decided>(&e);
        if (d == nullptr || !std::holds_alternative<asked<uuid_question, uuid_answer>>(d->what)) continue;
        ++fsid;
        if (fsid >= o_->sbs.size() || o_->sbs[fsid].fs != e_.by.what.key.fs) continue;
        const std::string about = name_of_layer(w_, e_.by.what.key.fs);
        premise(fmt::format("Line {}: {} [{}]", line(n), words_of(d->what, about).why, d->rule));
        return;
      }
      return;
    }
  }

  /// How the inode that is in the way got into the cache.
  void cached_inode() {
    for (std::size_t n = step_ + 1; n-- > 0;) {
      const followed* origin_of_it = nullptr;
      for (const event& e : run_.steps[n].events) {
        if (const auto* f = std::get_if<followed>(&e); f != nullptr && f->what.upper == e_.by.what.cached_upper) origin_of_it = f;
        const auto* l = std::get_if<looked_up>(&e);
        if (l == nullptr || l->what.what != inode_record::result::made || !(l->what.key == e_.by.what.key)) continue;
        if (l->what.overlay != e_.by.what.overlay) continue;
        const bool by_origin = l->what.by_origin && origin_of_it != nullptr;
        const real_place lower = real_of(*o_, l->what.lower);
        const std::string to = path_of(w_, lower.fs, lower.ino);
        premise(fmt::format("Line {} looked up {}: {}it is hashed by {}", line(n), cached_path(),
                            by_origin ? "its origin leads to " + to + ", so " : "", key()));
        return;
      }
    }
  }

  void this_lookup() {
    const inode_record& r = e_.by.what;
    const real_place below = real_of(*o_, r.lower);
    const std::string lower = path_of(w_, below.fs, below.ino);
    std::string words = fmt::format("Line {} looks up {}: ", line(step_), name());
    if (r.upper != 0) {
      words += upper_path(r.upper) + (r.lower.ino == 0 ? "" : (r.by_origin ? ", whose origin leads to " : " and ") + lower);
    } else {
      words += "no upper, and " + lower;
    }
    words += fmt::format(". By {} the cache has {}'s inode", r.lower.ino == 0 ? key() : "that key", cached_path());
    for (const event& e : run_.steps[step_].events) {
      const auto* d = std::get_if<decided>(&e);
      const auto* v = d == nullptr ? nullptr : std::get_if<asked<verify_question, verify_answer>>(&d->what);
      const bool stale = e_.what == identity_event::kind::stale;
      if (v == nullptr || (v->answer == verify_answer::stale) != stale) continue;
      const std::string why = stale ? words_of(d->what).why
                                    : "the lower is the same, and without an upper no more is compared";
      words += fmt::format(", which ovl_verify_inode() {}: {} [{}]", stale ? "refuses" : "takes", why, d->rule);
      break;
    }
    premise(std::move(words));
  }

  void conclude() {
    const std::string cached = cached_path();
    if (e_.what == identity_event::kind::alias) {
      out_.therefore = fmt::format("{} is the inode of {}: reading it gives the data of that file, and writing to it changes that file",
                                   name(), cached);
      return;
    }
    if (e_.by.what.upper != 0 && e_.by.what.cached_upper != 0 && e_.by.what.upper != e_.by.what.cached_upper) {
      out_.therefore = fmt::format("{} and {} claim one lower inode. Whichever is looked up first has it; while that one is cached, the "
                                   "other is ESTALE. Both files are intact in the upper",
                                   cached, upper_path(e_.by.what.upper));
      return;
    }
    const std::string mine = e_.by.what.upper != 0 ? upper_path(e_.by.what.upper) : name();
    out_.therefore = fmt::format("{} and {} claim one lower inode. While the one that was looked up first is cached, the other is ESTALE",
                                 cached, mine);
  }

  void trap() {
    premise(fmt::format("Line {} looks up {}: {} is the root of a layer of this mount", line(step_), name(), key()));
    out_.therefore = "the layers overlap: a directory cannot be in the overlay and a layer of it, so ESTALE";
  }

  const recording& run_;
  const history& past_;
  std::size_t step_;
  const identity_event& e_;
  const world& w_;
  explained_finding& out_;
  const overlay::mounted* o_ = nullptr;
};

}  // namespace

void prove_identity(const recording& run, const history& past, std::size_t step, const identity_event& e, explained_finding& out) {
  identity_prover(run, past, step, e, out).prove();
}

}  // namespace ovlsim::explaining
