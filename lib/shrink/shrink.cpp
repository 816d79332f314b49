// SPDX-License-Identifier: Apache-2.0
//
// Delta debugging (Zeller and Hildebrandt) over lines, then over what they say, until nothing helps or the runs are used up.
#include "ovlsim/shrink.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "shrink/simpler.hpp"

namespace ovlsim {
namespace {

class shrinker {
 public:
  shrinker(const scenario& s, const std::function<bool(const scenario&)>& still, const shrink_limits& limits)
      : best_(s), still_(still), runs_(limits.runs), stop_(limits.stop) {
    // Comments between the commands are of no use to a smaller scenario, and lines must be numbered as they will be shown.
    scenario bare = s;
    std::erase_if(bare.lines, [](const scenario_line& line) { return !line.has_command; });
    for (scenario_line& line : bare.lines) line.has_comment = false;
    accept(std::move(bare));
  }

  scenario run() {
    bool better = true;
    while (better && !is_over()) {
      better = fewer_lines();
      better = any_of(shrinking::without_a_name) || better;
      better = fewer_pairs() || better;
      better = any_of(shrinking::with_shorter_paths) || better;
      better = simpler_lines() || better;
    }
    return std::move(best_);
  }

 private:
  bool is_over() const { return runs_ <= 0 || (stop_ != nullptr && stop_->load()); }

  /// Makes `candidate` the best one if it is valid and still shows what it should.
  bool accept(scenario candidate) {
    if (is_over()) return false;
    const std::string text = print(candidate);
    if (!tried_.insert(text).second) return false;
    parsed_scenario numbered = parse_scenario(text, candidate.file);
    if (!numbered) return false;
    --runs_;
    if (!still_(numbered.value)) return false;
    best_ = std::move(numbered.value);
    return true;
  }

  bool without(std::size_t from, std::size_t count) {
    scenario candidate = best_;
    const auto begin = candidate.lines.begin() + static_cast<std::ptrdiff_t>(from);
    candidate.lines.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    return accept(std::move(candidate));
  }

  /// From the end: what comes after the finding goes first, and what was made early is needed longest.
  bool fewer_lines() {
    bool better = false;
    std::size_t chunk = std::max<std::size_t>(best_.lines.size() / 2, 1);
    while (true) {
      bool here = false;
      for (std::size_t end = best_.lines.size(); end > 0;) {
        const std::size_t count = std::min(chunk, end);
        here = without(end - count, count) || here;
        end = std::min(end - count, best_.lines.size());
      }
      better = better || here;
      if (chunk == 1 && !here) return better;
      if (chunk > 1) chunk /= 2;
    }
  }

  /// Two lines that only make sense together: umount and mount, create and unlink.
  bool fewer_pairs() {
    constexpr std::size_t largest = 40;
    bool better = false;
    for (std::size_t last = best_.lines.size(); last-- > 1 && best_.lines.size() <= largest;) {
      for (std::size_t first = last; first-- > 0 && last < best_.lines.size();) {
        scenario candidate = best_;
        candidate.lines.erase(candidate.lines.begin() + static_cast<std::ptrdiff_t>(last));
        candidate.lines.erase(candidate.lines.begin() + static_cast<std::ptrdiff_t>(first));
        if (!accept(std::move(candidate))) continue;
        better = true;
        break;
      }
    }
    return better;
  }

  bool any_of(std::vector<scenario> (*candidates)(const scenario&)) {
    bool better = false;
    for (bool again = true; again;) {
      again = false;
      for (scenario& candidate : candidates(best_)) {
        if (!accept(std::move(candidate))) continue;
        better = again = true;
        break;
      }
    }
    return better;
  }

  bool simpler_lines() {
    bool better = false;
    for (std::size_t i = best_.lines.size(); i-- > 0;) {
      while (i < best_.lines.size() && simpler_line(i)) better = true;
    }
    return better;
  }

  bool simpler_line(std::size_t i) {
    for (command& c : shrinking::simpler(best_.lines[i].what)) {
      scenario candidate = best_;
      candidate.lines[i].what = std::move(c);
      if (accept(std::move(candidate))) return true;
    }
    return false;
  }

  scenario best_;
  const std::function<bool(const scenario&)>& still_;
  int runs_;
  const std::atomic<bool>* stop_;
  std::set<std::string> tried_;
};

}  // namespace

scenario shrink(const scenario& s, const std::function<bool(const scenario&)>& still, const shrink_limits& limits) {
  return shrinker(s, still, limits).run();
}

}  // namespace ovlsim
