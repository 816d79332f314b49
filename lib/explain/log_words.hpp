// SPDX-License-Identifier: Apache-2.0
//
// What each line of the kernel log means. The tables of what the model writes are in the order of model/overlay/log.cpp; a test holds
// them against it.
#pragma once

#include <span>

#include "ovlsim/explain.hpp"

namespace ovlsim::explaining {

std::span<const log_entry> log_words_mount() noexcept;
std::span<const log_entry> log_words_index() noexcept;
std::span<const log_entry> log_words_lookup() noexcept;
std::span<const log_entry> log_words_outside() noexcept;  ///< what the model does not write

}  // namespace ovlsim::explaining
