// SPDX-License-Identifier: Apache-2.0
//
// Why a decision was answered as it was.
#pragma once

#include <string>

#include "ovlsim/decisions.hpp"

namespace ovlsim::explaining {

struct decision_words {
  std::string why;
  bool notable = false;  ///< part of the terse story: somebody's files may depend on it
};

/// `about` names what the question is about where the records can tell (`low`); empty elsewhere.
decision_words words_of(const decision& d, const std::string& about = "");

}  // namespace ovlsim::explaining
