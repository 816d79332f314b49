// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/matrix.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <numeric>
#include <system_error>
#include <thread>

#include "explore/twins.hpp"

namespace ovlsim {

namespace {

/// The cells of one case: the first row without a result is explored, and all whose rules answer alike take it over.
std::vector<matrix_cell> explore_case(std::span<const matrix_row> rows, std::size_t index, const matrix_case& c,
                                      std::span<const property> asked, const explore_limits& limits) {
  std::vector<matrix_cell> cells(rows.size());
  for (std::size_t n = 0; n < rows.size(); ++n) {
    cells[n].row = n;
    cells[n].in_case = index;
    cells[n].cannot = cannot_explore(c.what, rows[n].k);
  }
  for (std::size_t n = 0; n < rows.size(); ++n) {
    if (cells[n].found != nullptr || !cells[n].cannot.empty() || (limits.stop != nullptr && limits.stop->load())) continue;
    std::vector<std::size_t> left;
    std::vector<kernel> others;
    for (std::size_t other = n + 1; other < rows.size(); ++other) {
      if (cells[other].found != nullptr || !cells[other].cannot.empty()) continue;
      left.push_back(other);
      others.push_back(rows[other].k);
    }
    explore_parts::twins same(rows[n].k, others);
    explore_limits one = limits;
    one.threads = 1;
    one.progress = nullptr;
    cells[n].found = std::make_shared<const exploration>(explore(c.what, same.watched(), asked, one));
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!same.alike()[i]) continue;
      cells[left[i]].found = cells[n].found;
      cells[left[i]].shared = true;
    }
  }
  return cells;
}

}  // namespace

std::vector<matrix_cell> explore_all(std::span<const matrix_row> rows, std::span<const matrix_case> cases, std::span<const property> asked,
                                     const explore_limits& limits, const std::function<void(std::size_t)>& done) {
  std::vector<std::vector<matrix_cell>> by_case(cases.size());
  // More moves make more stories: what takes long begins first, so that no thread ends long after the others.
  std::vector<std::size_t> order(cases.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return cases[a].what.moves.size() > cases[b].what.moves.size(); });
  std::atomic<std::size_t> next{0};
  std::mutex telling;
  std::size_t finished = 0;
  std::exception_ptr broken;
  const auto work = [&] {
    for (std::size_t at = next++; at < cases.size(); at = next++) {
      const std::size_t n = order[at];
      if (limits.stop != nullptr && limits.stop->load()) return;
      try {
        by_case[n] = explore_case(rows, n, cases[n], asked, limits);
      } catch (...) {  // memory has run out: the caller is told, not the thread's end
        const std::lock_guard lock(telling);
        broken = std::current_exception();
        next = cases.size();
        return;
      }
      const std::lock_guard lock(telling);
      ++finished;
      if (done) done(finished);
    }
  };
  {
    std::vector<std::jthread> workers;
    try {
      for (std::size_t t = 1; t < std::min<std::size_t>(limits.threads, cases.size()); ++t) workers.emplace_back(work);
    } catch (const std::system_error&) {  // no more are to be had: those that there are do the work
    }
    work();
  }
  if (broken) std::rethrow_exception(broken);
  std::vector<matrix_cell> all;
  for (std::vector<matrix_cell>& cells : by_case) {
    for (matrix_cell& c : cells) all.push_back(std::move(c));
  }
  return all;
}

}  // namespace ovlsim
