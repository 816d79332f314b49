// SPDX-License-Identifier: Apache-2.0
//
// The ceiling: a breadth-first search of the scope in four-names.ovl that knows nothing else, over states of 32 bytes. What follows a
// batch of states is worked out before the table of states is asked for any of it, so that its memory is fetched in the meantime.
#include "specialised.hpp"

#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <vector>

namespace {

using world = specialised::world<4, true>;
using packed = world::packed;

/// Memory in huge pages where the system has them; all zero.
template <class T>
class pages {
 public:
  explicit pages(std::size_t count) : bytes_(count * sizeof(T)) {
    void* const at = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    madvise(at, bytes_, MADV_HUGEPAGE);
    data_ = static_cast<T*>(at);
  }
  pages(const pages&) = delete;
  pages& operator=(const pages&) = delete;
  ~pages() { munmap(data_, bytes_); }
  T& operator[](std::size_t n) { return data_[n]; }

 private:
  std::size_t bytes_;
  T* data_ = nullptr;
};

std::uint64_t hash_of(const packed& p) {
  std::uint64_t h = 0;
  for (const std::uint64_t word : p) h = (h ^ word ^ (h >> 32)) * 0x9e3779b97f4a7c15ULL;
  return h ^ h >> 29;
}

/// Calls `f` with the world after each of the scope's moves.
template <class F>
void each_next(const world& s, const F& f) {
  const auto after = [&](const auto& move) {
    world next = s;
    move(next);
    f(next);
  };
  enum : unsigned { a, b, c, za };
  for (const unsigned name : {a, b, c, za}) after([=](world& w) { w.stat(name); });
  for (const unsigned name : {a, b, c}) after([=](world& w) { w.write(name, 4 + name); });
  after([](world& w) { w.rename(a, za); });
  after([](world& w) { w.rename(za, a); });
  after([](world& w) { w.drop_caches(); });
  for (const unsigned name : {b, c}) after([=](world& w) { w.create_in_build(name, 1 + name); });
  after([](world& w) { w.rename_in_build(a, za); });
  after([](world& w) { w.rename_in_build(za, a); });
  after([](world& w) { w.remount(); });
  after([](world& w) { w.update(); });
}

class search {
 public:
  search() : states_(most), slots_(size) {}

  void run() {
    add(hash_of(first()), first());
    std::vector<found> batch;
    for (std::size_t begin = 0; begin < count_;) {
      const std::size_t end = std::min(count_, begin + 64);
      batch.clear();
      for (std::size_t n = begin; n < end; ++n) {
        const packed from = states_[n];
        each_next(world(from), [&](const world& next) {
          ++transitions_;
          const packed p = next.pack();
          if (p == from) return;
          batch.push_back({hash_of(p), p});
          __builtin_prefetch(&slots_[batch.back().hash & (size - 1)]);
        });
      }
      for (const found& f : batch) add(f.hash, f.p);
      begin = end;
    }
  }

  std::size_t states() const { return count_; }
  std::uint64_t transitions() const { return transitions_; }
  /// What the states and the table take that could not have been smaller by half.
  std::size_t bytes() const { return count_ * sizeof(packed) + size * sizeof(std::uint64_t); }

 private:
  static constexpr std::size_t most = std::size_t{1} << 22;
  static constexpr std::size_t size = std::size_t{1} << 22;
  struct found {
    std::uint64_t hash;
    packed p;
  };

  static packed first() { return world(std::array<std::uint8_t, 4>{1, 0, 0, 0}).pack(); }

  /// A slot has 32 bits of the hash above the number of the state plus 1.
  void add(std::uint64_t hash, const packed& p) {
    const std::uint64_t tag = hash >> 32 << 32;
    for (std::size_t at = hash & (size - 1);; at = (at + 1) & (size - 1)) {
      const std::uint64_t slot = slots_[at];
      if (slot == 0) {
        states_[count_++] = p;
        slots_[at] = tag | count_;
        return;
      }
      if ((slot ^ tag) >> 32 == 0 && states_[(slot & 0xffffffffU) - 1] == p) return;
    }
  }

  pages<packed> states_;
  pages<std::uint64_t> slots_;
  std::size_t count_ = 0;
  std::uint64_t transitions_ = 0;
};

void four_names(benchmark::State& state) {
  std::size_t states = 0, bytes = 0;
  std::uint64_t transitions = 0;
  for (auto _ : state) {
    search s;
    s.run();
    states = s.states();
    transitions = s.transitions();
    bytes = s.bytes();
  }
  const auto runs = static_cast<double>(state.iterations());
  using benchmark::Counter;
  state.counters["states"] = static_cast<double>(states);
  state.counters["states/s"] = Counter(static_cast<double>(states) * runs, Counter::kIsRate);
  state.counters["transitions/s"] = Counter(static_cast<double>(transitions) * runs, Counter::kIsRate);
  state.counters["bytes_a_state"] = static_cast<double>(bytes) / static_cast<double>(states);
}
BENCHMARK(four_names)->Name("specialised/four-names")->Unit(benchmark::kMillisecond);

}  // namespace
