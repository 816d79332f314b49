// SPDX-License-Identifier: Apache-2.0
#include "explore/team.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace ovlsim::explore_parts {

class team::others {
 public:
  explicit others(unsigned threads) {
    threads_.reserve(threads);
    try {
      for (unsigned t = 0; t < threads; ++t) threads_.emplace_back([this, t] { wait_for_work(t + 1); });
    } catch (...) {  // no more are to be had: those that there are do the work
    }
  }
  ~others() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    begins_.notify_all();
  }
  others(const others&) = delete;
  others& operator=(const others&) = delete;

  unsigned count() const { return static_cast<unsigned>(threads_.size()); }
  void begin(std::size_t count, std::function<void(std::size_t, unsigned)> work) {
    {
      const std::lock_guard lock(mutex_);
      work_ = std::move(work);
      count_ = count;
      next_ = 0;
      busy_ = threads_.size();
      ++round_;
    }
    begins_.notify_all();
  }
  void finish() {
    take_part(0);
    std::unique_lock lock(mutex_);
    ends_.wait(lock, [&] { return busy_ == 0; });
    if (broken_) std::rethrow_exception(std::exchange(broken_, nullptr));
  }

 private:
  void take_part(unsigned number) {
    try {
      for (std::size_t n = next_.fetch_add(1); n < count_; n = next_.fetch_add(1)) work_(n, number);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      broken_ = std::current_exception();
      next_ = count_;
    }
  }
  void wait_for_work(unsigned number) {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
      begins_.wait(lock, [&] { return over_ || round_ != seen; });
      if (over_) return;
      seen = round_;
      lock.unlock();
      take_part(number);
      lock.lock();
      if (--busy_ == 0) ends_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable begins_;
  std::condition_variable ends_;
  std::function<void(std::size_t, unsigned)> work_;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_{0};
  std::size_t busy_ = 0;
  std::uint64_t round_ = 0;
  bool over_ = false;
  std::exception_ptr broken_;
  std::vector<std::jthread> threads_;  // last: they use all of the others
};

team::team(unsigned threads) {
  if (threads > 1) others_ = std::make_unique<others>(threads - 1);
}
team::~team() = default;

unsigned team::size() const { return is_one() ? 1 : others_->count() + 1; }
void team::begin(std::size_t count, std::function<void(std::size_t, unsigned)> work) { others_->begin(count, std::move(work)); }
void team::finish() { others_->finish(); }

}  // namespace ovlsim::explore_parts
