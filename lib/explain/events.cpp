// SPDX-License-Identifier: Apache-2.0
//
// Decisions come with the words of decision_words.cpp; what they were about, the records of lookups tell.
#include "explain/events.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explain/changes.hpp"
#include "explain/decision_words.hpp"

namespace ovlsim::explaining {

namespace {

std::string answer_in_words(const decision& d) {
  if (const auto* bits = std::get_if<asked<xino_bits_question, xino_bits_answer>>(&d); bits != nullptr && bits->answer > 0) {
    return fmt::format("{} bits", bits->answer);
  }
  return std::string(decisions()[d.index()].answers[answer_index(d)]);
}

class teller {
 public:
  teller(const recording& run, const history& past, std::size_t step) : run_(run), past_(past), step_(step), w_(run.after(step)) {}

  void operator()(const decided& e) {
    std::string about;
    if (std::holds_alternative<asked<uuid_question, uuid_answer>>(e.what)) about = next_lower_filesystem();
    decision_words words = words_of(e.what, about);
    const decision_info& info = decisions()[e.what.index()];
    tell(explained_fact::kind::decided, words.notable,
         fmt::format("{}: {}: {}", info.where, answer_in_words(e.what), words.why), e.rule);
  }

  void operator()(const followed& e) {
    const overlay::mounted* o = overlay_with_id(w_, e.what.overlay);
    if (o == nullptr) return;
    wrong_ = wrongly_followed(run_, past_, step_, e);
    const std::string upper = path_of(w_, o->layers[0].fs, e.what.upper);
    const real_place means = real_of(*o, e.what.means);
    std::string words = "ovl_check_origin: " + upper + "'s origin means ";
    words += means.ino == 0 ? "no lower inode" : lower_in_words(w_, means);
    if (wrong_ != nullptr) words += fmt::format(" now, not {} (line {})", wrong_->lower_path, run_.steps[wrong_->step].line);
    tell(explained_fact::kind::lookup, wrong_ != nullptr, std::move(words));
  }

  void operator()(const looked_up& e) {
    const overlay::mounted* o = overlay_with_id(w_, e.what.overlay);
    if (o == nullptr) return;
    const std::optional<identity_event> finding = identity_event_of(run_, past_, step_, e);
    const bool by_wrong_origin = e.what.by_origin && wrong_ != nullptr;
    wrong_ = nullptr;
    tell(explained_fact::kind::lookup, finding || by_wrong_origin, "ovl_get_inode: " + name_in_words(*o, e) + inode_in_words(*o, e));
  }

  std::vector<explained_fact> facts;

 private:
  void tell(explained_fact::kind what, bool notable, std::string words, const std::string& rule = "") {
    const auto told = std::find_if(facts.begin(), facts.end(), [&](const explained_fact& f) { return f.words == words; });
    if (told == facts.end()) facts.push_back({what, notable, std::move(words), rule});
  }

  /// The lower filesystem that the next question of ovl_lower_uuid_ok() is about: they are numbered as they are asked about.
  std::string next_lower_filesystem() {
    const auto* mount = std::get_if<cmd::mount>(&run_.steps[step_].what);
    const overlay::mounted* o = mount == nullptr ? nullptr : overlay_named(w_, mount->overlay);
    ++asked_;
    if (o == nullptr || asked_ >= o->sbs.size()) return {};
    return name_of_layer(w_, o->sbs[asked_].fs);
  }

  std::string name_in_words(const overlay::mounted& o, const looked_up& e) const {
    const std::string dir = path_of(w_, o, e.what.parent);
    return e.name.empty() ? std::string("what the handle means") : dir + (dir.ends_with('/') ? "" : "/") + e.name;
  }

  std::string inode_in_words(const overlay::mounted& o, const looked_up& e) const {
    const auto of = [&](ino_t64 upper, const overlay::lower_path& lower) {
      return upper != 0 ? path_of(w_, o.layers[0].fs, upper) : lower_in_words(w_, real_of(o, lower));
    };
    const std::string key = key_in_words(w_, e.what.key);
    switch (e.what.what) {
      case inode_record::result::made: return ": a new inode, " + key;
      case inode_record::result::found: return ", " + key + ": the cached inode of " + of(e.what.cached_upper, e.what.cached_lower);
      case inode_record::result::trap: return ", " + key + ", the root of a layer: ESTALE";
      case inode_record::result::stale: break;
    }
    return ", " + key + " like the cached inode of " + of(e.what.cached_upper, e.what.cached_lower) + ": ESTALE";
  }

  const recording& run_;
  const history& past_;
  std::size_t step_;
  const world& w_;
  std::size_t asked_ = 0;
  const copy_up* wrong_ = nullptr;
};

}  // namespace

const copy_up* wrongly_followed(const recording& run, const history& past, std::size_t step, const followed& e) {
  const world& w = run.after(step);
  const overlay::mounted* o = overlay_with_id(w, e.what.overlay);
  if (o == nullptr || e.what.means.ino == 0) return nullptr;
  const copy_up* from = past.of(w, {o->layers[0].fs, e.what.upper});
  return from == nullptr || history::same_file(w, *from, real_of(*o, e.what.means)) ? nullptr : from;
}

std::optional<identity_event> identity_event_of(const recording& run, const history& past, std::size_t step, const looked_up& e) {
  const world& w = run.after(step);
  const overlay::mounted* o = overlay_with_id(w, e.what.overlay);
  if (o == nullptr || e.what.what == inode_record::result::made) return std::nullopt;
  identity_event found{identity_event::kind::stale, e};
  if (e.what.cached_upper != 0) found.cached = past.of(w, {o->layers[0].fs, e.what.cached_upper});
  if (e.what.upper != 0) found.found = past.of(w, {o->layers[0].fs, e.what.upper});
  if (e.what.what == inode_record::result::stale) return found;
  found.what = identity_event::kind::trap;
  if (e.what.what == inode_record::result::trap) return found;
  // A name without an upper got the inode of an upper that was copied up from another file.
  found.what = identity_event::kind::alias;
  const real_place lower = real_of(*o, e.what.lower);
  const bool other = e.what.upper == 0 && lower.ino != 0 && found.cached != nullptr && !history::same_file(w, *found.cached, lower);
  return other ? std::optional(found) : std::nullopt;
}

std::vector<explained_fact> event_facts(const recording& run, const history& past, std::size_t step) {
  teller t(run, past, step);
  for (const event& e : run.steps[step].events) std::visit(t, e);
  return std::move(t.facts);
}

}  // namespace ovlsim::explaining
