// SPDX-License-Identifier: Apache-2.0
//
// What the observer was told during one command, in words.
#pragma once

#include "explain/history.hpp"
#include "ovlsim/explain.hpp"

namespace ovlsim::explaining {

/// A name that found an overlay inode of another file, or an inode that was refused: what a finding is about.
struct identity_event {
  enum class kind : std::uint8_t { stale, trap, alias };
  kind what = kind::stale;
  looked_up by;
  const copy_up* cached = nullptr;  ///< the copy-up that made the upper of the cached inode, where one did
  const copy_up* found = nullptr;   ///< ... the upper of the name that was looked up
};

/// Whether `e`, an event of `step`, gave a name the inode of another file or none.
std::optional<identity_event> identity_event_of(const recording& run, const history& past, std::size_t step, const looked_up& e);

/// Did an origin that was followed lead to a file other than the one that it was stored for? The copy-up that stored it, else null.
const copy_up* wrongly_followed(const recording& run, const history& past, std::size_t step, const followed& e);

/// The events of a step in order, each once.
std::vector<explained_fact> event_facts(const recording& run, const history& past, std::size_t step);

}  // namespace ovlsim::explaining
