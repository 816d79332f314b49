// SPDX-License-Identifier: Apache-2.0
//
// Commands a second in a warm overlay of 1,000 files: stat, read, append and rename mixed, over ten directories. Before
// the clock starts every file has been looked up, and what the commands change has been copied up.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "ovlsim/apply.hpp"

namespace {

using namespace ovlsim;

constexpr std::size_t directories = 10;
constexpr std::size_t files = 1000;
constexpr std::size_t commands_a_round = 10'000;

path in(const char* fs, std::string rest) { return {fs, std::move(rest)}; }

std::string directory(std::size_t n) { return "/dir" + std::to_string(n); }

/// Where file `n` lies in the lower layer.
std::string home(std::size_t n) { return directory(n % directories) + "/file" + std::to_string(n); }

bool must(world& w, const command& c, benchmark::State& state) {
  const bool ok = apply(w, c, linux_6_18).status == errc::ok;
  if (!ok) state.SkipWithError(std::string(verb(c)).append(" failed").c_str());
  return ok;
}

bool all_must(world& w, const std::vector<command>& commands, benchmark::State& state) {
  return std::all_of(commands.begin(), commands.end(), [&](const command& c) { return must(w, c, state); });
}

/// The lower and the upper on ext4: on one of their own each, or on the same.
std::vector<command> mounted_overlay(bool one_filesystem) {
  const char* const low = "low";
  const char* const up = one_filesystem ? low : "up";
  std::vector<command> story{cmd::mkfs{low, fs_type::ext4, {}}};
  if (!one_filesystem) story.push_back(cmd::mkfs{up, fs_type::ext4, {}});
  for (const char* dir : {"/l", "/u", "/w"}) story.push_back(cmd::mkdir{in(dir[1] == 'l' ? low : up, dir)});
  for (std::size_t n = 0; n < directories; ++n) story.push_back(cmd::mkdir{in(low, "/l" + directory(n))});
  for (std::size_t n = 0; n < files; ++n) story.push_back(cmd::create{in(low, "/l" + home(n)), "first content"});
  cmd::mount mount{"m", {}};
  mount.options.lower = {in(low, "/l")};
  mount.options.upper = in(up, "/u");
  mount.options.work = in(up, "/w");
  story.push_back(mount);
  for (std::size_t n = 0; n < files; ++n) story.push_back(cmd::stat{in("m", home(n))});
  return story;
}

/// A round of commands, each of which succeeds, that leaves every file where it was: it can be gone through again and
/// again.
std::vector<command> mixed_round() {
  std::mt19937 random(1);  // NOLINT: the same round each time
  std::vector<std::string> at(files);
  std::vector<std::size_t> appended(files);
  for (std::size_t n = 0; n < files; ++n) at[n] = home(n);

  std::vector<command> round;
  std::vector<std::size_t> away;
  while (round.size() + away.size() < commands_a_round) {
    const std::size_t n = random() % files;
    const std::size_t luck = random() % 100;
    if (luck < 40) {
      round.push_back(cmd::stat{in("m", at[n])});
    } else if (luck < 70) {
      round.push_back(cmd::read{in("m", at[n])});
    } else if (luck < 90) {
      if (appended[n] == 0) {  // so that a file stays small
        round.push_back(cmd::write{in("m", at[n]), "content"});
      } else {
        round.push_back(cmd::append{in("m", at[n]), "more"});
      }
      appended[n] = (appended[n] + 1) % 8;
    } else if (at[n] == home(n)) {
      std::string to = directory(random() % directories) + "/moved" + std::to_string(n);
      round.push_back(cmd::rename{in("m", at[n]), in("m", to)});
      at[n] = std::move(to);
      away.push_back(n);
    } else {
      round.push_back(cmd::rename{in("m", at[n]), in("m", home(n))});
      at[n] = home(n);
      std::erase(away, n);
    }
  }
  for (const std::size_t n : away) round.push_back(cmd::rename{in("m", at[n]), in("m", home(n))});
  return round;
}

template <class Verb>
std::vector<command> only(const std::vector<command>& round) {
  std::vector<command> chosen;
  std::copy_if(round.begin(), round.end(), std::back_inserter(chosen),
               [](const command& c) { return std::holds_alternative<Verb>(c); });
  return chosen;
}

void run(benchmark::State& state, const std::vector<command>& round, bool one_filesystem) {
  world w;
  const std::vector<command> whole = mixed_round();
  if (!all_must(w, mounted_overlay(one_filesystem), state)) return;
  if (!all_must(w, whole, state) || !all_must(w, whole, state)) return;  // the second time as ever after
  for (auto _ : state) {
    for (const command& c : round) {
      outcome answer = apply(w, c, linux_6_18);
      benchmark::DoNotOptimize(answer);
    }
  }
  const auto done = static_cast<double>(state.iterations()) * static_cast<double>(round.size());
  state.counters["commands/s"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
}

void mixed_on_two_filesystems(benchmark::State& state) { run(state, mixed_round(), false); }
void mixed_on_one_filesystem(benchmark::State& state) { run(state, mixed_round(), true); }

/// One verb alone, as a part of the above. (Renames come in pairs in a round: they alone are one, too.)
template <class Verb>
void only_on_two_filesystems(benchmark::State& state) {
  const std::vector<command> round = mixed_round();
  run(state, only<Verb>(round), false);
}

BENCHMARK(mixed_on_two_filesystems);
BENCHMARK(mixed_on_one_filesystem);
BENCHMARK(only_on_two_filesystems<cmd::rename>);
BENCHMARK(only_on_two_filesystems<cmd::append>);

}  // namespace
