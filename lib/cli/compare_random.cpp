// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim compare --random`: one session, one story after the other.
#include "cli/compare_random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "cli/compare_progress.hpp"
#include "cli/interrupt.hpp"
#include "cli/support.hpp"
#include "ovlsim/random.hpp"
#include "ovlsim/shrink.hpp"

namespace ovlsim::cli {
namespace {

class hunt {
 public:
  hunt(const random_options& o, const compared_kernels& kernels, const kernel& model)
      : o_(o),
        kernels_(kernels),
        model_(model),
        progress_(o.story ? 1 : o.stories),
        session_(kernels.real.new_session()) {}

  int run() {
    const std::uint64_t first = o_.story.value_or(0);
    const std::uint64_t end = o_.story ? first + 1 : o_.stories;
    std::uint64_t i = first;
    for (; i < end && reported_ < o_.max_differences && !stop_; ++i) {
      if (!one(i)) break;
      progress_.show(i + 1 - first, reported_);
    }
    progress_.clear();
    summary(i - first, i < end);
    if (reported_ > 0) return exit_failed;
    return i < end ? exit_incomplete : exit_held;
  }

 private:
  /// False when an interrupt has ended it before it was told.
  bool one(std::uint64_t index) {
    const std::uint64_t seed = story_seed(o_.seed, index);
    const story_shape shape = shape_of(seed);
    const scenario story = random_story(seed, shape);
    if (o_.stats) statistics_.add(story);
    const both_runs runs = again(story);
    if (!runs.error.empty() && stop_) return false;
    if (runs.differences.empty() && runs.error.empty()) return true;
    std::string title =
        fmt::format("story {} of seed {} ({}): ovlsim compare --random 1 --seed {} --story {}", index, o_.seed,
                    name(shape.profile), o_.seed, index);
    if (o_.all_features) title += " --all-features";
    if (o_.commands) title += fmt::format(" --commands {}", *o_.commands);
    if (!kernels_.real.image().empty()) title += " --vm " + kernels_.real.image();
    title += kernels_.model.as_options();
    if (runs.error.empty()) {
      smaller(title, index, story, runs.differences);
    } else {
      report(title, story, {"could not be run on the kernel: " + runs.error});
    }
    return true;
  }

  story_shape shape_of(std::uint64_t seed) const {
    story_shape shape = random_shape(seed);
    shape.all_features = o_.all_features;
    if (o_.commands) {
      shape.shortest = shape.longest = *o_.commands;
      constexpr int commands_per_filesystem = 10;
      shape.filesystems = std::max(shape.filesystems, *o_.commands / commands_per_filesystem);
    }
    return shape;
  }

  /// Runs both; a session that failed is replaced, for the next story has done nothing wrong.
  both_runs again(const scenario& s) {
    both_runs runs = run_both(s, model_, *session_);
    if (!runs.error.empty()) session_ = kernels_.real.new_session();
    return runs;
  }

  /// Whether the kernel, asked again, answers as the model does. The model always answers the same; a kernel that does not lets chance
  /// decide: ext4 lists the index in an order of hashed generations, and a cleaning of the index that fails ends where it stands.
  bool kernel_varies(const scenario& story) {
    constexpr int most_runs = 6;
    for (int n = 0; n < most_runs && !stop_; ++n) {
      const both_runs runs = again(story);
      if (runs.error.empty() && runs.differences.empty()) return true;
    }
    return false;
  }

  void vary(const std::string& title, const scenario& story, const std::vector<difference>& found) {
    ++varied_;
    std::vector<std::string> words = {"run again, the kernel answered as the model does; this was its other answer:"};
    for (const difference& d : found) words.push_back(place(d, static_cast<int>(found.size()) + 2) + in_words(d, story));
    write(title, story, words);
  }

  void smaller(const std::string& title, std::uint64_t index, const scenario& story, const std::vector<difference>& found) {
    if (kernel_varies(story)) return vary(title, story, found);
    const difference& wanted = found.front();
    int runs = 0;
    std::vector<difference> left = found;
    const auto still = [&](const scenario& s) {
      progress_.show(index - o_.story.value_or(0), reported_, fmt::format("making story {} smaller, {} runs", index, ++runs));
      std::vector<difference> now = again(s).differences;
      if (!differs_like(now, wanted)) return false;
      left = std::move(now);
      return true;
    };
    constexpr int most_runs = 1500;
    const scenario small = shrink(story, still, {most_runs, &stop_});
    std::vector<std::string> words;
    if (!stop_) {
      std::vector<difference> now = again(small).differences;
      if (!stop_) left = std::move(now);  // an interrupt meanwhile says nothing about it
    }
    if (stop_) words.emplace_back("interrupted while it was made smaller");
    // The comments above the commands count, so that the numbers are those of the file as it is written.
    const int above = static_cast<int>(left.size() + words.size()) + 1;
    for (const difference& d : left) words.push_back(place(d, above) + in_words(d, small));
    report(title, small, words);
  }

  static std::string place(const difference& d, int above) { return fmt::format("line {}: ", d.line + above); }

  static bool differs_like(const std::vector<difference>& found, const difference& wanted) {
    return std::any_of(found.begin(), found.end(), [&](const difference& d) { return same_kind(d, wanted); });
  }

  void report(const std::string& title, const scenario& s, const std::vector<std::string>& words) {
    // Many stories find the same thing; one of them is enough.
    if (!seen_.insert(print(s)).second) {
      ++repeated_;
      return;
    }
    ++reported_;
    write(title, s, words);
  }

  void write(const std::string& title, const scenario& s, const std::vector<std::string>& words) {
    progress_.clear();
    std::string text = (reported_ + varied_ == 1 ? "# " : "\n# ") + title + "\n";
    for (const std::string& word : words) {
      text += "# ";
      for (const char c : word) text += c == '\n' ? std::string("\n# ") : std::string(1, c);
      text += '\n';
    }
    out(text + print(s));
    std::fflush(stdout);
  }

  void summary(std::uint64_t done, bool stopped) {
    for (const story_count& one : statistics_.counts()) out(fmt::format("{:<28} {:>9}\n", one.what, one.times));
    std::string words = fmt::format("{} {}, {} {}", done, done == 1 ? "story" : "stories", reported_,
                                    reported_ == 1 ? "difference" : "differences");
    if (repeated_ > 0) words += fmt::format(" ({} more stories came down to the same)", repeated_);
    if (varied_ > 0) words += fmt::format(", {} {} that the kernel answers in more than one way", varied_, varied_ == 1 ? "story" : "stories");
    if (stop_) words += "; interrupted";
    if (stopped && !stop_) words += fmt::format("; stopped after {} differences (--max-differences)", o_.max_differences);
    diagnose(fmt::format("{}, seed {}, Linux {}", words, o_.seed, kernels_.real.release()));
  }

  const random_options& o_;
  const compared_kernels& kernels_;
  const kernel& model_;
  const std::atomic<bool>& stop_ = interrupted();
  compare_progress progress_;
  std::unique_ptr<live::session> session_;
  story_statistics statistics_;
  std::set<std::string> seen_;
  int reported_ = 0;
  int repeated_ = 0;
  int varied_ = 0;  ///< stories whose answers chance decides
};

}  // namespace

both_runs run_both(const scenario& s, const kernel& model, live::session& session) {
  const live::result live = session.run(s);
  if (!live.error.empty()) return {{}, live.error};
  return {compare_runs(run_on_model(s, model), live.answers), {}};
}

std::string in_words(const difference& d, const scenario& s) {
  const auto line = std::find_if(s.lines.begin(), s.lines.end(), [&](const scenario_line& l) { return l.number == d.line; });
  const std::string what = line == s.lines.end() || !line->has_command ? d.verb : print(line->what);
  constexpr std::size_t columns = 400;
  return for_terminal(fmt::format("{}: {}: model {}, kernel {}", what, d.what, d.left, d.right), columns);
}

int compare_random(const random_options& options, compared_kernels& kernels) {
  if (const std::string reason = kernels.real.missing(); !reason.empty()) {
    diagnose(reason);
    return exit_cannot;
  }
  const std::optional<kernel> model = kernels.model.choose(kernels.real.release());
  return model ? hunt(options, kernels, *model).run() : exit_usage;
}

}  // namespace ovlsim::cli
